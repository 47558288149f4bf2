"""Forms that grow with data, at the most that there can be of it: each is sent whole, and saved."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alliance.enums import OrganisationKind, OrganisationState, Role
from alliance.models import Membership, Organisation, Person, Pledge
from alliance.services.ownership import MOST_SERVICES
from alliance.web.workspace.editor_parts import MOST_FIGURES
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.web import PAGE_FIELDS
from practices.access import person_token
from practices.models import ImportedFile, Practice
from tests.factories import Cast
from tests.factories.cast import make_services
from tests.factories.practices import make_draft
from tests.policy import CASES
from tests.support.answer_checks import BYTES_PER_CHARACTER, CheckedAnswer, form_limit_faults
from tests.support.forms import Form, forms_in
from tests.support.pages import signed_in, words_of
from tests.support.visitors import CapturedAnswer

pytestmark = pytest.mark.django_db

EMOJI = "\N{GRINNING FACE}"  # the widest character in the encoding of a form
MANY = 400  # organisations, colleagues


def form_of(client: Client, url: str, field: str) -> Form:
    return next(form for form in forms_in(client.get(url).content) if field in form.names)


def sizes(entries: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the fields and the bytes of a post are within the limits."""
    values = [
        value for value in entries.values() for value in (value if isinstance(value, list) else [value])
    ]
    size = sum(len(str(value)) * BYTES_PER_CHARACTER for value in values)
    return len(values) <= PAGE_FIELDS, size <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_a_pledge_with_all_services_and_targets(cast: Cast) -> None:
    make_services(*((cast.aurora, f"service-{number}") for number in range(MOST_SERVICES - 2)))
    alice, url = signed_in(cast.alice), "/workspace/pledges/new/?commitment=find"
    services = [str(row.service_id) for row in cast.aurora.ownerships.all()]
    targets = {f"target-{number}-text": EMOJI * 300 for number in range(20)}
    days = {f"target-{number}-due_on": "2027-01-01" for number in range(20)}
    count = {"target-TOTAL_FORMS": "20", "target-INITIAL_FORMS": "0"}
    posted = {
        "text": EMOJI * 4000,
        "language": "en",
        "version": "0",
        "services": services,
        **targets,
        **days,
        **count,
    }

    answer = alice.post(url, posted)

    assert sizes(posted) == (True, True)
    assert answer.status_code == 302
    assert (Pledge.objects.get().targets.count(), Pledge.objects.get().services.count()) == (
        20,
        MOST_SERVICES,
    )


def test_a_practice_for_every_organisation(cast: Cast) -> None:
    Organisation.objects.bulk_create(
        Organisation(
            slug=f"partner-{number}", name_en=f"Partner {number}", name_ru=f"Партнёр {number}",
            kind=OrganisationKind.PARTNER, state=OrganisationState.ACTIVE,
        )
        for number in range(MANY)
    )  # fmt: skip
    practice, alice = make_draft(cast), signed_in(cast.alice)
    url = f"/workspace/practices/{practice.key}/readers/"
    offered = [str(pk) for pk in Organisation.objects.exclude(pk=cast.aurora.pk).values_list("pk", flat=True)]
    posted = form_of(alice, url, "organisations").filled({"label": "amber", "organisations": offered})

    answer = alice.post(url, posted)

    assert sizes(posted) == (True, True)
    assert answer.status_code == 302
    with acting_as(SYSTEM):
        assert len(Practice.objects.get(pk=practice.pk).reader_organisations) == len(offered)


def test_a_practice_by_all_colleagues(cast: Cast) -> None:
    people = Person.objects.bulk_create(
        Person(email=f"{number}@aurora.example", name=f"Person {number}", password="!")
        for number in range(MANY)
    )
    Membership.objects.bulk_create(
        Membership(person=person, organisation=cast.aurora, roles=[Role.EDITOR]) for person in people
    )
    practice, alice = make_draft(cast), signed_in(cast.alice)
    url = f"/workspace/practices/{practice.key}/authors/"
    authors = [person_token(person.pk, cast.aurora.pk) for person in (cast.alice, *people)]
    posted = form_of(alice, url, "authors").filled({"authors": authors})

    answer = alice.post(url, posted)

    assert (sizes(posted), answer.status_code) == ((True, True), 302)
    with acting_as(SYSTEM):
        assert len(Practice.objects.get(pk=practice.pk).author_people) == len(authors)


def test_a_folder_of_as_many_files_as_may_be_sent(cast: Cast) -> None:
    names = [f"practice-{number}.md" for number in range(200)]
    paths = [f"{'folder/' * 30}{name}" for name in names]
    files = [SimpleUploadedFile(name, b"# A practice") for name in names]
    remaining = settings.DATA_UPLOAD_MAX_NUMBER_FILES - len(files)
    others = [SimpleUploadedFile(f"{number}.bin", b"x") for number in range(remaining)]
    every = [*paths, *(f"folder/{file.name}" for file in others)]
    posted = {"folder": [*files, *others], "paths": json.dumps(every)}

    answer = signed_in(cast.alice).post("/workspace/practices/import/", posted)

    assert answer.status_code == 302
    with acting_as(SYSTEM):
        assert ImportedFile.objects.exclude(report__role="passed_over").count() == len(names)
        (passed_over,) = ImportedFile.objects.filter(report__role="passed_over")
    assert passed_over.report["count"] == len(others)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["button", "script"])
def test_a_paste_larger_than_a_post_is_answered_with_what_to_do(cast: Cast, headers: dict[str, str]) -> None:
    posted = {"text": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), "autosave": "1"}

    answer = signed_in(cast.alice).post("/workspace/pledges/new/?commitment=find", posted, headers=headers)

    assert answer.status_code == 413
    assert "nothing was saved. Go back, shorten the text and send it again" in words_of(answer)
    assert not Pledge.objects.exists()


def test_a_post_carries_several_pages_at_once() -> None:
    assert 5 * PAGE_FIELDS <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_the_longest_texts_of_a_page_of_the_editor_are_within_the_limits() -> None:
    """As many figures as a page has, each with all its texts."""
    assert MOST_FIGURES * (3 * 4000 + 500) * BYTES_PER_CHARACTER < settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_the_check_of_every_page_finds_what_a_post_would_refuse() -> None:
    line = CASES[0]
    too_many = b'<input type="checkbox" name="x">' * (PAGE_FIELDS + 1)
    too_long = b'<textarea name="x" data-limit="500000"></textarea>'
    cut = b'<textarea name="x" maxlength="4000"></textarea>'
    for body in (too_many, too_long, cut, b'<textarea name="x"></textarea>', b'<input type="text" name="x">'):
        answer = CapturedAnswer(200, {}, (), b'<form method="post">' + body)
        assert list(form_limit_faults(CheckedAnswer(line, "GET", "alice", answer)))

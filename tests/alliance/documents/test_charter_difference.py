"""Two versions of a charter on paper: for the secretariat with pledges and signatures, for everybody without."""

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import CharterState, PledgeState, SignatureRule
from alliance.models import Charter, Commitment, KeyMapping, Measure, Pledge, SignatureObjection
from alliance.queries.public.charter_editions import charter_edition
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.documents import request_charter_difference
from alliance.services.public_documents import request_public_difference
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.errors import Forbidden
from tests.factories import Cast, make_charter, read_charter, renamed
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.pdf_reports import all_strings_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Charter:
    """Version 2: `find` was renamed and reworded, the median became another figure; Aurora pledges and objects."""
    first = read_charter()
    mapping = (("find", "look"), ("time-to-removal", "days-to-removal"))
    charter = make_charter(version=2, state=CharterState.DRAFT, tree=renamed(*mapping), mapping=mapping)
    KeyMapping.objects.filter(charter=charter, key="days-to-removal").update(
        reason_en="Days are counted, not hours.", reason_ru="Считаются дни, а не часы."
    )
    Commitment.objects.filter(charter=charter, key="look").update(
        text_en="Look in every place.", text_ru="Искать везде."
    )
    Measure.objects.filter(charter=charter, key="search").delete()
    KeyMapping.objects.create(charter=charter, earlier_key="search", key="speed")
    with acting_as(SYSTEM):
        cast.aurora.accessions.create(
            charter=first, state="published", signatory_name="Sven", signed_at=clock.now()
        )
        Pledge.objects.create(
            organisation=cast.aurora,
            state=PledgeState.PUBLISHED,
            commitment_key="find",
            text="We will.",
            language="en",
            signatory_name="Sven",
            signed_at=clock.now(),
        )
        Charter.objects.filter(pk=charter.pk).update(
            announced_at=clock.now(), signatures=SignatureRule.CARRY_OVER
        )
        SignatureObjection.objects.create(
            charter=charter,
            organisation=cast.aurora,
            reason="CANARY: it costs too much.",
            signatory_name="Sven",
            signatory_office="Chief",
            signed_at=clock.now(),
        )
    charter.refresh_from_db()
    return charter


def built(document: Document) -> Document:
    run_all_jobs()
    document.refresh_from_db()
    assert document.state == "ready", document.error
    return document


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            (
                "Version 2 against version 1",
                "Draft: this version is not in force",
                "Look in every place.",
                "Days are counted, not hours.",
                "Pledges",
                "Aurora Video objects",
            ),
        ),
        (
            "ru",
            ("Версия 2 по сравнению с версией 1", "Искать везде.", "Считаются дни, а не часы.", "Обещания"),
        ),
    ],
)
def test_a_draft_stands_beside_the_version_before_with_pledges_and_signatures(
    cast: Cast, draft: Charter, language: str, expected: tuple[str, ...]
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        document = request_charter_difference(mona, draft, language)

    text = text_of(built(document))

    assert [words for words in expected if words not in text] == []
    assert "CANARY" not in all_strings_of(document)  # the reason of an objection is no part of it


def test_members_cannot_ask_for_the_paper_of_the_secretariat(cast: Cast, draft: Charter) -> None:
    with acting_as(cast.actor("sven")) as sven, pytest.raises(Forbidden):
        request_charter_difference(sven, draft, "en")


def test_a_published_version_is_compared_for_everybody_without_pledges(
    client: Client, cast: Cast, draft: Charter
) -> None:
    Charter.objects.filter(pk=draft.pk).update(announced_at=None, signatures="")
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, check_charter(mona, draft))
    draft.refresh_from_db()
    address = reverse("public:charter-document", args=[draft.key, 2])
    page = words_of(client.get(reverse("public:charter", args=[draft.key, 2])))
    assert "What changed since version 1" in page

    assert client.get(reverse("public:charter-file", args=[draft.key, 2])).url == address
    client.post(address, {"format": "pdf"})
    edition = charter_edition(draft)
    assert edition is not None
    document = built(request_public_difference(edition, "en"))

    text = text_of(document)
    assert "Look in every place." in text
    assert "Pledges" not in text
    assert Document.objects.filter(kind="charter.difference").count() == 1
    file = client.get(reverse("public:charter-file", args=[draft.key, 2]))
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    file.close()


def test_the_public_page_of_a_draft_does_not_exist(client: Client, cast: Cast, draft: Charter) -> None:
    for name in ("charter", "charter-document", "charter-document-progress", "charter-file"):
        address = reverse(f"public:{name}", args=[draft.key, 2])
        assert client.get(address).status_code == 404, name
    assert client.get(reverse("public:charter-document", args=[draft.key, 1])).status_code == 404


def test_the_button_stands_on_the_page_of_differences(cast: Cast, draft: Charter) -> None:
    mona = signed_in(cast.mona)
    page = mona.get(reverse("secretariat:charter-difference", args=[draft.key, 2]))

    assert "Differences, PDF" in words_of(page)
    asked = mona.post(reverse("secretariat:charter-export", args=[draft.key, 2]))
    assert asked.url == reverse("document", args=[Document.objects.get().key])

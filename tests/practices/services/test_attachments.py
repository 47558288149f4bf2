"""Attachments of a practice: what is accepted, what a version lists, who downloads it, when the bytes are deleted."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.jobs import Job
from practices.enums import Label
from practices.models import AccessLog, Attachment, Practice
from practices.services.attachments import add_attachment, open_attachment, remove_attachment
from practices.services.practices import share_practice_directly, submit_practice, update_practice
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft
from tests.factories.practices import make_shared as shared_practice
from tests.support.jobs import run_all_jobs

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"

pytestmark = pytest.mark.django_db


def add(
    cast: Cast, practice: Practice, content: bytes = b"a,b\n1,2\n", name: str = "table.csv"
) -> Attachment:
    upload = SimpleUploadedFile(name, content)
    added: Attachment = call_as(cast.actor("alice"), add_attachment, practice, upload, "A table")
    return added


def listed(practice: Practice) -> list[list[str]]:
    with acting_as(SYSTEM):
        return [[file["title"] for file in row.attachments] for row in practice.versions.order_by("number")]


def visible_count(cast: Cast, name: str) -> int:
    actor = cast.actor(name)
    with acting_as(actor):
        assert Attachment.objects.count() == Attachment.objects.visible_to(actor).count()
        return Attachment.objects.count()


def test_a_file_is_its_working_copys_until_a_version_lists_it(cast: Cast) -> None:
    practice = shared_practice(cast, Label.AMBER)
    added = add(cast, practice)
    assert (visible_count(cast, "bob"), visible_count(cast, "carol")) == (1, 0)

    call_as(cast.actor("sven"), update_practice, practice, note="With a table.")
    assert (listed(practice), visible_count(cast, "carol"), visible_count(cast, "mona")) == (
        [[], ["A table"]],
        1,
        0,
    )

    carol = cast.actor("carol")
    assert call_as(carol, open_attachment, added) == b"a,b\n1,2\n"
    with acting_as(SYSTEM):
        assert list(AccessLog.objects.values_list("channel", "person_id")) == [("attachment", cast.carol.pk)]


def test_a_moderator_reads_what_is_submitted(cast: Cast) -> None:
    practice = make_draft(cast)
    add(cast, practice)
    assert visible_count(cast, "mona") == 0
    call_as(cast.actor("alice"), submit_practice, practice)
    assert visible_count(cast, "mona") == 1


def test_what_a_version_lists_stays_with_it(cast: Cast) -> None:
    practice = make_draft(cast, Label.AMBER)
    added = add(cast, practice)
    call_as(cast.actor("sven"), share_practice_directly, practice)
    call_as(cast.actor("alice"), remove_attachment, added)
    call_as(cast.actor("sven"), update_practice, practice, note="Without it.")

    assert listed(practice) == [["A table"], []]
    assert (visible_count(cast, "carol"), default_storage.exists(added.file)) == (1, True)
    assert not Job.objects.filter(kind="discard_file").exists()


def test_the_bytes_of_what_nobody_was_given_go_a_day_later(cast: Cast) -> None:
    practice = make_draft(cast)
    attachment, other = add(cast, practice), add(cast, make_draft(cast))
    path = attachment.file
    for file, stays in ((attachment, True), (other, False)):
        call_as(cast.actor("alice"), remove_attachment, file)
        Job.objects.filter(kind="discard_file").update(next_at=timezone.now() - timedelta(days=1))
        run_all_jobs()
        assert default_storage.exists(path) is stays


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("large.csv", b"a" * (60 * 1024 * 1024), "25"),
        ("drawing.png", SVG, "does not match its name"),
        ("drawing.svg", SVG, "."),
        ("macros.xlsx", b"PK\x03\x04 vbaProject.bin", "."),
    ],
)
def test_what_is_not_taken_is_refused_in_words(cast: Cast, name: str, content: bytes, sentence: str) -> None:
    practice = make_draft(cast)
    with pytest.raises(DomainError, match=sentence) as refusal:
        add(cast, practice, content, name)
    assert str(refusal.value).endswith(".")
    with acting_as(SYSTEM):
        assert not Attachment.objects.exists()


def test_only_writers_add_and_nobody_while_it_waits(cast: Cast) -> None:
    practice = make_draft(cast)
    for name in ("bob", "mona", "carol"):
        with pytest.raises((Forbidden, Practice.DoesNotExist)):
            call_as(
                cast.actor(name), add_attachment, practice, SimpleUploadedFile("t.csv", b"a\n"), "A table"
            )
    call_as(cast.actor("alice"), submit_practice, practice)
    with pytest.raises(WrongState):
        add(cast, practice)


def test_a_renamed_macro_workbook_is_refused(cast: Cast) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/vbaProject.bin", b"macro")
    with pytest.raises(DomainError):
        add(cast, make_draft(cast), packed.getvalue(), "table.xlsx")

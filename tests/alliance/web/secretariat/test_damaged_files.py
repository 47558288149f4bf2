"""A damaged file on the secretariat's pages: named with its owner and digests, restored by the same file alone."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from alliance.models import Evidence, Measure
from alliance.services.evidence import add_file
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.files import FileDamage, StoredBytes
from portal.kernel.files.integrity import flush_observations
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery
from portal.kernel.publishing import revision_cache
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
BYTES = b"meeting,visitors\n1,38\n"


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> None:
    chosen = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": chosen}


def add(cast: Cast, name: str, content: bytes) -> Evidence:
    with acting_as(SYSTEM):
        report = make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(cast.actor("alice")) as actor:
        upload = SimpleUploadedFile(name, content)
        return add_file(actor, report, Measure.objects.get(key="search"), upload, "Our counts", "public")


@pytest.fixture
def evidence(cast: Cast) -> Evidence:
    """A file of Aurora's that has lost its end, which a reader has noticed."""
    row = add(cast, "counts.csv", BYTES)
    damage(row)
    return row


def damage(row: Evidence) -> None:
    default_storage.save(row.file, ContentFile(b"meet"))
    files.note_damage(row.file, row.sha256, StoredBytes("f" * 64, 4))
    flush_observations()
    revision_cache.clear()


def client_of(cast: Cast, name: str) -> Client:
    return signed_in(getattr(cast, name))


def test_the_page_of_operations_names_it_with_its_owner_its_digests_and_what_readers_see(
    cast: Cast, evidence: Evidence
) -> None:
    text = words_of(client_of(cast, "mona").get(reverse("secretariat:operations")))

    for words in ("Aurora", evidence.sha256[:8], "f" * 8, "This file is being restored", "Restore the file"):
        assert words in text
    # a banner stands on every page, and everybody of the secretariat may read about it
    assert "Stored files are damaged" in words_of(client_of(cast, "mona").get(reverse("secretariat:home")))
    assert "Only managers can do this." in words_of(
        client_of(cast, "rita").get(reverse("secretariat:operations"))
    )


def test_the_managers_are_notified_and_the_journal_has_it(cast: Cast, evidence: Evidence) -> None:
    run_all_jobs()

    assert Event.objects.get(kind="file.damage").data["sha256"] == evidence.sha256
    recipients = Delivery.objects.filter(event__kind="file.damage", channel="inbox")
    assert list(recipients.values_list("recipient", flat=True)) == [cast.mona.pk]


def test_the_member_reads_on_the_page_and_in_place_of_the_file_that_it_is_being_restored(
    cast: Cast, evidence: Evidence
) -> None:
    alice = client_of(cast, "alice")
    page = reverse("workspace:report-measure", args=[evidence.report_id, "search"])

    refused = alice.get(reverse("workspace:evidence", args=[evidence.pk]))

    assert "This file is being restored" in words_of(alice.get(page))
    assert (refused.status_code, "This file is being restored" in refused.text) == (503, True)
    assert not Event.objects.filter(kind="evidence.open").exists()


def test_the_same_file_restores_it_and_no_other(cast: Cast, evidence: Evidence) -> None:
    mona, url = client_of(cast, "mona"), reverse("secretariat:file-repair", args=[evidence.sha256])

    other = mona.post(url, {"file": SimpleUploadedFile("counts.csv", BYTES + b"2,40\n")})
    still_damaged = FileDamage.objects.filter(ended_at=None).count()
    same = mona.post(url, {"file": SimpleUploadedFile("any-name.bin", BYTES)}, follow=True)

    assert (other.status_code, "This is another file" in other.text, still_damaged) == (422, True, 1)
    assert "File restored. It can be downloaded again." in words_of(same)
    assert files.read(evidence.file) == BYTES
    assert not FileDamage.objects.filter(ended_at=None).exists()
    assert Event.objects.get(kind="file.repair").person_id == cast.mona.pk
    assert "there is nothing to restore" in words_of(mona.get(url))


def test_a_picture_is_restored_from_what_its_owner_has(cast: Cast) -> None:
    """It was encoded anew when it was added, so that the owner's file has another digest."""
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), "orange").save(stream, "PNG", compress_level=0)
    row = add(cast, "sun.png", stream.getvalue())
    whole = files.read(row.file)
    damage(row)

    files.repair_file(cast.actor("mona"), row.sha256, SimpleUploadedFile("sun.png", stream.getvalue()))

    assert whole != stream.getvalue()
    assert files.read(row.file) == whole


def test_reading_it_again_ends_it_when_the_disk_is_back(cast: Cast, evidence: Evidence) -> None:
    mona, url = client_of(cast, "mona"), reverse("secretariat:file-recheck", args=[evidence.sha256])
    before = mona.post(url, follow=True)
    default_storage.save(evidence.file, ContentFile(BYTES))
    after = mona.post(url, follow=True)

    assert "The file is still damaged." in words_of(before)
    assert "The file is whole." in words_of(after)
    assert "is damaged" not in words_of(mona.get(reverse("secretariat:operations")))


def test_only_managers_restore_and_only_what_is_damaged(cast: Cast, evidence: Evidence) -> None:
    with pytest.raises(Forbidden):
        files.repair_file(cast.actor("rita"), evidence.sha256, SimpleUploadedFile("a.csv", BYTES))
    with pytest.raises(DomainError, match="nothing to restore"):
        files.repair_file(cast.actor("mona"), "0" * 64, SimpleUploadedFile("a.csv", BYTES))

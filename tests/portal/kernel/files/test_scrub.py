"""The scrub reads every stored file to which a row refers, names what is not as it should be, and ends what is over."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from alliance.models import Evidence, Measure, Report
from portal.kernel import documents, files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document, DocumentState, kinds
from portal.kernel.files import CheckedFile, FileDamage, Scrub, integrity
from portal.kernel.files.integrity import scrub
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.management.commands import scrub as command
from portal.kernel.publishing import Publication, next_link, publish
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
MONTH = 40 * 24 * 60 * 60


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    """A storage of the test's own: a scrub reads all of it."""
    (tmp_path / "files").mkdir()
    chosen = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": chosen}
    return tmp_path / "files"


@pytest.fixture
def evidence(cast: Cast) -> list[Evidence]:
    """Three files of a report, with the bytes a, b and c, in the order of their digests."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    return sorted((_attach(report, name) for name in "abc"), key=lambda row: row.file)


def _attach(report: Report, name: str) -> Evidence:
    stored = files.store("evidence", CheckedFile(f"{name}.csv", "text/csv", name.encode()))
    with acting_as(SYSTEM):
        row: Evidence = Evidence.objects.create(
            report=report, organisation=report.organisation, measure=Measure.objects.first(), kind="file", title=name,
            file=stored.path, file_name=f"{name}.csv", media_type="text/csv", size=1, sha256=stored.sha256,
        )  # fmt: skip
    return row


def put(path: str, content: bytes) -> None:
    default_storage.save(path, ContentFile(content))


def run_scrub() -> str:
    """What the command writes; it fails when files are damaged."""
    output = io.StringIO()
    call_command("scrub", stdout=output)
    return output.getvalue()


def damages() -> dict[str, tuple[str, int | None]]:
    """What is damaged now: how it was seen, and how many bytes there are."""
    rows = FileDamage.objects.filter(ended_at=None)
    return {row.path: (row.detected_by, row.actual_size) for row in rows}


def test_what_is_whole_is_read_and_nothing_is_said(evidence: list[Evidence]) -> None:
    assert run_scrub().splitlines()[-3:] == [
        "3 files with 3 bytes were read.", "0 publications were read.", "Every file and every publication is whole.",
    ]  # fmt: skip
    assert (damages(), Scrub.objects.get().finished_at is not None) == ({}, True)


def test_a_publication_that_is_not_what_was_published_is_named(evidence: list[Evidence]) -> None:
    publish(SYSTEM, "test", "thing/1", {}, title={"en": "A thing"}, languages=["en"])
    first = Publication.objects.get()
    values = {"type": "test", "record": "thing/2", "revision": 1, "published_at": first.published_at}
    link = next_link(first.link, "f" * 64)
    Publication.objects.create(
        number=2, body=b"other", sha256="f" * 64, link=link, languages=["en"], **values
    )

    with pytest.raises(CommandError, match=r"^Publication 2 is not what was published") as failure:
        run_scrub()

    assert failure.value.returncode == 2


def test_a_reading_that_is_stopped_says_how_far_it_has_come_and_goes_on_from_there(
    evidence: list[Evidence], monkeypatch: pytest.MonkeyPatch
) -> None:
    files_read: list[str] = []
    measured = files.measure

    def stop_at_third(path: str) -> Any:
        if len(files_read) == 2:
            raise KeyboardInterrupt
        files_read.append(path)
        return measured(path)

    monkeypatch.setattr(scrub, "_PART_SECONDS", 0.0)
    monkeypatch.setattr(command, "_LINE_SECONDS", -1.0)
    output = io.StringIO()
    monkeypatch.setattr(scrub, "measure", stop_at_third)
    with pytest.raises(CommandError, match="call `scrub --continue`") as stop:
        call_command("scrub", stdout=output)
    assert (stop.value.returncode, Scrub.objects.get().finished_at) == (130, None)
    assert "2 files with 2 bytes so far …" in output.getvalue()

    def read(path: str) -> Any:
        files_read.append(path)
        return measured(path)

    monkeypatch.setattr(scrub, "measure", read)
    again = io.StringIO()
    call_command("scrub", "--continue", stdout=again)

    assert files_read == [row.file for row in evidence]
    assert "3 files with 3 bytes were read." in again.getvalue()
    assert Scrub.objects.get().finished_at is not None


def test_publications_that_were_being_read_go_on_after_the_last_one(
    evidence: list[Evidence], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(after: int, progress: Any) -> None:
        progress(400, 1000)
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "check_all_publications", stop)

    with pytest.raises(CommandError, match="Call `scrub --continue --after 400` to go on"):
        run_scrub()


def test_what_is_damaged_or_missing_is_named_until_it_is_whole_again(evidence: list[Evidence]) -> None:
    first, second, _third = evidence
    put(first.file, b"")
    default_storage.delete(second.file)
    output = io.StringIO()

    with pytest.raises(CommandError, match="2 files are damaged or missing") as failure:
        call_command("scrub", stdout=output)

    assert failure.value.returncode == 2
    assert {f"damaged    {first.file}", f"missing    {second.file}"} <= set(output.getvalue().splitlines())
    assert damages() == {first.file: ("scrub", 0), second.file: ("scrub", None)}
    assert Event.objects.filter(kind="file.damage").count() == 2

    for row in (first, second):
        put(row.file, row.title.encode())

    assert run_scrub().count("restored") == 2
    assert damages() == {}
    assert Event.objects.filter(kind="file.repair").count() == 2


def test_damage_of_what_nobody_needs_any_more_is_over(evidence: list[Evidence]) -> None:
    put(evidence[0].file, b"")
    files.note_damage(evidence[0].file, evidence[0].sha256, files.StoredBytes())
    integrity.flush_observations()
    with acting_as(SYSTEM):
        evidence[0].delete()

    run_scrub()

    assert FileDamage.objects.get().ending == "unreferenced"


def test_a_purged_file_is_not_missing(cast: Cast, evidence: list[Evidence]) -> None:
    files.purge_file(cast.actor("mona"), evidence[0].sha256, concern="mistake", reason="It was a mistake.")
    run_all_jobs()
    assert not files.exists(evidence[0].file)

    assert "2 files with 2 bytes" in run_scrub()

    files.PURGED_FILES.path.unlink()
    assert damages() == {}


def test_files_to_which_nothing_refers_are_named_and_removed_after_a_month(
    evidence: list[Evidence], place: Path
) -> None:
    old = f"evidence/{'0' * 64}"
    ages = {"evidence/new": 0, "evidence/some-days": 3 * 24 * 60 * 60, old: MONTH, "evidence/README": MONTH}
    for path, age in ages.items():
        put(path, b"left by an upload that nobody finished")
        os.utime(place / path, (time.time() - age,) * 2)

    output = run_scrub()
    run_all_jobs()

    assert [line.split()[-1] for line in output.splitlines() if line.startswith("not used")] == [
        old,
        "evidence/README",
        "evidence/some-days",
    ]
    assert [files.exists(path) for path in ages] == [True, True, False, True]
    assert [files.exists(row.file) for row in evidence] == [True] * 3


# --- By schedule -----------------------------------------------------------------------------


@pytest.fixture
def one_file_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part of the reading is over as soon as it has begun, and the next one is due at once."""
    monkeypatch.setattr(scrub, "_PART_SECONDS", -1.0)
    monkeypatch.setattr(scrub, "_PAUSE", timedelta(minutes=-1))  # the test is one moment to the database


def test_the_reading_goes_on_part_by_part_where_the_last_one_ended(
    evidence: list[Evidence], one_file_a_part: None
) -> None:
    put(evidence[2].file, b"x")
    for _two_schedulers in range(2):
        integrity.enqueue_scrub()

    parts = run_all_jobs().count("scrub_files")
    integrity.flush_observations()

    reading = Scrub.objects.get()
    assert (reading.files, reading.bytes, reading.finished_at is not None) == (3, 3, True)
    assert parts == 5  # three files, the storage itself, and the end
    assert list(damages()) == [evidence[2].file]


def test_a_part_whose_worker_was_lost_is_done_again(
    evidence: list[Evidence], one_file_a_part: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    integrity.enqueue_scrub()
    with monkeypatch.context() as patch:
        patch.setattr(scrub, "save_progress", lambda reading: 1 / 0)
        with pytest.raises(AssertionError, match="ZeroDivisionError"):
            run_all_jobs()
    Job.objects.filter(kind="scrub_files").update(next_at=timezone.now() - timedelta(seconds=1))

    run_all_jobs()

    assert Scrub.objects.get().files == 3


def test_it_begins_once_a_week_and_one_under_way_goes_on(evidence: list[Evidence]) -> None:
    integrity.enqueue_scrub()
    run_all_jobs()
    integrity.enqueue_scrub()
    assert Scrub.objects.count() == 1

    Scrub.objects.update(started_at=timezone.now() - timedelta(days=8))
    integrity.enqueue_scrub()
    run_all_jobs()

    assert [reading.finished_at is not None for reading in Scrub.objects.all()] == [True, True]
    assert not Job.objects.filter(kind="scrub_files").exclude(state=JobState.DONE).exists()


# --- Documents -------------------------------------------------------------------------------


def test_a_damaged_document_is_built_again_by_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def render(facts: bytes, progress: documents.Progress) -> documents.Built:
        return documents.Built(facts, "a.txt", "text/plain")

    kind = documents.DocumentKind("listing", lambda actor, document: b"1, 2, 3", render)
    monkeypatch.setitem(kinds.KINDS, kind.name, kind)
    document = documents.request_document(cast.actor("alice"), kind.name, 1, title="List", language="en")
    run_all_jobs()
    document.refresh_from_db()
    put(document.file, b"1, 2")

    with pytest.raises(files.DamagedFile):
        documents.open_document(document)
    integrity.flush_observations()
    assert Document.objects.get(pk=document.pk).state == DocumentState.QUEUED
    run_all_jobs()
    integrity.flush_observations()

    document.refresh_from_db()
    with documents.open_document(document) as content:
        assert (document.state, content.read()) == (DocumentState.READY, b"1, 2, 3")
    assert damages() == {}

"""The archive of everything filed is built in steps: interrupted, cancelled, large."""

import json
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import (
    Cycle,
    Membership,
    Report,
)
from portal.kernel import documents, files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Built, Document, DocumentState, building, cancel_document, retry_document
from portal.kernel.errors import DomainError
from portal.kernel.files import ReadRefused
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.own_archives import (
    ARCHIVE,
    files_of,
    request_archive,
    run_steps,
    state_of,
    steps_of,
    two_minutes_pass,
)
from tests.support.pages import signed_in, words_of
from tests.support.query_log import own_queries
from tests.support.submissions import make_submission
from tests.support.world_evidence import make_evidence

pytestmark = pytest.mark.django_db


def parts_of(document: Document) -> list[dict[str, Any]]:
    """The parts that are built so far."""
    assert state_of(document) == DocumentState.BUILDING
    with default_storage.open(document.file) as content:
        parts: list[dict[str, Any]] = json.load(content)["parts"]
    return parts


# --- In steps --------------------------------------------------------------------------------


def test_in_steps_it_is_the_same_as_in_one_go(
    cast: Cast, report: Report, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = request_archive(cast)
    run_all_jobs()
    monkeypatch.setattr(documents, "STEP_SECONDS", -1)
    stepped = request_archive(cast)
    run_all_jobs()

    assert (len(steps_of(whole)), len(steps_of(stepped)) > 4) == (1, True)
    assert files_of(stepped) == files_of(whole)


@pytest.mark.usefixtures("quick", "step_by_step")
def test_the_page_says_how_far_it_is_and_the_bar_never_goes_back(cast: Cast, report: Report) -> None:
    document, percents = request_archive(cast), []
    while state_of(document) != DocumentState.READY:
        run_steps(document, 1)
        state_of(document)
        percents.append(document.progress)
    assert percents == sorted(percents)
    assert len(set(percents)) > 5
    assert percents[-1] == 100


@pytest.mark.usefixtures("quick", "step_by_step")
def test_nobody_fetches_what_is_built_so_far(cast: Cast, report: Report, client: Client) -> None:
    document = request_archive(cast)
    run_steps(document, 3)
    state_of(document)
    client.force_login(cast.sven)
    page = client.get(f"/documents/{document.key}/")
    assert (document.state, bool(document.file)) == (DocumentState.BUILDING, True)
    assert document.sha256 not in page.text
    assert client.get(f"/documents/{document.key}/file/").status_code == 404


@pytest.mark.usefixtures("step_by_step")
def test_a_worker_that_is_killed_loses_one_step_and_leaves_nothing_half_done(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def render(export: Any, _progress: Any) -> Built:
        made.append(export.origin.number)
        if len(made) == 2:
            raise KeyboardInterrupt  # as a signal ends it: nothing is written down
        return Built(b"laid out", "", "")

    monkeypatch.setattr(f"{ARCHIVE}.workbook.render", render)
    document = request_archive(cast)
    with pytest.raises(KeyboardInterrupt):
        run_steps(document, 20)
    assert (state_of(document), steps_of(document)[-1].state) == (DocumentState.BUILDING, JobState.LEASED)

    with acting_as(SYSTEM):  # two minutes pass
        Job.objects.filter(state=JobState.LEASED).update(lease_until="2026-01-01T00:00:00Z")
    run_all_jobs()

    assert state_of(document) == DocumentState.READY
    assert made == [1, 2, 2]  # the first workbook was not laid out again
    assert {"reports/2026-h1/submission-1.xlsx", "reports/2026-h1/report.xlsx"} <= files_of(document).keys()


@pytest.mark.usefixtures("quick", "step_by_step")
def test_each_step_stores_a_part_of_its_own_and_copies_none(cast: Cast, report: Report) -> None:
    document = request_archive(cast)
    run_steps(document, 4)
    parts = parts_of(document)
    names = []
    for part in parts:
        with default_storage.open(part["path"]) as content, zipfile.ZipFile(content) as package:
            names += package.namelist()
    assert (len(parts), len(names)) == (4, len(set(names)))
    assert document.size == sum(part["size"] for part in parts)


@pytest.mark.usefixtures("quick")
def test_a_step_is_over_once_its_part_is_long(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "PART_BYTES", 1)
    document = request_archive(cast)
    run_steps(document, 2)
    assert len(parts_of(document)) == 2
    run_all_jobs()
    assert "reports/2026-h1/report.pdf" in files_of(document)


@pytest.mark.usefixtures("quick", "step_by_step")
def test_parts_are_gone_two_minutes_after_it_is_ready(cast: Cast, report: Report) -> None:
    document = request_archive(cast)
    run_steps(document, 3)
    paths = [part["path"] for part in parts_of(document)]
    run_all_jobs()
    two_minutes_pass()
    state_of(document)
    assert (document.state, len(paths)) == (DocumentState.READY, 3)
    assert files.paths_below(f"documents/{document.key}") == [document.file]


@pytest.mark.usefixtures("quick", "step_by_step")
def test_parts_go_with_an_archive_that_is_cancelled_and_not_those_of_the_next_try(
    cast: Cast, report: Report
) -> None:
    document, sven = request_archive(cast), cast.actor("sven")
    run_steps(document, 3)
    former = parts_of(document)
    with acting_as(sven):
        cancel_document(sven, document)
        retry_document(sven, document)
    run_steps(document, 3)
    two_minutes_pass()
    paths = {part["path"] for part in parts_of(document)}
    assert paths < set(files.paths_below(f"documents/{document.key}"))
    assert not any(default_storage.exists(part["path"]) for part in former)


@pytest.mark.usefixtures("quick", "step_by_step")
def test_a_purge_erases_parts_with_the_file(cast: Cast, report: Report) -> None:
    document, sha256 = request_archive(cast), "5" * 64
    run_steps(document, 3)
    paths = [part["path"] for part in parts_of(document)]
    with acting_as(SYSTEM):
        Document.objects.filter(pk=document.pk).update(source_digests=[sha256])
        assert set(paths) < set(documents.DOCUMENT_HOLDER.paths(sha256))


@pytest.mark.parametrize("is_the_list", [True, False])
@pytest.mark.usefixtures("quick", "step_by_step")
def test_damaged_in_the_middle_it_is_built_anew(cast: Cast, report: Report, is_the_list: bool) -> None:
    document = request_archive(cast)
    run_steps(document, 3)
    first = parts_of(document)[0]["path"]
    files.storage.replace(document.file if is_the_list else first, b"other bytes")
    run_all_jobs()
    assert state_of(document) == DocumentState.READY
    assert "reports/2026-h1/report.pdf" in files_of(document)


@pytest.mark.usefixtures("step_by_step")
def test_a_storage_that_does_not_answer_once_costs_nothing_that_was_built(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    open_file = files.open_file

    def render(export: Any, _progress: Any) -> Built:
        made.append(export.origin.number)
        return Built(b"laid out", "", "")

    def refuse_once(path: str, *digests: str) -> files.VerifiedFile:
        monkeypatch.setattr(files, "open_file", open_file)
        raise ReadRefused

    monkeypatch.setattr(f"{ARCHIVE}.workbook.render", render)
    document = request_archive(cast)
    while not made:
        run_steps(document, 1)
    state_of(document)
    paused, percent = document.file, document.progress
    monkeypatch.setattr(files, "open_file", refuse_once)

    run_steps(document, 1)

    assert (state_of(document), document.file, document.progress) == (DocumentState.QUEUED, paused, percent)
    assert default_storage.exists(paused)
    with acting_as(SYSTEM):  # the wait before the next try is over
        Job.objects.filter(kind="build_document", state=JobState.READY).update(next_at="2026-01-01T00:00:00Z")
    run_all_jobs()
    assert state_of(document) == DocumentState.READY
    assert made == [1, 2]  # the first workbook was not laid out again


@pytest.mark.usefixtures("quick", "step_by_step")
def test_a_right_that_is_lost_between_two_steps_ends_it(cast: Cast, report: Report) -> None:
    document = request_archive(cast)
    run_steps(document, 3)
    Membership.objects.filter(person=cast.sven).update(roles=["reader"])
    run_all_jobs()
    assert (state_of(document), document.file, document.sha256) == (DocumentState.FAILED, "", "")


@pytest.mark.usefixtures("quick", "step_by_step")
def test_whoever_asked_cancels_it_and_may_try_again(cast: Cast, report: Report) -> None:
    document, sven = request_archive(cast), signed_in(cast.sven)
    run_steps(document, 3)
    page = words_of(sven.get(f"/documents/{document.key}/"))
    assert "Cancel" in page

    answer = sven.post(f"/documents/{document.key}/cancel/", follow=True)

    assert "It was cancelled. You can try again." in words_of(answer)
    assert Event.objects.filter(kind="document.cancel").count() == 1
    run_all_jobs()
    assert (state_of(document), document.file) == (DocumentState.FAILED, "")
    with acting_as(cast.actor("sven")) as actor:
        with pytest.raises(DomainError, match="finished already"):
            cancel_document(actor, document)
        retry_document(actor, document)
    run_all_jobs()
    assert state_of(document) == DocumentState.READY
    assert "reports/2026-h1/report.pdf" in files_of(document)


@pytest.mark.usefixtures("quick")
def test_progress_is_noted_once_a_second_and_when_another_step_begins(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[tuple[int, str]] = []
    monkeypatch.setattr(building, "_note_progress", lambda _document, _claim, *facts: noted.append(facts))
    monkeypatch.setattr(building, "monotonic", lambda: now)
    document = request_archive(cast)
    progress = building._ProgressNotes(document, building.Claim(1, "build_document", 1, {}))
    for now, percent, step in (  # noqa: B007 - the clock reads it
        (0.0, 5, "first"), (0.1, 6, "first"), (0.9, 7, "first"), (1.0, 8, "first"), (1.1, 8, "second"),
        (1.2, 3, "third"), (2.2, 3, "third"), (2.3, 20, "third"),
    ):  # fmt: skip
        progress(percent, step)
    assert noted == [(5, "first"), (8, "first"), (8, "second"), (8, "third"), (8, "third")]
    assert progress.percent == 20  # which a step notes when it is over


@pytest.mark.usefixtures("quick")
def test_progress_is_noted_outside_of_what_it_reads(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is seen while facts are read, the lease holds, and whoever cancels does not wait for them."""
    note_progress, depths = building._note_progress, set()

    def note(*facts: Any) -> None:
        depths.add(len(connection.savepoint_ids))
        note_progress(*facts)

    monkeypatch.setattr(building, "_note_progress", note)
    document, outside = request_archive(cast), len(connection.savepoint_ids)
    run_steps(document, 1)
    assert state_of(document) == DocumentState.READY
    assert depths == {outside}


def test_cancelled_while_a_worker_is_at_it_it_stays_cancelled(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, requester = request_archive(cast), cast.actor("sven")

    def render(_export: Any, progress: Any) -> Built:
        with acting_as(requester) as sven:
            cancel_document(sven, document)
        progress(50, "Sheet 1")
        raise AssertionError("it goes on without its lease")

    monkeypatch.setattr(f"{ARCHIVE}.workbook.render", render)
    run_steps(document, 1)
    assert (state_of(document), steps_of(document)[-1].state) == (DocumentState.FAILED, JobState.CANCELLED)


# --- Large -----------------------------------------------------------------------------------


def reports(cast: Cast, count: int) -> None:
    charter = read_charter()
    for number in range(count):
        cycle = make_cycle(charter, f"{2000 + number // 2}-h{number % 2 + 1}", CycleState.OPEN)
        report = make_report(cycle, cast.aurora)
        make_submission(report, ReportState.IN_REVIEW)
        make_submission(report, ReportState.IN_REVIEW, number=2)


def test_no_step_of_a_large_archive_comes_near_the_limit_of_a_job(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Sixteen reports with four layouts each, of which every one takes twenty seconds: over twenty minutes of work."""
    reports(cast, 16)
    now = [0.0]

    def render(_facts: Any, _progress: Any) -> Built:
        now[0] += 20
        return Built(b"laid out", "", "")

    monkeypatch.setattr(f"{ARCHIVE}.workbook.render", render)
    monkeypatch.setattr(f"{ARCHIVE}.pdf.render", render)
    monkeypatch.setattr("alliance.documents.zip_writer.monotonic", lambda: now[0])
    document, lengths = request_archive(cast), []
    while state_of(document) != DocumentState.READY:
        began = now[0]
        run_steps(document, 1)
        lengths.append(now[0] - began)

    assert sum(lengths) == 16 * 4 * 20
    assert max(lengths) <= documents.STEP_SECONDS + 20 < settings.CELERY_TASK_SOFT_TIME_LIMIT
    assert sum(name.endswith("report.pdf") for name in files_of(document)) == 16


@pytest.mark.usefixtures("quick", "noted_once")
def test_each_report_costs_the_same_number_of_queries(cast: Cast) -> None:
    """Two submissions each, of which one stands: their charter is read once for all."""
    counts = []
    for count in (1, 2, 3):
        reports_until(cast, count)
        counts.append(queries_of_archive(cast))
    assert counts[2] - counts[1] == counts[1] - counts[0] <= 52


@pytest.mark.usefixtures("quick", "noted_once")
def test_a_file_costs_no_more_than_to_ask_whether_it_may_be_read(cast: Cast, report: Report) -> None:
    before = queries_of_archive(cast)
    for name in ("one", "two", "three", "four"):
        with acting_as(SYSTEM):
            measure = report.cycle.charter.measures.first()
            assert measure is not None
            make_evidence(report, measure, name, submitted_at=timezone.now())
    # each is read twice, since it is compared with its digest first; something is read once a second
    assert queries_of_archive(cast) - before <= 2 * 4 + 1


@pytest.fixture
def noted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The progress of a step is noted when it begins, however long it takes."""
    monkeypatch.setattr(building, "NOTE_SECONDS", float("inf"))


def queries_of_archive(cast: Cast) -> int:
    document = request_archive(cast)
    with CaptureQueriesContext(connection) as queries:
        run_steps(document, 1)
    assert state_of(document) == DocumentState.READY
    return len(own_queries(queries))


def reports_until(cast: Cast, count: int) -> None:
    number = Report.objects.count()
    charter = Cycle.objects.first().charter if number else read_charter()  # type: ignore[union-attr]  # there is one
    cycle = make_cycle(charter, f"{2000 + count}-h1", CycleState.OPEN)
    report = make_report(cycle, cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    make_submission(report, ReportState.IN_REVIEW, number=2)

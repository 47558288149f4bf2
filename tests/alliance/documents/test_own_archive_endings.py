"""An archive that is built in steps and given up leaves nothing behind, and says why."""

from collections.abc import Callable
from typing import Any

import pytest

from alliance.models import Report
from portal.kernel import documents, files, jobs
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import DocumentState, building, cancel_document
from portal.kernel.errors import DomainError
from portal.kernel.files import StorageFull
from portal.kernel.jobs import Job, JobState
from portal.kernel.operations import cancel_job
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.own_archives import request_archive, run_steps, state_of, steps_of, two_minutes_pass

pytestmark = pytest.mark.django_db


def begin_last_try() -> None:
    with acting_as(SYSTEM):
        Job.objects.filter(kind="build_document", state=JobState.READY).update(attempts=jobs.TRIES - 1)


def refuse(error: Exception) -> Callable[..., Any]:
    def raise_it(*_facts: Any) -> Any:
        raise error

    return raise_it


@pytest.mark.usefixtures("quick", "step_by_step")
def test_after_the_last_try_in_the_middle_it_says_so_and_its_parts_go(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = request_archive(cast)
    run_steps(document, 3)
    state_of(document)
    begin_last_try()
    monkeypatch.setattr(building, "_build", refuse(OSError()))

    run_steps(document, 1)

    assert (state_of(document), document.file) == (DocumentState.FAILED, "")
    assert document.error == "It failed. The error has been recorded; you can try again."
    job = steps_of(document)[-1]
    assert (job.state, job.last_error) == (JobState.DEAD, "builtins.OSError")
    two_minutes_pass()
    assert files.paths_below(f"documents/{document.key}") == []


@pytest.mark.parametrize("error", [StorageFull(), DomainError("A file in it is withheld.")])
@pytest.mark.usefixtures("quick", "step_by_step")
def test_a_first_part_goes_when_its_list_cannot_be_stored(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    document = request_archive(cast)
    begin_last_try()
    monkeypatch.setattr(building, "list_parts", refuse(error))

    run_steps(document, 1)

    assert state_of(document) == DocumentState.FAILED
    assert len(files.paths_below(f"documents/{document.key}")) == 1
    two_minutes_pass()
    assert files.paths_below(f"documents/{document.key}") == []


@pytest.mark.usefixtures("quick", "step_by_step")
def test_a_first_part_goes_when_it_is_cancelled_while_it_is_written(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, requester, list_parts = request_archive(cast), cast.actor("sven"), building.list_parts

    def cancel_first(*facts: Any) -> bytes:
        with acting_as(requester) as sven:
            cancel_document(sven, document)
        return list_parts(*facts)

    monkeypatch.setattr(building, "list_parts", cancel_first)
    run_steps(document, 1)

    assert (state_of(document), document.file) == (DocumentState.FAILED, "")
    assert len(files.paths_below(f"documents/{document.key}")) == 2
    two_minutes_pass()
    assert files.paths_below(f"documents/{document.key}") == []


@pytest.mark.usefixtures("quick", "step_by_step")
def test_a_first_part_goes_when_a_manager_cancels_its_job_between_two_tries(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, manager = request_archive(cast), cast.actor("mona")
    monkeypatch.setattr(building, "list_parts", refuse(StorageFull()))
    run_steps(document, 1)
    with acting_as(manager) as mona:
        cancel_job(mona, steps_of(document)[-1], "Not needed.")

    assert (state_of(document), document.error) == (
        DocumentState.FAILED,
        "It was cancelled. You can try again.",
    )
    two_minutes_pass()
    assert files.paths_below(f"documents/{document.key}") == []


@pytest.mark.usefixtures("quick", "step_by_step")
def test_a_first_part_goes_when_the_next_try_needs_no_parts(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = request_archive(cast)
    with monkeypatch.context() as full:
        full.setattr(building, "list_parts", refuse(StorageFull()))
        run_steps(document, 1)
    monkeypatch.setattr(documents, "STEP_SECONDS", 600)
    with acting_as(SYSTEM):  # the wait before the next try is over
        Job.objects.filter(kind="build_document").update(next_at="2026-01-01T00:00:00Z")
    run_all_jobs()
    two_minutes_pass()
    assert state_of(document) == DocumentState.READY
    assert files.paths_below(f"documents/{document.key}") == [document.file]

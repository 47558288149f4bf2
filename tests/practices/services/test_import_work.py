"""The work of an import: notified once, confirmed once, and nothing twice after a worker was killed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from alliance.enums import Role
from alliance.models import Membership
from portal.kernel import jobs
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import WrongState
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery
from portal.kernel.operations import cancel_job
from practices.enums import ImportOutcome, ImportStage
from practices.models import Draft, ImportedFile, PracticeImport
from practices.queries.imports import own_imports, percent_of
from practices.services import import_work
from practices.services.imports import apply_import, discard_import
from tests.factories import Cast
from tests.factories.practices import call_as
from tests.support.jobs import run_all_jobs
from tests.support.practice_imports import applied, file_of, practices, prepared

pytestmark = pytest.mark.django_db

# --- The work --------------------------------------------------------------------------------


def test_its_end_is_notified_and_its_files_are_deleted(cast: Cast) -> None:
    rows = applied(cast, a=file_of(), b=file_of())
    with acting_as(cast.actor("alice")) as alice:
        practice_import = own_imports(alice).get(key=rows[0].upload.key)
    assert (practice_import.stage, percent_of(practice_import)) == (ImportStage.DONE, 100)
    line = Delivery.objects.get(event__kind="import.finish")
    assert (line.recipient_id, line.url) == (
        cast.alice.pk,
        f"/workspace/practices/imports/{practice_import.key}/",
    )
    assert all(default_storage.exists(row.file) for row in rows)

    Job.objects.filter(kind="discard_import").update(next_at=timezone.now() - timedelta(days=1))
    run_all_jobs()

    assert not any(default_storage.exists(row.file) for row in rows)


def test_it_is_confirmed_once_and_not_after_it_was_discarded(cast: Cast) -> None:
    alice = cast.actor("alice")
    first, second = prepared(cast, a=file_of()), prepared(cast, a=file_of())
    call_as(alice, apply_import, first)
    with pytest.raises(WrongState):
        call_as(alice, apply_import, first)
    with pytest.raises(WrongState):
        call_as(alice, discard_import, first)
    call_as(alice, discard_import, second)
    with pytest.raises(WrongState):
        call_as(alice, apply_import, second)
    run_all_jobs()

    assert practices() == 1
    with acting_as(SYSTEM):
        assert not ImportedFile.objects.filter(upload=second).exclude(file="").exists()


def test_somebody_else_cannot_confirm_it(cast: Cast) -> None:
    practice_import = prepared(cast, a=file_of())
    with pytest.raises(PracticeImport.DoesNotExist):
        call_as(cast.actor("sven"), apply_import, practice_import)


class Killed(BaseException):
    """The worker's process ends here."""


def test_a_worker_killed_in_the_middle_is_followed_by_one_that_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice_import = prepared(
        cast, **{f"f{number}": file_of(title=f"Practice {number}") for number in range(5)}
    )
    call_as(cast.actor("alice"), apply_import, practice_import)
    real, calls = import_work._apply_row, []

    def dying(actor: Actor, row: ImportedFile) -> Any:
        calls.append(row.position)
        if len(calls) == 3:
            raise Killed
        return real(actor, row)

    monkeypatch.setattr(import_work, "_apply_row", dying)
    job = Job.objects.get(kind="apply_import")
    with pytest.raises(Killed):
        jobs.run_job(job.pk)
    assert practices() == 2
    with acting_as(cast.actor("alice")) as alice:
        assert percent_of(own_imports(alice).get()) == 40

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(days=1))
    run_all_jobs()

    with acting_as(SYSTEM):
        titles = sorted(draft.content["title"] for draft in Draft.objects.all())
    assert titles == [f"Practice {number}" for number in range(5)]
    assert Event.objects.filter(kind="import.finish").count() == 1


def test_a_worker_that_lost_its_lease_writes_nothing_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice_import = prepared(cast, a=file_of(), b=file_of())
    call_as(cast.actor("alice"), apply_import, practice_import)
    real = import_work._apply_row

    def overtaken(actor: Actor, row: ImportedFile) -> Any:
        with acting_as(SYSTEM):
            Job.objects.filter(kind="apply_import").update(attempts=9)  # somebody else has claimed it
        return real(actor, row)

    monkeypatch.setattr(import_work, "_apply_row", overtaken)
    jobs.run_job(Job.objects.get(kind="apply_import").pk)

    assert practices() == 0


def test_a_breakdown_is_reported_and_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    practice_import = prepared(cast, a=file_of())
    call_as(cast.actor("alice"), apply_import, practice_import)

    def broken(actor: Actor, row: ImportedFile) -> Any:
        raise OSError("no disk")

    monkeypatch.setattr(import_work, "_apply_row", broken)
    job = Job.objects.get(kind="apply_import")
    jobs.run_job(job.pk)
    with acting_as(SYSTEM):
        practice_import.refresh_from_db()
        assert (practice_import.stage, practice_import.step) == (
            ImportStage.RUNNING,
            "It failed and will be tried again automatically",
        )

    Job.objects.filter(pk=job.pk).update(attempts=jobs.TRIES - 1, next_at=timezone.now() - timedelta(days=1))
    jobs.run_job(job.pk)
    with acting_as(SYSTEM):
        practice_import.refresh_from_db()
        assert (practice_import.stage, practice_import.step) == (
            ImportStage.FAILED,
            "It could not be finished. The error has been recorded. See below which files were imported; "
            "upload only the others.",
        )
    job.refresh_from_db()
    assert job.state == JobState.DEAD


def test_an_import_whose_worker_was_lost_each_time_says_so(cast: Cast) -> None:
    practice_import = prepared(cast, a=file_of())
    call_as(cast.actor("alice"), apply_import, practice_import)
    job = Job.objects.get(kind="apply_import")
    long_ago = timezone.now() - timedelta(days=1)
    Job.objects.filter(pk=job.pk).update(state=JobState.LEASED, attempts=jobs.TRIES, lease_until=long_ago)
    jobs.run_job(job.pk)

    with acting_as(SYSTEM):
        practice_import.refresh_from_db()
        assert (practice_import.stage, practice_import.step[:26]) == (
            ImportStage.FAILED,
            "It could not be finished. ",
        )


def test_an_import_whose_job_is_cancelled_says_so(cast: Cast) -> None:
    practice_import = prepared(cast, a=file_of())
    call_as(cast.actor("alice"), apply_import, practice_import)
    with acting_as(cast.actor("mona")) as mona:
        cancel_job(mona, Job.objects.get(kind="apply_import"), "It stops everything else.")

    with acting_as(SYSTEM):
        practice_import.refresh_from_db()
        assert practice_import.stage == ImportStage.FAILED


def test_a_person_who_has_left_meanwhile_imports_nothing(cast: Cast) -> None:
    practice_import = prepared(cast, a=file_of())
    call_as(cast.actor("alice"), apply_import, practice_import)
    Membership.objects.filter(person=cast.alice).update(ended_at=timezone.now())
    run_all_jobs()

    assert practices() == 0
    with acting_as(SYSTEM):
        practice_import.refresh_from_db()
        assert practice_import.stage == ImportStage.FAILED


def test_a_person_who_may_only_read_by_now_imports_nothing(cast: Cast) -> None:
    practice_import = prepared(cast, a=file_of())
    call_as(cast.actor("alice"), apply_import, practice_import)
    Membership.objects.filter(person=cast.alice).update(roles=[Role.READER])
    run_all_jobs()

    assert practices() == 0
    with acting_as(SYSTEM):
        assert ImportedFile.objects.get().outcome == ImportOutcome.REFUSED

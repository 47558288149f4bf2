"""What people may do about work that failed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.documents import Document
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.jobs import TRIES, Job, JobState, enqueue
from portal.kernel.jobs.queue import claim_job
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery, DeliveryState
from portal.kernel.operations import (
    LATE_AFTER,
    JobSubject,
    cancel_job,
    cancelled_jobs,
    failed_jobs,
    failing_kinds,
    job_subjects,
    oldest_wait,
    retry_job,
    retry_jobs,
    subject_texts,
)
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def make_job(key: str = "one", state: str = JobState.DEAD, error: str = "smtplib.SMTPException") -> Job:
    return Job.objects.create(
        kind="send_delivery",
        dedupe_key=key,
        payload={"delivery": 7},
        state=state,
        attempts=TRIES,
        last_error=error,
    )


def test_retry_job_starts_from_the_beginning_under_the_same_key(cast: Cast) -> None:
    retry_job(cast.actor("mona"), make_job())

    job = Job.objects.get(dedupe_key="one")
    assert (job.state, job.attempts) == (JobState.READY, 0)
    assert enqueue("send_delivery", key="one", payload={}) is False
    assert claim_job(job.pk) is not None


def test_retry_job_is_journalled(cast: Cast) -> None:
    job = retry_job(cast.actor("mona"), make_job())

    assert Event.objects.get(kind="job.retry").target_id == job.pk


@pytest.mark.parametrize("state", [JobState.READY, JobState.LEASED, JobState.DONE, JobState.CANCELLED])
def test_retry_job_only_what_was_given_up(cast: Cast, state: str) -> None:
    with pytest.raises(WrongState):
        retry_job(cast.actor("mona"), make_job(state=state))


def test_cancel_job_keeps_its_reason(cast: Cast) -> None:
    cancelled = cancel_job(cast.actor("mona"), make_job(), "The address is gone.")

    assert (cancelled.state, cancelled.cancel_reason) == (JobState.CANCELLED, "The address is gone.")
    assert Event.objects.filter(kind="job.cancel").count() == 1


def test_cancel_job_needs_a_reason(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        cancel_job(cast.actor("mona"), make_job(), " ")

    assert refusal.value.field == "reason"


@pytest.mark.parametrize("name", ["rita", "sven"])
def test_retry_and_cancel_are_the_managers(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        retry_job(cast.actor(name), make_job("one"))
    with pytest.raises(Forbidden):
        cancel_job(cast.actor(name), make_job("two"), "Because.")


def test_failed_jobs_are_the_dead_and_those_that_failed_and_wait() -> None:
    make_job("dead")
    make_job("failed", JobState.READY)
    make_job("new", JobState.READY, error="")
    make_job("done", JobState.DONE)

    assert [job.dedupe_key for job in failed_jobs()] == ["dead", "failed"]


def test_subjects_of_names_kinds_and_ids_alone() -> None:
    assert subject_texts(SYSTEM, [make_job()]) == ["delivery 7"]


def test_oldest_wait_counts_from_when_it_was_due() -> None:
    now = timezone.now()
    for key, at in (("past", now - timedelta(minutes=3)), ("future", now + timedelta(hours=1))):
        Job.objects.create(kind="any", dedupe_key=key, next_at=at)

    assert oldest_wait() > LATE_AFTER


def test_oldest_wait_is_nothing_when_nothing_is_due() -> None:
    assert oldest_wait() == timedelta(0)


# --- Messages, and many at once --------------------------------------------------------------


def failed_letter(cast: Cast) -> tuple[Job, Delivery]:
    """An e-mail to Bob that was given up by the outbox."""
    event = journal.record(SYSTEM, "organisation.change", cast.aurora)
    letter = Delivery.objects.create(
        event=event, channel="email", recipient=cast.bob, tenant_id=cast.aurora.pk, state="pending"
    )
    job = make_job(f"delivery:{letter.pk}")
    Job.objects.filter(pk=job.pk).update(payload={"delivery": letter.pk})
    job.refresh_from_db()
    return job, letter


def test_a_message_says_to_whom_and_on_which_channel(cast: Cast) -> None:
    job, _letter = failed_letter(cast)

    (job_subject,) = job_subjects(cast.actor("mona"), [job])

    assert (job_subject.subject, job_subject.recipient, job_subject.channel) == (
        f"organisation.change, organisation {cast.aurora.pk}", "Bob", "E-mail",
    )  # fmt: skip


def test_recipients_of_what_not_everybody_may_know_are_not_named(cast: Cast) -> None:
    job, letter = failed_letter(cast)
    hidden = Document.objects.create(kind="practice.brief", target_id=1, language="en", title="")
    event = journal.record(SYSTEM, "document.ready", hidden)
    Delivery.objects.filter(pk=letter.pk).update(event=event)

    assert job_subjects(cast.actor("mona"), [job]) == [JobSubject("confidential")]


def test_a_message_that_was_given_up_says_so(cast: Cast) -> None:
    job, letter = failed_letter(cast)

    cancel_job(cast.actor("mona"), job, "The address is gone.")

    letter.refresh_from_db()
    assert letter.state == DeliveryState.GIVEN_UP
    assert list(cancelled_jobs()) == [job]


def test_all_of_a_kind_are_tried_again_and_each_is_journalled(cast: Cast) -> None:
    for number in range(3):
        make_job(f"dead:{number}")
    other = make_job("other")
    Job.objects.filter(pk=other.pk).update(kind="build_document")
    assert [(row.kind, row.dead) for row in failing_kinds()] == [("build_document", 1), ("send_delivery", 3)]

    assert retry_jobs(cast.actor("mona"), "send_delivery") == 3

    assert Event.objects.filter(kind="job.retry").count() == 3
    assert [job.kind for job in failed_jobs().filter(state="dead")] == ["build_document"]
    with pytest.raises(Forbidden):
        retry_jobs(cast.actor("rita"), "build_document")

"""After a restore, what may have gone out already waits for a person; what is asked for now goes out."""

from collections.abc import Iterator

import pytest
import structlog
from django.db import connection
from django.utils import timezone

from portal.kernel import jobs
from portal.kernel.access import ANYONE, SYSTEM
from portal.kernel.backups import (
    cancel_all,
    hold_messages,
    jobs_on_hold,
    open_restoration,
    release_all,
    release_job,
)
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.jobs import Claim, Job, JobState, enqueue, handles, queue
from portal.kernel.journal import Event
from portal.kernel.monitoring import Restoration

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds() -> Iterator[None]:
    """An outward kind `letter`, and an inner kind `ask` that queues one."""
    handlers, outward = dict(queue._HANDLERS), set(queue._OUTWARD)

    @handles("ask")
    def ask(claim: Claim) -> None:
        with claim.finishing():
            enqueue_job("letter", f"of-{claim.job_id}")

    @handles("letter", outward=True)
    def letter(claim: Claim) -> None:
        with claim.finishing():
            pass

    yield
    queue._HANDLERS.clear()
    queue._HANDLERS.update(handlers)
    queue._OUTWARD.clear()
    queue._OUTWARD.update(outward)


@pytest.fixture
def restored(kinds: None) -> Restoration:
    """What a restore does: one letter and one question were pending when the backup was taken."""
    del kinds
    with structlog.contextvars.bound_contextvars(request_id="before-the-fire"):
        enqueue_job("letter", "old")
        enqueue_job("ask", "old-question")
    with connection.cursor() as cursor:
        assert hold_messages(cursor, timezone.now()) == 1
    return Restoration.objects.get()


def enqueue_job(kind: str, key: str) -> None:
    enqueue(kind, key=key, payload={"thing": 1})


def states() -> dict[str, str]:
    return dict(Job.objects.values_list("dedupe_key", "state"))


@pytest.mark.usefixtures("restored")
def test_outward_work_is_on_hold_and_inner_work_is_not() -> None:
    assert states() == {"old": JobState.ON_HOLD, "old-question": JobState.READY}


@pytest.mark.usefixtures("restored")
def test_what_old_jobs_queue_is_on_hold_too() -> None:
    question = Job.objects.get(dedupe_key="old-question")

    jobs.run_job(question.pk)

    assert states() == {"old": "on_hold", "old-question": "done", f"of-{question.pk}": "on_hold"}


@pytest.mark.usefixtures("restored")
def test_what_the_schedule_queues_is_on_hold_and_what_a_person_asks_for_is_not() -> None:
    enqueue_job("letter", "reminder:1")
    with structlog.contextvars.bound_contextvars(request_id="after-the-fire"):
        enqueue_job("letter", "asked-for")
        enqueue_job("ask", "new-question")
    question = Job.objects.get(dedupe_key="new-question")

    jobs.run_job(question.pk)

    job_states = states()
    assert (job_states["reminder:1"], job_states["asked-for"], job_states[f"of-{question.pk}"]) == (
        "on_hold",
        "ready",
        "ready",
    )


@pytest.mark.usefixtures("restored")
def test_released_letters_are_sent_and_no_job_stays_on_hold() -> None:
    assert release_all(SYSTEM) == 1
    enqueue_job("letter", "reminder:2")

    assert open_restoration() is None
    assert (states()["old"], states()["reminder:2"]) == ("ready", "ready")
    assert Event.objects.filter(kind="restoration.release", data={"released": 1}).exists()
    assert Event.objects.filter(kind="job.release").exists()


@pytest.mark.usefixtures("restored")
def test_given_up_letters_keep_the_reason() -> None:
    assert cancel_all(SYSTEM, " They went out. ") == 1

    job = Job.objects.get(dedupe_key="old")
    assert (job.state, job.cancel_reason) == (JobState.CANCELLED, "They went out.")
    assert not jobs_on_hold().exists()


@pytest.mark.usefixtures("restored")
def test_nothing_is_given_up_without_a_reason_or_a_right() -> None:
    for reason in ("  ", "They went\u202e out."):  # as for a single job: no character that turns what is read
        with pytest.raises(DomainError):
            cancel_all(SYSTEM, reason)
    for act in (
        lambda: release_all(ANYONE),
        lambda: cancel_all(ANYONE, "No."),
        lambda: release_job(ANYONE, first()),
    ):
        with pytest.raises(Forbidden):
            act()

    assert states()["old"] == JobState.ON_HOLD


def first() -> Job:
    job: Job = jobs_on_hold()[0]
    return job


@pytest.mark.usefixtures("restored")
def test_one_letter_can_go_out_alone() -> None:
    enqueue_job("letter", "another")

    release_job(SYSTEM, first())

    assert (states()["old"], states()["another"]) == ("ready", "on_hold")
    assert open_restoration() is not None


# Letters, and what else is seen outside, that nothing waits for or queues again: each is asked for by an act.
_WITHOUT_ROWS = {
    "send_account_letter", "send_application_letter", "send_contact_message", "send_email_change_letter",
    "send_erasure_confirmation", "send_follow_confirmation", "send_follow_link", "send_invitation",
    "send_public_question_letter", "send_reply_refusal", "send_supporter_decision", "send_supporter_link",
    "send_test_mail",
}  # fmt: skip


def test_whoever_cancels_what_is_sent_gives_up_the_rows_behind_it_too() -> None:
    assert set(jobs.outward_kinds()) - _WITHOUT_ROWS == set(jobs.outward_kinds()) & set(queue._ON_CANCELLED)


def test_every_kind_that_sends_is_outward() -> None:
    senders = {kind for kind in queue._HANDLERS if kind.startswith("send_")}

    assert senders <= set(jobs.outward_kinds())

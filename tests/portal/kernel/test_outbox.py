"""Jobs: owed once, claimed under a lease, finished behind a fence, given up after eight tries."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portal.kernel import outbox
from portal.kernel.models import Job, JobState, PublicRevision
from portal.kernel.outbox import Claim, LostLease, enqueue
from portal.kernel.publishing import touch_public
from portal.kernel.sweeper import Sweeper

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds() -> Iterator[dict[str, outbox.Handler]]:
    """The registered kinds, as they were before the test at its end."""
    before = dict(outbox._HANDLERS)
    yield outbox._HANDLERS
    outbox._HANDLERS.clear()
    outbox._HANDLERS.update(before)


def effect(claim: Claim) -> None:
    with claim.finishing():
        touch_public()


def effects() -> int:
    return PublicRevision.objects.values_list("value", flat=True).first() or 0


def owe(key: str = "one") -> Job:
    enqueue("test", key=key, payload={"thing": 1})
    return Job.objects.get(dedupe_key=key)


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_enqueue_owes_each_key_once() -> None:
    first = enqueue("test", key="reminder:1", payload={"thing": 1})
    second = enqueue("test", key="reminder:1", payload={"thing": 1})

    assert (first, second, Job.objects.count()) == (True, False, 1)


def test_enqueue_is_undone_with_its_transaction() -> None:
    def owe_and_fail() -> None:
        owe()
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        owe_and_fail()

    assert Job.objects.count() == 0


def test_run_does_the_work_once_however_often_it_is_hinted(kinds: dict[str, outbox.Handler]) -> None:
    kinds["test"] = effect
    job = owe()

    for _hint in range(3):
        outbox.run(job.pk)

    job.refresh_from_db()
    assert (effects(), job.state, job.attempts) == (1, JobState.DONE, 1)


def test_claim_belongs_to_one_worker_until_its_lease_ends() -> None:
    job = owe()

    first, second = outbox.claim(job.pk), outbox.claim(job.pk)
    expire(job)
    third = outbox.claim(job.pk)

    assert (first is not None, second, third and third.attempt) == (True, None, 2)


def test_finishing_undoes_the_effect_of_a_worker_that_lost_its_lease() -> None:
    job = owe()
    slow = outbox.claim(job.pk)
    expire(job)
    quick = outbox.claim(job.pk)
    assert slow is not None
    assert quick is not None

    effect(quick)
    with pytest.raises(LostLease):
        effect(slow)

    assert effects() == 1


def test_failure_waits_longer_each_time_and_is_dead_after_eight(kinds: dict[str, outbox.Handler]) -> None:
    def fail(claim: Claim) -> None:
        raise ValueError("carol@beacon.example")

    kinds["test"] = fail
    job = owe()
    waits = []
    for _try in range(outbox.TRIES):
        Job.objects.filter(pk=job.pk).update(next_at=timezone.now() - timedelta(hours=1))
        outbox.run(job.pk)
        job.refresh_from_db()
        waits.append(job.next_at - timezone.now())

    assert (job.state, job.attempts) == (JobState.DEAD, outbox.TRIES)
    assert waits == sorted(waits)
    assert job.last_error == "builtins.ValueError"


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    job = owe()
    for _try in range(outbox.TRIES):
        outbox.claim(job.pk)
        expire(job)

    outbox.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.DEAD, "its worker was lost every time")


def test_backoff_doubles_from_ten_seconds_to_six_hours() -> None:
    for attempt, seconds in [(1, 10), (2, 20), (7, 640), (20, 6 * 60 * 60)]:
        assert 0.8 * seconds <= outbox.backoff(attempt).total_seconds() <= 1.2 * seconds


def test_due_are_the_waiting_and_the_abandoned_but_not_the_later() -> None:
    waiting, abandoned, held = owe("waiting"), owe("abandoned"), owe("held")
    enqueue("test", key="later", payload={}, at=timezone.now() + timedelta(hours=1))
    outbox.claim(abandoned.pk)
    outbox.claim(held.pk)
    expire(abandoned)

    assert set(outbox.due_ids()) == {waiting.pk, abandoned.pk}


def test_sweep_sends_hints_in_chunks_and_not_twice_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[list[int]] = []
    monkeypatch.setattr("portal.kernel.tasks.run.apply_async", lambda args, retry: sent.append(args[0]))
    for number in range(250):
        enqueue("test", key=f"many:{number}", payload={})
    sweeper = Sweeper()

    first, second = sweeper.sweep(), sweeper.sweep()

    assert ([len(chunk) for chunk in sent], first, second) == ([100, 100, 50], 250, 0)

"""Jobs: queued once, claimed under a lease, finished under its fencing token, given up after eight tries."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.kernel import jobs
from portal.kernel.jobs import Claim, Job, JobState, LostLease, Sweeper, enqueue, queue
from portal.kernel.operations import oldest_wait
from portal.kernel.publishing import PublicRevision, touch_public_revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds() -> Iterator[dict[str, queue.Handler]]:
    """The registered kinds, as they were before the test at its end."""
    before = dict(queue._HANDLERS)
    yield queue._HANDLERS
    queue._HANDLERS.clear()
    queue._HANDLERS.update(before)


def effect(claim: Claim) -> None:
    with claim.finishing():
        touch_public_revision()


def effects() -> int:
    return PublicRevision.objects.values_list("value", flat=True).first() or 0


def enqueue_job(key: str = "one") -> Job:
    enqueue("test", key=key, payload={"thing": 1})
    return Job.objects.get(dedupe_key=key)


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(minutes=10))


def test_enqueue_queues_each_key_once() -> None:
    first = enqueue("test", key="reminder:1", payload={"thing": 1})
    second = enqueue("test", key="reminder:1", payload={"thing": 1})

    assert (first, second, Job.objects.count()) == (True, False, 1)


def test_enqueue_is_rolled_back_with_its_transaction() -> None:
    def enqueue_and_fail() -> None:
        enqueue_job()
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue_and_fail()

    assert Job.objects.count() == 0


def test_run_does_the_work_once_however_often_it_is_hinted(kinds: dict[str, queue.Handler]) -> None:
    kinds["test"] = effect
    job = enqueue_job()

    for _hint in range(3):
        jobs.run_job(job.pk)

    job.refresh_from_db()
    assert (effects(), job.state, job.attempts) == (1, JobState.DONE, 1)


def test_claim_belongs_to_one_worker_until_its_lease_ends() -> None:
    job = enqueue_job()

    first, second = queue.claim_job(job.pk), queue.claim_job(job.pk)
    expire(job)
    third = queue.claim_job(job.pk)

    assert (first is not None, second, third and third.attempt) == (True, None, 2)


def test_finishing_undoes_the_effect_of_a_worker_that_lost_its_lease() -> None:
    job = enqueue_job()
    slow = queue.claim_job(job.pk)
    expire(job)
    quick = queue.claim_job(job.pk)
    assert slow is not None
    assert quick is not None

    effect(quick)
    with pytest.raises(LostLease):
        effect(slow)

    assert effects() == 1


def test_failure_waits_longer_each_time_and_is_dead_after_eight(kinds: dict[str, queue.Handler]) -> None:
    def fail(claim: Claim) -> None:
        raise ValueError("carol@beacon.example")

    kinds["test"] = fail
    job = enqueue_job()
    waits = []
    for _try in range(jobs.TRIES):
        Job.objects.filter(pk=job.pk).update(next_at=timezone.now() - timedelta(hours=1))
        jobs.run_job(job.pk)
        job.refresh_from_db()
        waits.append(job.next_at - timezone.now())

    assert (job.state, job.attempts) == (JobState.DEAD, jobs.TRIES)
    assert waits == sorted(waits)
    assert job.last_error == "builtins.ValueError"


def test_a_kind_that_only_another_version_knows_waits_for_it(kinds: dict[str, queue.Handler]) -> None:
    """While two versions run at once: no try is counted; a day later nobody will know it any more."""
    job = enqueue_job()
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == ("ready", 0, "portal.kernel.jobs.queue.UnknownKind")

    kinds["test"] = effect
    Job.objects.update(next_at=timezone.now() - timedelta(minutes=10))
    jobs.run_job(job.pk)
    assert effects() == 1

    del kinds["test"]
    old = enqueue_job("old")
    Job.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=2))
    jobs.run_job(old.pk)
    old.refresh_from_db()
    assert (old.state, old.attempts, old.last_error) == ("ready", 1, "builtins.LookupError")


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    job = enqueue_job()
    for _try in range(jobs.TRIES):
        queue.claim_job(job.pk)
        expire(job)

    jobs.run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.DEAD, "its worker was lost every time")


def test_backoff_doubles_from_ten_seconds_to_six_hours() -> None:
    for attempt, seconds in [(1, 10), (2, 20), (7, 640), (20, 6 * 60 * 60)]:
        assert 0.8 * seconds <= queue.backoff(attempt).total_seconds() <= 1.2 * seconds


def test_due_are_the_waiting_and_the_abandoned_but_not_the_later() -> None:
    waiting, abandoned, running = enqueue_job("waiting"), enqueue_job("abandoned"), enqueue_job("running")
    enqueue("test", key="later", payload={}, at=timezone.now() + timedelta(hours=1))
    queue.claim_job(abandoned.pk)
    queue.claim_job(running.pk)
    expire(abandoned)

    assert set(queue.due_ids()) == {waiting.pk, abandoned.pk}


def test_sweep_sends_hints_in_chunks_and_not_twice_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[list[int]] = []
    monkeypatch.setattr(
        "portal.kernel.jobs.tasks.run.apply_async", lambda args, retry, priority, queue: sent.append(args[0])
    )
    for number in range(250):
        enqueue("test", key=f"many:{number}", payload={})
    sweeper = Sweeper()

    first, second = sweeper.sweep(), sweeper.sweep()

    assert ([len(chunk) for chunk in sent], first, second) == ([100, 100, 50], 250, 0)


def test_bulk_work_comes_last_and_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[list[int], int]] = []
    monkeypatch.setattr(
        "portal.kernel.jobs.tasks.run.apply_async",
        lambda args, retry, priority, queue: sent.append((args[0], priority)),
    )
    jobs.enqueue_all("test", {f"bulk:{number}": {} for number in range(60)}, is_bulk=True)
    sweeper = Sweeper()
    sweeper.sweep()
    letter = enqueue_job("a letter")

    assert queue.due_ids(1) == [letter.pk]
    assert sweeper.sweep() == 1
    bulk, (last, priority) = sent[:-1], sent[-1]
    assert (last, priority) == ([letter.pk], 0)
    assert ([len(chunk) for chunk, _priority in bulk], {each for _chunk, each in bulk}) == ([1] * 20, {9})

    Job.objects.filter(pk__in=[chunk[0] for chunk, _priority in bulk[:5]]).update(state=JobState.DONE)

    assert sweeper.sweep() == 5  # as many more as were done


def test_bulk_work_has_a_queue_of_its_own_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    sent: list[tuple[int, str | None]] = []
    monkeypatch.setattr(
        "portal.kernel.jobs.tasks.run.apply_async",
        lambda args, retry, priority, queue: sent.append((priority, queue)),
    )
    settings.BULK_QUEUE = "bulk"
    jobs.enqueue_all("test", {"bulk:1": {}}, is_bulk=True)
    enqueue_job("a letter")

    Sweeper().sweep()

    assert sent == [(0, None), (9, "bulk")]


def test_bulk_work_that_somebody_asks_for_is_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[list[int], int]] = []
    monkeypatch.setattr(
        "portal.kernel.jobs.tasks.run.apply_async",
        lambda args, retry, priority, queue: sent.append((args[0], priority)),
    )
    jobs.enqueue_all("test", {f"bulk:{number}": {} for number in range(3)}, is_bulk=True)
    sweeper = Sweeper()
    sweeper.sweep()
    with CaptureQueriesContext(connection) as queries:
        jobs.hurry("bulk:2")
        jobs.hurry("no such key")

    hurried = Job.objects.get(dedupe_key="bulk:2").pk
    assert queue.due_ids(1) == [hurried]
    assert [each["sql"] for each in queries if "NOTIFY" in each["sql"]] == [f"NOTIFY {queue.NOTIFY_CHANNEL}"]
    sent.clear()
    assert sweeper.sweep() == 1  # at once, though it was hinted at among the others
    assert sent == [([hurried], 0)]


def test_bulk_work_may_wait_for_ten_minutes() -> None:
    enqueue("test", key="bulk", payload={}, at=timezone.now() - timedelta(minutes=9), is_bulk=True)
    assert oldest_wait() == timedelta()
    Job.objects.update(next_at=timezone.now() - timedelta(minutes=12))
    assert oldest_wait() > timedelta(minutes=1)

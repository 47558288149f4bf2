"""The jobs of one message share its time limits: what a slow one leaves no time for is done by another message."""

from typing import Any

import pytest
from django.conf import settings
from kombu.exceptions import OperationalError

from portal.celery import app
from portal.kernel import documents
from portal.kernel.documents import typesetting
from portal.kernel.jobs import Claim, Job, JobState, Sweeper, enqueue_all, long_kinds, queue, tasks
from portal.kernel.privacy import retention

pytestmark = pytest.mark.django_db


class Clock:
    """The seconds that jobs have taken, and which jobs were done at which second."""

    def __init__(self) -> None:
        self.now = 0.0
        self.done: list[tuple[float, int]] = []

    def work(self, claim: Claim) -> None:
        self.now += int(claim.payload["seconds"])
        with claim.finishing():
            self.done.append((self.now, claim.job_id))


@pytest.fixture(autouse=True)
def in_the_transaction_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setitem(queue._HANDLERS, "timed", clock.work)
    monkeypatch.setattr("portal.kernel.jobs.batches.monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """What waits at the broker."""
    sent: list[list[int]] = []

    def apply_async(args: list[list[int]], **_options: Any) -> None:
        sent.append(args[0])

    monkeypatch.setattr(tasks.run, "apply_async", apply_async)
    return sent


def job_ids_of(*seconds: int) -> list[int]:
    """Jobs that take so long, in this order."""
    enqueue_all("timed", {f"job:{place:03}": {"seconds": each} for place, each in enumerate(seconds)})
    return list(Job.objects.filter(kind="timed").order_by("dedupe_key").values_list("pk", flat=True))


def states() -> list[str]:
    return list(Job.objects.order_by("dedupe_key").values_list("state", flat=True))


def test_what_a_slow_job_leaves_no_time_for_is_done_by_another_message(
    clock: Clock, messages: list[list[int]]
) -> None:
    slow, *others = job_ids_of(40, *[0] * 99)

    tasks.run([slow, *others])

    assert ([job for _at, job in clock.done], messages) == ([slow], [others])
    assert (states()[0], set(states()[1:])) == (JobState.DONE, {JobState.READY})

    tasks.run(messages.pop())

    assert ([job for _at, job in clock.done], messages) == ([slow, *others], [])
    assert set(states()) == {JobState.DONE}


def test_it_is_handed_on_at_once_and_done_once_though_the_sweeper_names_it_too(
    clock: Clock, messages: list[list[int]]
) -> None:
    job_ids = job_ids_of(40, 1, 1)
    sweeper = Sweeper()
    sweeper.sweep()

    tasks.run(messages.pop())
    assert messages == [job_ids[1:]]  # not before the sweeper repeats itself, which it does later and later
    assert sweeper.sweep() == 0
    tasks.run(messages[0])
    tasks.run(messages[0])

    assert clock.done == [(40, job_ids[0]), (41, job_ids[1]), (42, job_ids[2])]


def test_no_message_comes_near_the_limit_for_what_its_jobs_take_together(
    clock: Clock, messages: list[list[int]]
) -> None:
    """Every mixture of steps as long as a document's may be, and of short jobs before them."""
    job_ids, lengths = job_ids_of(*[9, 20, documents.STEP_SECONDS] * 10), []
    messages.append(job_ids)
    while messages:
        began = clock.now
        tasks.run(messages.pop())
        lengths.append(clock.now - began)

    assert [job for _at, job in clock.done] == job_ids
    assert max(lengths) <= settings.JOB_BATCH_SECONDS + documents.STEP_SECONDS
    assert settings.JOB_BATCH_SECONDS + documents.STEP_SECONDS < settings.CELERY_TASK_SOFT_TIME_LIMIT - 15


def test_a_long_job_has_its_own_message_and_time_limit(
    clock: Clock, messages: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document whose typesetting takes 80 seconds, due behind 29 seconds of short work, was ended each time."""
    monkeypatch.setitem(queue._HANDLERS, "laid_out", clock.work)
    monkeypatch.setattr(queue, "_LONG", {"laid_out"})
    short = job_ids_of(*[1] * 29)
    enqueue_all("laid_out", {f"document:{each}": {"seconds": 80} for each in (1, 2)})
    first, second = Job.objects.filter(kind="laid_out").order_by("pk").values_list("pk", flat=True)

    messages.append([first, *short, second])
    lengths = []
    while messages:
        began = clock.now
        tasks.run(messages.pop(0))
        lengths.append(clock.now - began)
    assert [job for _at, job in clock.done] == [*short, first, second]
    assert lengths == [29, 80, 80]
    assert max(lengths) < settings.CELERY_TASK_SOFT_TIME_LIMIT


def test_of_long_jobs_alone_the_first_is_done_and_the_others_handed_on(
    clock: Clock, messages: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_LONG", {"timed"})
    first, second, third = job_ids_of(1, 1, 1)
    tasks.run([first, second, third])
    assert ([job for _at, job in clock.done], messages) == ([first], [[second], [third]])


def test_each_kind_that_may_take_more_than_forty_seconds_says_so() -> None:
    app.loader.import_default_modules()  # as a worker does
    assert typesetting._TIMEOUT < settings.CELERY_TASK_SOFT_TIME_LIMIT
    assert retention._MAX_SECONDS < settings.CELERY_TASK_SOFT_TIME_LIMIT
    assert set(long_kinds()) == {
        *("apply_import", "build_document", "build_open_data", "check_supporters", "import_supporters"),
        *("publish_cycle", "purge_expired", "read_report_upload"),
    }


def test_quick_jobs_stay_in_one_message(clock: Clock, messages: list[list[int]]) -> None:
    job_ids = job_ids_of(*[0] * 60, *[1] * 30)
    tasks.run(job_ids)
    assert ([job for _at, job in clock.done], messages) == (job_ids, [])


def test_while_the_broker_is_away_they_wait_for_the_sweeper(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_options: object) -> None:
        raise OperationalError

    slow, other = job_ids_of(40, 0)
    monkeypatch.setattr(tasks.run, "apply_async", refuse)

    tasks.run([slow, other])

    assert [job for _at, job in clock.done] == [slow]
    assert queue.due_ids() == [other]

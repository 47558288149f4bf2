"""A worker whose broker says nothing any more is noticed, ends itself, is started again, and work goes on."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.kernel.jobs import Job, JobState, enqueue
from portal.kernel.monitoring import Heartbeat
from tests.support.installation import SILENCE_LIMIT, Installation
from tests.support.mail import wait_until
from tests.support.stalling_proxy import StallingProxy

# all of them on one installation
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stage")]

PATIENCE = 120


@pytest.fixture(scope="module")
def proxy(shared_installation: Installation) -> Iterator[StallingProxy]:
    """The proxy between broker and worker, over which nobody else reaches it."""
    sockets = shared_installation.folder.sockets
    proxy = StallingProxy(sockets / "wire.sock", sockets / "valkey.sock")
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def worker_variables(proxy: StallingProxy) -> dict[str, str]:
    return {"REDIS_URL": f"redis+socket://{proxy.path}"}


def answers() -> bool:
    return Heartbeat.objects.filter(kind="worker", answered_at__isnull=False, unanswered_since=None).exists()


def do_a_job(installation: Installation, key: str) -> None:
    """Queue a job and wait until it is done; programs that have ended are started again, as everywhere."""
    enqueue("discard_file", key=key, payload={"path": "nothing/of/the/sort"})

    def is_done() -> bool:
        installation.restart_ended()
        return Job.objects.filter(dedupe_key=key, state=JobState.DONE).exists()

    wait_until(is_done, PATIENCE, f"{key} to be done")


def test_a_worker_that_receives_nothing_is_started_again(
    installation: Installation, proxy: StallingProxy
) -> None:
    do_a_job(installation, "before")
    wait_until(answers, PATIENCE, "the worker to answer")
    stalled = installation.pid("worker")

    assert proxy.stall() > 0
    do_a_job(installation, "after")

    assert installation.pid("worker") != stalled
    assert "the worker receives nothing" in installation.log_text("worker", earlier=True)


def test_an_idle_worker_is_not_silent(installation: Installation) -> None:
    wait_until(answers, PATIENCE, "the worker to answer")
    worker, began = installation.pid("worker"), timezone.now()
    later = began + timedelta(seconds=1.5 * SILENCE_LIMIT)

    wait_until(lambda: Heartbeat.objects.filter(answered_at__gt=later).exists(), PATIENCE, "a later answer")

    installation.restart_ended()
    assert installation.pid("worker") == worker
    assert answers()


def test_a_broker_that_was_frozen_finds_the_worker_at_work(installation: Installation) -> None:
    with installation.frozen("valkey"):
        time.sleep(2 * SILENCE_LIMIT)

    do_a_job(installation, "thawed")


def test_worker_and_sweeper_speak_in_lines_of_json(installation: Installation) -> None:
    """Celery's words are lines like all others; what a job says bears the job's number."""
    do_a_job(installation, "spoken-of")

    lines = [
        json.loads(line) for line in installation.log_text("worker").splitlines() if line.startswith("{")
    ]

    assert any("ready." in str(line["event"]) for line in lines)
    done = [line for line in lines if line["event"] == "job_done"]
    assert done[-1]["kind"] == "discard_file"
    assert isinstance(done[-1]["job"], int)

"""A worker whose broker says nothing any more is noticed, ends itself, is started again, and work goes on."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from portal.kernel.jobs import Job, JobState, enqueue
from portal.kernel.monitoring import Heartbeat
from tests.support.installation import Installation
from tests.support.mail import wait_until
from tests.support.stalling_proxy import StallingProxy

# what these tests stand on takes long to set up: once, in one process
pytestmark = pytest.mark.xdist_group("deaf")

DEAF_AFTER = 6
PATIENCE = 90


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Installation]:
    """A portal whose worker, and nobody else, reaches the broker over a wire that can swallow."""
    stage = Installation(tmp_path_factory.mktemp("deaf"))
    stage.variables = {"WORKER_DEAF_AFTER": str(DEAF_AFTER)}
    try:
        with django_db_blocker.unblock():
            stage.open()
            with stage.database():
                yield stage
    finally:
        stage.close()


@pytest.fixture
def wire(stage: Installation) -> Iterator[StallingProxy]:
    """The wire between worker and broker; the worker is started again on it."""
    wire = StallingProxy(stage.folder.sockets / "wire.sock", stage.folder.sockets / "valkey.sock")
    stage.kill("worker")
    stage.variables_of["worker"] = {"REDIS_URL": f"redis+socket://{wire.path}"}
    stage.start("worker")
    try:
        yield wire
    finally:
        stage.kill("worker")
        wire.close()
        stage.variables_of.clear()
        stage.start("worker")


def answers() -> bool:
    return Heartbeat.objects.filter(kind="worker", answered_at__isnull=False, unanswered_since=None).exists()


def do_a_job(stage: Installation, key: str) -> None:
    """Owe a piece of work and wait until it is done; whoever has ended is started again, as everywhere."""
    enqueue("discard_file", key=key, payload={"path": "nothing/of/the/sort"})

    def is_done() -> bool:
        stage.restart_ended()
        return Job.objects.filter(dedupe_key=key, state=JobState.DONE).exists()

    wait_until(is_done, PATIENCE, f"{key} to be done")


def test_a_worker_that_hears_nothing_is_started_again(stage: Installation, wire: StallingProxy) -> None:
    do_a_job(stage, "before")
    wait_until(answers, 30, "the worker to answer")
    deaf = stage.pid("worker")

    assert wire.stall() > 0
    do_a_job(stage, "after")

    assert stage.pid("worker") != deaf
    assert "the worker hears nothing" in stage.log_text("worker", earlier=True)


def test_an_idle_worker_is_not_deaf(stage: Installation) -> None:
    wait_until(answers, 30, "the worker to answer")
    worker = stage.pid("worker")

    time.sleep(2.5 * DEAF_AFTER)

    stage.restart_ended()
    assert stage.pid("worker") == worker
    assert answers()


def test_a_broker_that_was_frozen_finds_the_worker_at_work(stage: Installation) -> None:
    with stage.frozen("valkey"):
        time.sleep(2 * DEAF_AFTER)

    do_a_job(stage, "thawed")


def test_worker_and_sweeper_speak_in_lines_of_json(stage: Installation) -> None:
    """Celery's words are lines like all others; what a job says bears the job's number."""
    do_a_job(stage, "spoken-of")

    lines = [json.loads(line) for line in stage.log_text("worker").splitlines() if line.startswith("{")]

    assert any("ready." in str(line["event"]) for line in lines)
    done = [line for line in lines if line["event"] == "job_done"]
    assert done[-1]["kind"] == "discard_file"
    assert isinstance(done[-1]["job"], int)

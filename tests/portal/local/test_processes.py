"""Children: none is left behind."""

import os
import sys
import time
from pathlib import Path

import pytest

from portal.local.identity import Identity
from portal.local.processes import (
    Child,
    Program,
    end_recorded_processes,
    log_tail,
    spawn,
    start_time,
    stop_all,
)

_STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
)


@pytest.fixture
def stubborn(tmp_path: Path) -> Child:
    """A program that does not listen to SIGTERM."""
    log = tmp_path / "stubborn.log"
    program = Program("stubborn", (sys.executable, "-c", _STUBBORN), dict(os.environ), tmp_path)
    child = spawn(program, Identity.SELF, log)
    while "ready" not in log_tail(log):
        time.sleep(0.02)
    return child


def test_stop_kills_programs_that_do_not_react(stubborn: Child) -> None:
    began = time.monotonic()
    stop_all([stubborn], 0.3)
    assert stubborn.has_ended()
    assert time.monotonic() - began < 2


def test_a_process_that_has_ended_but_is_not_reaped_counts_as_gone(stubborn: Child) -> None:
    born = start_time(stubborn.pid)
    os.kill(stubborn.pid, 9)
    os.waitid(os.P_PID, stubborn.pid, os.WEXITED | os.WNOWAIT)
    assert (born != "", start_time(stubborn.pid)) == (True, "")
    stubborn.kill_group()


def test_leftovers_of_an_earlier_launcher_are_ended(stubborn: Child) -> None:
    assert end_recorded_processes([(stubborn.pid, start_time(stubborn.pid))], patience=0.3)
    assert stubborn.has_ended()


def test_a_process_that_only_bears_the_same_number_is_left_alone(stubborn: Child) -> None:
    assert end_recorded_processes([(stubborn.pid, "1")], patience=0.3)
    assert not stubborn.has_ended()
    stubborn.kill_group()

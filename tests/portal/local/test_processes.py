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
    wait_until,
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


_WITH_WORKER = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "print('worker', flush=True); import time; time.sleep(60)"])
time.sleep(60)
"""


def test_the_children_of_a_program_that_was_killed_are_ended(tmp_path: Path) -> None:
    """They have no launcher any more that would signal its death, and may hold the port for long."""
    log = tmp_path / "web.log"
    environment = {**os.environ, "PORTAL_DATA_DIR": str(tmp_path)}
    program = Program("web", (sys.executable, "-c", _WITH_WORKER), environment, Path("/"))
    web = spawn(program, Identity.SELF, log)
    assert wait_until(lambda: "worker" in log_tail(log), 20)
    recorded = [(web.pid, start_time(web.pid))]
    os.kill(web.pid, 9)
    web.process.wait()
    members = [
        pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _session_of(pid) == web.pid
    ]
    assert len(members) == 1

    assert end_recorded_processes(recorded, tmp_path / "another folder", patience=0.3)
    assert start_time(members[0])
    assert end_recorded_processes(recorded, tmp_path, patience=0.3)
    assert wait_until(lambda: not start_time(members[0]), 20)


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0

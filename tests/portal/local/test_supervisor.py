"""The launcher restarts programs that die, and those that are frozen and cannot even die."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.local import processes
from portal.local.environment import LauncherError
from portal.local.folder import DataFolder
from portal.local.identity import Identity
from portal.local.processes import Program
from portal.local.supervisor import Supervisor, WatchedProgram
from portal.local.watchdog import VARIABLE, Watchdog

SILENT = 1.0
_LIVELY = """
import os, socket, time
wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
while True:
    wire.sendto(b"WATCHDOG=1", os.environ["NOTIFY_SOCKET"])
    print("said", flush=True)
    time.sleep(0.1)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    folder = DataFolder(tmp_path / "data")
    folder.prepare(Identity.SELF)
    yield folder
    folder.close()


@pytest.fixture
def supervisor(folder: DataFolder) -> Iterator[Supervisor]:
    supervisor = Supervisor(folder, silent=SILENT)
    yield supervisor
    supervisor.stop(0.2)


@pytest.fixture
def lively(folder: DataFolder, supervisor: Supervisor) -> WatchedProgram:
    """A program that says ten times a second that it lives."""
    environment = {**os.environ, VARIABLE: str(folder.sockets / "lively.alive")}
    program = Program("lively", (sys.executable, "-c", _LIVELY), environment, folder.path)
    watched = supervisor.start(lambda: program)
    assert processes.wait_until(lambda: "said" in processes.log_tail(folder.log / "lively.log"), 20)
    return watched


def look_until(supervisor: Supervisor, condition: Callable[[], bool]) -> bool:
    def looked() -> bool:
        supervisor.check_all()
        return condition()

    return processes.wait_until(looked, 20)


def test_a_frozen_program_is_ended_and_started_again(supervisor: Supervisor, lively: WatchedProgram) -> None:
    supervisor.check_all()
    frozen = lively.child.pid
    os.kill(frozen, signal.SIGSTOP)

    assert look_until(supervisor, lambda: lively.child.pid != frozen)
    assert not lively.child.has_ended()


def test_a_program_that_speaks_is_left_alone(supervisor: Supervisor, lively: WatchedProgram) -> None:
    began, pid = time.monotonic(), lively.child.pid

    assert look_until(supervisor, lambda: time.monotonic() - began > 1.5 * SILENT)
    assert (lively.child.pid, lively.deaths) == (pid, 0)


def test_words_that_came_while_nobody_listened_count(supervisor: Supervisor, lively: WatchedProgram) -> None:
    """The launcher itself may have been stopped for a while."""
    supervisor.check_all()
    pid = lively.child.pid
    time.sleep(1.5 * SILENT)

    supervisor.check_all()

    assert (lively.child.pid, lively.child.has_ended()) == (pid, False)


def test_a_program_that_is_still_starting_has_more_time(folder: DataFolder) -> None:
    watchdog = Watchdog(folder.sockets / "slow.alive", silent=0.0)
    time.sleep(0.05)

    assert watchdog.is_silent() is False
    watchdog.close()


def test_a_full_disk_only_delays_the_next_start(
    supervisor: Supervisor, folder: DataFolder, lively: WatchedProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing runs that a later launcher would not know of."""
    started: list[int] = []

    def refuse(name: str, facts: dict[str, tuple[int, str]]) -> None:
        started.append(facts["lively"][0])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("portal.local.supervisor._RETRY_PAUSE", 0.0)
    with monkeypatch.context() as full_disk:
        full_disk.setattr(folder, "save_facts", refuse)
        lively.child.send_signal(signal.SIGKILL)
        assert look_until(supervisor, lambda: len(started) == 2)
    assert not any(processes.start_time(pid) for pid in started)

    assert look_until(supervisor, lambda: not lively.child.has_ended())


def test_one_question_without_an_answer_decides_nothing(
    supervisor: Supervisor, lively: WatchedProgram
) -> None:
    """A busy machine answers late; whether it answers again a moment later is nobody's question any more."""
    answers = iter([False, False, True])

    supervisor.wait_for(lively, lambda: next(answers), 20)

    assert list(answers) == []


def test_a_slow_start_says_what_it_waits_for(
    supervisor: Supervisor,
    lively: WatchedProgram,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.local.supervisor._PROGRESS_INTERVAL", 0.1)
    began = time.monotonic()

    supervisor.wait_for(lively, lambda: time.monotonic() - began > 0.5, 20)

    lines = capsys.readouterr().out.splitlines()
    assert {line.partition(" (")[0] for line in lines} == {"lively is still starting"}
    assert lines[0].endswith("s). It says: said")


def test_a_program_that_never_answers_is_given_up_in_time(
    supervisor: Supervisor, lively: WatchedProgram
) -> None:
    with pytest.raises(LauncherError, match=r"lively did not start in 0 s\. The end of its log:\nsaid"):
        supervisor.wait_for(lively, lambda: False, 0.2)


def test_a_program_that_dies_again_and_again_is_given_up_at_once(
    folder: DataFolder, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.local.supervisor._MAX_PAUSE", 0.0)
    program = Program(
        "broken", (sys.executable, "-c", "raise SystemExit('no port')"), os.environ, folder.path
    )

    with pytest.raises(LauncherError, match=r"broken has died again and again\.") as refused:
        supervisor.wait_for(supervisor.start(lambda: program), lambda: False, 60)

    assert str(refused.value).count("no port") == 4

"""Starts child processes and ends them: none outlives the launcher."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.local.identity import Identity, popen_options

_KILL_GRACE = 0.4
_LOG_LIMIT = 5 * 1024 * 1024


@dataclass(frozen=True)
class Program:
    """What to start, and the signal that stops it."""

    name: str
    arguments: tuple[str | Path, ...]
    environment: Mapping[str, str]
    folder: Path
    stop_signal: int = signal.SIGTERM
    # what it gets when it has not stopped in time (postgres must end its own children)
    kill_signal: int = signal.SIGKILL
    # what the kernel sends when the launcher dies by SIGKILL
    death_signal: int = signal.SIGTERM
    standard_input: str = ""


@dataclass
class Child:
    """A running program."""

    program: Program
    process: "subprocess.Popen[bytes]"
    started: float = field(default_factory=time.monotonic)

    @property
    def pid(self) -> int:
        return self.process.pid

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def send_signal(self, number: int) -> None:
        """Send a signal to the program, if it is still there."""
        if not self.has_ended():
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """Kill whatever of its process group is left, and reap it."""
        _signal_group(self.pid, signal.SIGKILL)
        self.process.wait()


def spawn(program: Program, identity: Identity, log: Path) -> Child:
    """Start a program in a session of its own, with its words in the log."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as output:
        process = subprocess.Popen(
            program.arguments, env=dict(program.environment), cwd=program.folder, start_new_session=True,
            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT,
            **popen_options(identity, program.death_signal),
        )  # fmt: skip
    assert process.stdin is not None
    try:
        process.stdin.write(program.standard_input.encode())
        process.stdin.close()
    except BrokenPipeError:
        pass  # it died at once: the caller that waits for it will see
    return Child(program, process)


def stop_all(children: Iterable[Child], seconds: float) -> None:
    """Stop all of them at once, wait at most that long, then kill what is left."""
    children = list(children)

    def have_ended() -> bool:
        return all(child.has_ended() for child in children)

    for child in children:
        child.send_signal(child.program.stop_signal)
    if not wait_until(have_ended, seconds):
        for child in children:
            child.send_signal(child.program.kill_signal)
        wait_until(have_ended, _KILL_GRACE)
    for child in children:
        child.kill_group()


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Look again and again until it holds; return whether it did in time."""
    limit = time.monotonic() + seconds
    while not (is_met := condition()) and time.monotonic() < limit:
        time.sleep(pause)
    return is_met


def log_tail(log: Path, lines: int = 15) -> str:
    """The end of a log, for a message about why something did not start."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])


def start_time(pid: int) -> str:
    """When a process was started, in the kernel's ticks; empty for one that is gone or a zombie.

    With the pid it names a process for good: pids are used again, the pair is not.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in {"Z", "X"} else fields[19]


def end_recorded_processes(
    recorded: Iterable[tuple[int, str]], folder: Path | None = None, patience: float = 5
) -> bool:
    """Wait for processes of an earlier launcher that was killed, and end what does not go; return whether all ended.

    The operating system has signalled its death to them; those that are left after a while are killed. Where a
    program is gone and its own children are not (a web server's workers hold its port for some seconds), these are
    known by its session and by the `folder` that they work for. What has been killed goes when the disk lets it.
    """
    recorded = [(pid, born) for pid, born in recorded if born]

    def left() -> list[int]:
        running = [pid for pid, born in recorded if start_time(pid) == born]
        return running + _orphans({pid for pid, _born in recorded if not start_time(pid)}, folder)

    for number in (signal.SIGQUIT, signal.SIGKILL):
        if wait_until(lambda: not left(), patience):
            return True
        for pid in left():
            with contextlib.suppress(ProcessLookupError):
                _signal_group(os.getpgid(pid), number)
    return wait_until(lambda: not left(), 4 * patience)


def _orphans(sessions: set[int], folder: Path | None) -> list[int]:
    """The processes of these sessions that work for the folder, zombies aside."""
    if not sessions or folder is None:
        return []
    return [
        pid
        for pid in (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        if _session(pid) in sessions and start_time(pid) and _works_for(pid, folder)
    ]


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def _works_for(pid: int, folder: Path) -> bool:
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        place = Path(os.readlink(f"/proc/{pid}/cwd"))
    except OSError:  # it has ended, or is another user's
        return False
    return b"PORTAL_DATA_DIR=" + os.fsencode(folder) in environment or place.is_relative_to(folder)


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)

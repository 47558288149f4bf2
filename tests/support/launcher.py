"""The launcher as a person starts it: a process of its own, with nothing in the environment that helps it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from portal.local.environment import ROOT
from tests.support.isolation import free_ports
from tests.support.mail import wait_until

_PORTAL_PREFIXES = (
    "DATABASE_",
    "REDIS_",
    "CACHE_",
    "CELERY_",
    "PORTAL_",
    "EMAIL_",
    "DJANGO_",
    "SECRET_",
    "PYTEST_",
)


def bare_environment() -> dict[str, str]:
    """This process's environment without what the test run has put there."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_PORTAL_PREFIXES)}


def manage(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of manage.py to its end."""
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env={**bare_environment(), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


class Demo:
    """A running `manage.py demo` on a folder."""

    def __init__(self, folder: Path) -> None:
        """Start it and wait until it says that it is there."""
        (self.port,) = free_ports(1)
        self.folder = folder
        self._output = folder.parent / f"{folder.name}.txt"
        where = ("--port", str(self.port), "--data-dir", str(folder))
        with self._output.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, ROOT / "manage.py", "demo", "--empty", *where],
                env=bare_environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(
            lambda: "Press Ctrl-C" in self.output() or self._process.poll() is not None, 120, "the demo"
        )
        assert not self.has_ended(), self.output()

    def output(self) -> str:
        return self._output.read_text()

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def end(self, number: int = signal.SIGINT) -> float:
        """End it by a signal (2 is Ctrl-C) and give back how many seconds that took."""
        started = time.monotonic()
        self._process.send_signal(number)
        self._process.wait(20)
        return time.monotonic() - started

    def pid(self, program: str) -> int:
        """The process of `postgres`, `valkey`, `web`, `worker`, `beat` or `sweeper`, to be killed perhaps."""
        return int(json.loads((self.folder / "children.json").read_text())[program][0])

    def processes(self) -> list[int]:
        """The processes that work on the folder, the launcher aside."""
        mark = os.fsencode(self.folder)
        return [
            pid for pid in _all_pids() if pid != self._process.pid and mark in _environment_and_command(pid)
        ]


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _environment_and_command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""

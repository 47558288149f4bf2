"""The portal's background programs, run for real during a test: a Celery worker and the sweeper."""

import os
import signal
import sys
from pathlib import Path

from portal.local.environment import ROOT
from portal.local.identity import Identity, can_unshare
from portal.local.processes import Child, Program, log_tail, spawn, stop_all
from tests.support.mail import wait_until


class Worker:
    """A Celery worker and a sweeper on the test's database and queue."""

    def __init__(self) -> None:
        self.celery: Child | None = None
        self.sweeper: Child | None = None
        self.folder = Path(os.environ["PORTAL_DATA_DIR"])
        self._identity = Identity.UNSHARED if os.geteuid() == 0 and can_unshare() else Identity.SELF

    def start(self) -> None:
        """Start what does not run, and wait until the worker takes jobs."""
        if self.celery is None or self.celery.has_ended():
            self._log("worker").unlink(missing_ok=True)
            self.celery = self.spawn("worker", "-m", *CELERY, "worker", *_QUIETLY)
        if self.sweeper is None or self.sweeper.has_ended():
            self.sweeper = self.spawn("sweeper", "manage.py", "sweep")
        wait_until(self._is_ready, what="the Celery worker to be ready")

    def pause(self) -> None:
        """End the sweeper, so that the jobs of the next test are left to it; `start` brings it back."""
        if self.sweeper:
            self.sweeper.send_signal(signal.SIGKILL)
            self.sweeper.process.wait()

    def stop(self) -> None:
        """Stop both."""
        stop_all([child for child in (self.celery, self.sweeper) if child], 3)

    def kill(self) -> None:
        """Kill both without warning, as a power cut would; `start` brings them back."""
        for child in (self.celery, self.sweeper):
            if child:
                child.send_signal(signal.SIGKILL)
                child.kill_group()

    def is_running(self) -> bool:
        """Whether both are alive."""
        return all(child is not None and not child.has_ended() for child in (self.celery, self.sweeper))

    def log_tail(self) -> str:
        """The ends of both logs, for a failing test."""
        return log_tail(self._log("worker"), 40) + log_tail(self._log("sweeper"), 10)

    def _is_ready(self) -> bool:
        assert self.is_running(), self.log_tail()
        return " ready." in self._log("worker").read_text(errors="replace")

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def spawn(self, name: str, *arguments: str, **variables: str) -> Child:
        """Start one more program; the caller stops it."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(self.folder),
            **variables,
        }
        program = Program(name, (sys.executable, *arguments), environment, ROOT)
        return spawn(program, self._identity, self._log(name))


CELERY = ("celery", "-A", "portal.celery", "--skip-checks")
_QUIETLY = (
    "--loglevel=info", "--pool=prefork", "--concurrency=1", "--without-gossip", "--without-mingle",
    "--without-heartbeat",
)  # fmt: skip

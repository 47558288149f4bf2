"""The portal's own four processes: web server, worker, beat, sweeper."""

import signal
import sys
from collections.abc import Mapping
from dataclasses import replace

from portal.local.environment import ROOT
from portal.local.folder import DataFolder
from portal.local.processes import Program
from portal.local.watchdog import VARIABLE

_WEB = (
    "gunicorn", "portal.wsgi:application", "--config=python:portal.web_server", "--graceful-timeout=1",
)  # fmt: skip
# the checks are `migrate`'s and `check`'s: Celery would run them at each start, pages and all, and drop what they say
_CELERY = ("celery", "-A", "portal.celery", "--quiet", "--skip-checks")
_WORKER = (
    *_CELERY, "worker", "--pool=prefork", "--concurrency=2", "--loglevel=info",
    "--without-gossip", "--without-mingle", "--without-heartbeat",
)  # fmt: skip


def portal_programs(folder: DataFolder, environment: Mapping[str, str], port: int) -> list[Program]:
    """How each is started; the web server comes first, for people wait for it."""

    def module(name: str, *arguments: str, death_signal: int = signal.SIGTERM) -> Program:
        return Program(name, (sys.executable, "-m", *arguments), environment, ROOT, death_signal=death_signal)

    def watched(program: Program) -> Program:
        """It sends signs of life: a frozen process cannot end itself."""
        watchdog_variable = {VARIABLE: str(folder.sockets / f"{program.name}.alive")}
        return replace(program, environment={**program.environment, **watchdog_variable})

    return [
        module("web", *_WEB, f"--bind=127.0.0.1:{port}"),
        # SIGTERM would let it finish its tasks first; they are kept as rows and are done again
        watched(module("worker", *_WORKER, death_signal=signal.SIGQUIT)),
        module("beat", *_CELERY, "beat", "--loglevel=info", "--pidfile="),
        watched(Program("sweeper", (sys.executable, "manage.py", "sweep"), environment, ROOT)),
    ]

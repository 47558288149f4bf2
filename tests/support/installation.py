"""A whole portal of its own for a test: servers that survive a kill, web, worker and sweeper; each can be killed."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from portal.kernel.database.outage import RETRY_AFTER
from portal.local import test_cluster, variables
from portal.local.environment import ROOT
from portal.local.folder import DataFolder
from portal.local.identity import choose_identity
from portal.local.postgres import APPLICATION, OWNER, Postgres, binary_path
from portal.local.processes import Child, Program, log_tail, stop_all
from portal.local.programs import portal_programs
from portal.local.valkey import Valkey
from tests.support.http_client import HttpClient
from tests.support.isolation import free_ports
from tests.support.mail import wait_until

SERVERS = ("postgres", "valkey")
PROGRAMS = ("web", "worker", "sweeper")
# WORKER_SILENT_AFTER of a test, in seconds: a busy machine must not keep an idle worker waiting for so long
SILENCE_LIMIT = 5


class Installation:
    """The launcher's programs on a data folder of their own; what is acknowledged there outlives a killed server."""

    def __init__(self, path: Path, port: int = 0) -> None:
        self.port = port or free_ports(1)[0]
        self.folder = DataFolder(path)
        needed = [
            Path(sys.executable),
            Path(psycopg2.__file__),
            ROOT / "manage.py",
            path.parent,
            binary_path("postgres"),
        ]
        self.folder.prepare(choose_identity(needed, shares_files=True))
        self._postgres, self._valkey = Postgres(self.folder), Valkey(self.folder)
        self._children: dict[str, Child] = {}
        # extra settings for all programs, and those of a single one
        self.variables: dict[str, str] = {}
        self._variables_of: dict[str, dict[str, str]] = {}
        self._database_back_at = time.monotonic()

    # --- life and death ---

    def open(self, names: Sequence[str] = (*SERVERS, *PROGRAMS)) -> None:
        """Start everything on an empty database; servers alone leave it without tables."""
        programs = [name for name in PROGRAMS if name in names]
        cluster = os.environ.get(test_cluster.VARIABLE)
        if programs and "postgres" in names and cluster:
            test_cluster.copy_cluster(Path(cluster), self.folder)
        for name in (name for name in SERVERS if name in names):
            self.start(name)
        self._postgres.set_up_roles(may_create_databases=False)
        if programs and not cluster:
            with self.database():
                call_command("migrate", interactive=False, verbosity=0)
        for name in programs:
            self.start(name)

    def run(self, command: str, *arguments: str) -> str:
        """Run a command of manage.py to its end; gives back what it said, and fails when it fails."""
        program = Program(
            command, (sys.executable, "manage.py", command, *arguments), self._environment(), ROOT
        )
        child = self.folder.spawn(program)
        code = child.process.wait(300)
        output = self.log_text(command)
        assert code == 0, output
        return output

    def close(self) -> None:
        stop_all(sorted(self._children.values(), key=lambda child: child.program.name in SERVERS), 3)
        self.folder.close()

    def start(self, name: str) -> None:
        """Start a program and wait until it does its work."""
        if self._log(name).exists():
            self._log(name).replace(self._log(f"{name}.earlier"))
        self._children[name] = self.folder.spawn(self._program(name))
        wait_until(lambda: self._is_working(name), 30, f"{name}: {log_tail(self._log(name))}")
        self._note_return(name)

    def ensure(self, name: str, **variables: str) -> None:
        """Have the program run with exactly these settings of its own; one that does so already is left alone."""
        if self._children[name].has_ended() or self._variables_of.get(name, {}) != variables:
            self.kill(name)
            self._variables_of[name] = variables
            self.start(name)

    def wait_for_pages(self) -> None:
        """Wait until each process of the web server knows that the database is back.

        One that has missed it refuses for `RETRY_AFTER` seconds, and then asks it at its next request.
        """
        browser = HttpClient(self.port)
        wait_until(lambda: browser.get("/accounts/login/").status == 200, 60, "pages")
        time.sleep(max(0.0, self._database_back_at + RETRY_AFTER - time.monotonic()))

    def kill(self, name: str) -> None:
        """As a power cut would: without a word, its children too."""
        self._children[name].send_signal(signal.SIGKILL)
        self._children[name].kill_group()

    def pid(self, name: str) -> int:
        """The process of a program."""
        return self._children[name].pid

    def log_text(self, name: str, *, earlier: bool = False) -> str:
        """The log of a program; of the one before it if `earlier`."""
        return self._log(f"{name}.earlier" if earlier else name).read_text(errors="replace")

    def restart_ended(self, names: Sequence[str] = PROGRAMS) -> None:
        """Restart programs that have ended by themselves, as the launcher and systemd do."""
        for name in names:
            if self._children[name].has_ended():
                self.start(name)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """The program is there and answers nothing."""
        self._children[name].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._children[name].send_signal(signal.SIGCONT)
            self._note_return(name)

    def _note_return(self, name: str) -> None:
        if name == "postgres":
            self._database_back_at = time.monotonic()

    def _program(self, name: str) -> Program:
        if name in SERVERS:
            server: Postgres | Valkey = self._postgres if name == "postgres" else self._valkey
            return server.program()
        environment = {**self._environment(), **self.variables, **self._variables_of.get(name, {})}
        programs = portal_programs(self.folder, environment, self.port)
        return next(program for program in programs if program.name == name)

    def _environment(self) -> dict[str, str]:
        addresses = {
            "DATABASE_URL": self._postgres.url(APPLICATION),
            "DATABASE_OWNER_URL": self._postgres.url(OWNER),
            "REDIS_URL": self._valkey.url(),
        }
        described = variables.portal_variables(self.folder, addresses, self.port)
        of_the_test = {
            "DJANGO_SETTINGS_MODULE": "tests.installation_settings",
            "SECRET_KEY": settings.SECRET_KEY,  # sessions are opened by the test
            "CREDENTIAL_KEYS": " ".join(settings.CREDENTIAL_KEYS),
            "CACHE_URL": f"unix://{self._valkey.socket}?db=1",
        }
        return variables.child_environment(self.folder, {**described, **of_the_test})

    def _is_working(self, name: str) -> bool:
        assert not self._children[name].has_ended(), log_tail(self._log(name), 30)
        checks: dict[str, Callable[[], bool]] = {
            "postgres": self._postgres.accepts_connections,
            "valkey": self._valkey.accepts_commands,
            "web": self._answers,
            "worker": lambda: " ready." in self._log("worker").read_text(errors="replace"),
            "sweeper": lambda: True,
            "beat": lambda: True,
        }
        return checks[name]()

    def _answers(self) -> bool:
        try:
            return HttpClient(self.port).get("/health/live").status == 200
        except OSError:
            return False

    def _log(self, name: str) -> Path:
        return self.folder.log / f"{name}.log"

    # --- its database and its pages ---

    @contextmanager
    def database(self) -> Iterator[None]:
        """The models of this process use the installation's database meanwhile."""
        saved_settings = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
        connections.close_all()
        for alias, role in (("default", APPLICATION), ("owner", OWNER)):
            connection: dict[str, Any] = dict(dj_database_url.parse(self._postgres.url(role)))
            here = connections[alias].settings_dict
            here.update({name: connection[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
            here["OPTIONS"] = {**here["OPTIONS"], **connection["OPTIONS"]}
        try:
            yield
        finally:
            connections.close_all()
            for alias, values in saved_settings.items():
                connections[alias].settings_dict.update(values)

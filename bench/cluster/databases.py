"""A primary and two standbys that follow it, of which one has to confirm what is acknowledged."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2

from portal.local.folder import DataFolder
from portal.local.postgres import DATABASE, Postgres, binary_path, clean_environment
from portal.local.processes import Child, Program

NAMES = ("db1", "db2", "db3")
_PORTS = dict(zip(NAMES, (5432, 5433, 5434), strict=True))
_PATIENCE = 60  # seconds for a server to come up, or to catch up
_SUPERUSER = "postgres"
_CONFIRMED_BY = f"ANY 1 ({', '.join(NAMES)})"


class Databases:
    """Three servers on the sockets of one folder; the first is the primary until it is killed."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._first = Postgres(folder)
        self._children: dict[str, Child] = {}
        self.primary = NAMES[0]

    def url(self, role: str, attributes: str = "read-write", *, names: tuple[str, ...] = NAMES) -> str:
        """The address of all of them: libpq takes the first that has these attributes."""
        hosts = ",".join([str(self._folder.sockets)] * len(names))
        ports = ",".join(str(_PORTS[name]) for name in names)
        return f"postgres://{role}@/{DATABASE}?host={hosts}&port={ports}&target_session_attrs={attributes}"

    @property
    def standbys(self) -> list[str]:
        """Those that run and follow."""
        return [name for name in self._children if name != self.primary and self.is_running(name)]

    # --- life and death ---

    def start_primary(self) -> None:
        program = self._first.program()  # with a data folder, if there was none
        rules = self._folder.path / "postgres" / "pg_hba.conf"
        rules.write_text(f"{rules.read_text()}local   replication   all   trust\n")
        self._children[self.primary] = self._folder.spawn(replace(program, name=self.primary))
        self._await(self.primary)
        self._first.set_up_roles(may_create_databases=False)
        self.order(self.primary, "ALTER SYSTEM SET wal_keep_size = '1GB'", "SELECT pg_reload_conf()")

    def add_standby(self, name: str) -> None:
        """Copy the primary as it is now, and let the copy follow it."""
        data = self._data(name)
        copying = Program(
            f"copy-{name}",
            (
                *(binary_path("pg_basebackup"), "-D", data, "-R", "-X", "stream", "-c", "fast"),
                *("-h", self._folder.sockets, "-p", str(_PORTS[self.primary]), "-U", _SUPERUSER),
            ),
            clean_environment(), self._folder.path,
        )  # fmt: skip
        if self._folder.spawn(copying).process.wait(600):
            raise RuntimeError(
                f"The copy for {name} failed: {(self._folder.log / f'copy-{name}.log').read_text()}"
            )
        with (data / "postgresql.auto.conf").open("a") as configuration:
            configuration.write(f"primary_conninfo = '{self._connection_to_primary(name)}'\n")
            # for the day on which it is promoted
            configuration.write(f"synchronous_standby_names = '{_CONFIRMED_BY}'\n")
        self.start(name)

    def start(self, name: str) -> None:
        """Start a server on its data folder, and wait until it answers."""
        program = self._first.program()
        arguments = (
            *program.arguments[:2],
            self._data(name),
            *program.arguments[3:],
            "-c",
            f"port={_PORTS[name]}",
        )
        self._children[name] = self._folder.spawn(replace(program, name=name, arguments=arguments))
        self._await(name)

    def kill(self, name: str) -> None:
        """End all its processes at once. Its address refuses connections from then on."""
        self._signal(name, signal.SIGKILL)
        self._children[name].kill_group()

    def darken(self, name: str) -> None:
        """As when its machine loses power, seen from others: its address takes connections, and nothing answers."""
        self._signal(name, signal.SIGSTOP)

    def rebuild(self, name: str) -> None:
        """End what is left of a former primary, and make it a standby of the present one, from a new copy."""
        self.kill(name)
        shutil.rmtree(self._data(name))
        self.add_standby(name)

    def _signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to the server and each of its processes, which have sessions of their own."""
        pid = self._children[name].pid
        children: list[str] = []
        with suppress(OSError):  # it has ended
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(each, number)

    def _data(self, name: str) -> Path:
        return self._folder.path / ("postgres" if name == NAMES[0] else name)

    def is_running(self, name: str) -> bool:
        return name in self._children and not self._children[name].has_ended()

    def stop(self) -> None:
        for child in self._children.values():
            child.kill_group()

    # --- replication ---

    def confirm_by_one(self) -> None:
        """From now on a commit is a success once one standby has it on its disk."""
        self.order(
            self.primary,
            f"ALTER SYSTEM SET synchronous_standby_names = '{_CONFIRMED_BY}'",
            "SELECT pg_reload_conf()",
        )
        self._wait_for("a standby that confirms", self.primary, _CONFIRMING)

    def promote(self) -> str:
        """Make the standby that has received most the primary; the other follows it. Returns its name.

        Of what one standby has confirmed, the one that has received most has all.
        """
        standbys = self.standbys
        received = {
            name: self.ask(name, "SELECT pg_last_wal_receive_lsn() - '0/0'")[0][0] for name in standbys
        }
        chosen = max(received, key=lambda name: received[name])
        self.order(chosen, "SELECT pg_promote(true, 60)")
        self.primary = chosen
        for name in standbys:
            if name == chosen:
                continue
            self.order(
                name,
                f"ALTER SYSTEM SET primary_conninfo = '{self._connection_to_primary(name)}'",
                "SELECT pg_reload_conf()",
            )
        return chosen

    def wait_until_level(self, name: str) -> None:
        """Wait until a standby has what the primary has now."""
        ((position,),) = self.ask(self.primary, "SELECT pg_current_wal_flush_lsn()::text")
        self._wait_for(
            f"{name} to catch up", name, f"SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn"
        )

    @contextmanager
    def standing_still(self, name: str) -> Iterator[None]:
        """Meanwhile the standby receives and confirms, but shows nothing new."""
        self.order(name, "SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            self.order(name, "SELECT pg_wal_replay_resume()")

    # --- asking ---

    def order(self, name: str, *statements: str) -> None:
        for statement in statements:
            self.ask(name, statement)

    def ask(self, name: str, statement: str) -> list[Any]:
        """As the superuser, of this server."""
        connection = psycopg2.connect(
            host=str(self._folder.sockets),
            port=_PORTS[name],
            user=_SUPERUSER,
            dbname="postgres",
            connect_timeout=5,
        )
        with closing(connection), connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _connection_to_primary(self, name: str) -> str:
        port = _PORTS[self.primary]
        return f"host={self._folder.sockets} port={port} user={_SUPERUSER} application_name={name}"

    def _await(self, name: str) -> None:
        self._wait_for(f"{name} to start", name, "SELECT true")

    def _wait_for(self, what: str, name: str, question: str) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                if self.ask(name, question) == [(True,)]:
                    return
            except psycopg2.OperationalError:
                pass
            if self._children[name].has_ended() or time.monotonic() > until:
                log = subprocess.run(
                    ["tail", "-5", self._folder.log / f"{name}.log"],
                    capture_output=True,
                    text=True,
                    check=False,
                )
                raise RuntimeError(f"Waited in vain for {what}: {log.stdout}")
            time.sleep(0.1)


_CONFIRMING = "SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state = 'quorum'"

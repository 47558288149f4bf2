"""How many acts a second are on the disk before they are acknowledged: on a copy of the database that waits for it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from django.db import connections

from portal.kernel.access import owner_alias
from portal.local.environment import ROOT
from portal.local.folder import DataFolder
from portal.local.identity import choose_identity
from portal.local.postgres import APPLICATION, OWNER, Postgres, binary_path, clean_environment
from portal.local.processes import Program

_SUPERUSER = "postgres"
_PREFIX = "portal-durable-"
CLIENTS = 4
_SECONDS = 10.0
_PATIENCE = 60  # seconds for the copy to answer


@dataclass(frozen=True, slots=True)
class DurableActs:
    """Acts a second by the clock, of one client and of several at once; bytes of PostgreSQL's log for each."""

    one: float
    several: float
    notes: float
    log_bytes: float


def measure_durable_acts(folder: Path, seconds: float = _SECONDS) -> DurableActs | None:
    """On a copy of the cluster in this data folder; None where the bench was given a database by its address."""
    if not (folder / "postgres").is_dir():
        return None
    with _durable_copy(folder / "postgres" / "pg_hba.conf") as server:
        single, log_bytes = _rate(server, "entries", 1, seconds)
        several, _bytes = _rate(server, "entries", CLIENTS, seconds)
        notes, _bytes = _rate(server, "notes", 1, seconds)
    return DurableActs(single, several, notes, log_bytes)


@contextmanager
def _durable_copy(rules: Path) -> Iterator[Postgres]:
    """The bench's own server waits for no disk: the same data on one that does, as production has it.

    `rules`: where that server says who may copy it.
    """
    path = Path(tempfile.mkdtemp(prefix=_PREFIX))
    path.chmod(0o755)
    folder = DataFolder(path)
    try:
        folder.prepare(
            choose_identity([Path(sys.executable), binary_path("postgres"), path.parent], shares_files=True)
        )
        with connections[owner_alias()].cursor() as cursor:
            host = cursor.connection.info.host
        rules.write_text(f"{rules.read_text()}local   replication   all   trust\n")
        with closing(psycopg2.connect(host=host, user=_SUPERUSER, dbname="postgres")) as connection:
            connection.cursor().execute("SELECT pg_reload_conf()")
        copying = Program(
            "copy",
            (
                *(binary_path("pg_basebackup"), "-D", path / "postgres", "-X", "stream", "-c", "fast"),
                *("-h", host, "-U", _SUPERUSER),
            ),
            clean_environment(), path,
        )  # fmt: skip
        if folder.spawn(copying).process.wait(600):
            raise RuntimeError(f"The database was not copied: {(folder.log / 'copy.log').read_text()[-500:]}")
        server = Postgres(folder)
        child = folder.spawn(server.program())
        try:
            _wait_for(server, folder)
            yield server
        finally:
            child.send_signal(child.program.stop_signal)
            child.process.wait(_PATIENCE)
    finally:
        folder.close()
        shutil.rmtree(path, ignore_errors=True)


def _wait_for(server: Postgres, folder: DataFolder) -> None:
    until = time.monotonic() + _PATIENCE
    while not server.accepts_connections():
        if time.monotonic() > until:
            raise RuntimeError(f"The copy does not start: {(folder.log / 'postgres.log').read_text()[-500:]}")
        time.sleep(0.1)


def _rate(server: Postgres, act: str, clients: int, seconds: float) -> tuple[float, float]:
    """Acts a second of so many clients at once, and bytes of the log for each."""
    variables = {
        **os.environ,
        "DATABASE_URL": server.url(APPLICATION),
        "DATABASE_OWNER_URL": server.url(OWNER),
    }
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.scale.acts"],
            env=variables, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _client in range(clients)
    ]  # fmt: skip
    try:
        _answers(programs, act, 0.1)  # all have begun
        before = _log_position(server)
        answers = _answers(programs, act, seconds)
        written = _log_position(server) - before
    finally:
        for program in programs:
            program.communicate()
    made = sum(answer["acts"] for answer in answers)
    return sum(answer["acts"] / answer["seconds"] for answer in answers), written / max(1, made)


def _answers(programs: list["subprocess.Popen[str]"], act: str, seconds: float) -> list[dict[str, float]]:
    for program in programs:
        assert program.stdin is not None
        program.stdin.write(json.dumps({"act": act, "seconds": seconds}) + "\n")
        program.stdin.flush()
    lines = [program.stdout.readline() if program.stdout else "" for program in programs]
    return [json.loads(line) for line in lines]


def _log_position(server: Postgres) -> int:
    with closing(psycopg2.connect(server.url(OWNER))) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'")
        return int(cursor.fetchone()[0])

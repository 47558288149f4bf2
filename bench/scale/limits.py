"""What each engine takes, measured by itself: the disk, the store of files, the broker, the memory of processes."""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from bench.cluster.store import Store
from bench.desks.copies import owner_cursor
from bench.processor_time import ProcessorTime
from bench.scale.durable import DurableActs, measure_durable_acts
from portal.kernel import monitoring
from portal.kernel.jobs import Sweeper
from portal.local.environment import ROOT

JOBS = 10_000
FILES, FILE_BYTES = 100, 256_000
NODE = re.compile(r"`[a-z]+-a` (\d+)")  # a program of the first node, and its megabytes
_RELIABILITY = ROOT / "docs" / "reliability.md"
_ADD_JOBS = """
INSERT INTO portal_job (kind, dedupe_key, payload, state, attempts, last_error, cancel_reason, request_id)
  SELECT 'send_delivery', 'scale:' || n, jsonb_build_object('delivery', -n), 'ready', 0, '', '', ''
    FROM generate_series(1, %s) n
"""


@dataclass(frozen=True, slots=True)
class Hints:
    """Jobs that the sweeper has named to workers: a second, milliseconds of all, bytes in the broker of each."""

    rate: float
    ms: float
    broker_ms: float
    broker_bytes: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What is measured by itself; `acts` are None where the bench was given its servers by their addresses."""

    acts: DurableActs | None
    files: dict[str, float]
    hints: Hints


def measure_limits(folder: Path, jobs: int = JOBS, files: int = FILES, seconds: float = 10.0) -> Limits:
    return Limits(measure_durable_acts(folder, seconds), measure_files(files), measure_hints(jobs))


def measure_hints(jobs: int) -> Hints:
    """Add jobs that are due, and let the sweeper name them; nobody works them off, and they are taken away again."""
    with monitoring.broker_client(10) as broker:
        _drop_jobs()
        broker.flushdb()
        with owner_cursor() as cursor:
            cursor.execute(_ADD_JOBS, [jobs])
        broker_began, memory = _broker_ms(broker.info("cpu")), int(broker.info("memory")["used_memory"])
        sweeper, named, began = Sweeper(), 0, time.monotonic()
        with ProcessorTime() as spent:
            while count := sweeper.sweep():
                named += count
        seconds = time.monotonic() - began
        hints = Hints(
            rate=named / seconds,
            ms=spent.ms,
            broker_ms=_broker_ms(broker.info("cpu")) - broker_began,
            broker_bytes=(int(broker.info("memory")["used_memory"]) - memory) / max(1, named),
        )
        broker.flushdb()
    _drop_jobs()
    if named < jobs:
        raise ValueError(f"{named} jobs of {jobs} were named to workers")
    return hints


def _broker_ms(facts: dict[str, float]) -> float:
    return (float(facts["used_cpu_user"]) + float(facts["used_cpu_sys"])) * 1000


def _drop_jobs() -> None:
    """Those of this bench, and whatever else would be named to workers."""
    with owner_cursor() as cursor:
        cursor.execute("DELETE FROM portal_job WHERE dedupe_key LIKE 'scale:%'")
        cursor.execute(
            "UPDATE portal_job SET state = 'cancelled', cancel_reason = 'bench' WHERE state = 'ready'"
        )


def measure_files(files: int) -> dict[str, float]:
    """Through the portal's own way to a bucket, into a store that runs in a Python process beside it."""
    store = Store()
    store.start()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.scale.bucket", str(files), str(FILE_BYTES)],
            env={**os.environ, **store.variables()}, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    finally:
        store.stop()
    return dict(json.loads(done.stdout.splitlines()[-1]))


def backend_megabytes() -> float:
    """The most that a process of the database has for itself, of those that have answered for pages."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE usename = current_user")
        pids = [pid for (pid,) in cursor.fetchall()]
    return max((_kilobytes(pid, "Anonymous") / 1000 for pid in pids), default=0.0)


def process_megabytes(pid: int) -> float:
    """The memory of a process that is its own, or its share of what it has in common."""
    return _kilobytes(pid, "Pss") / 1000


def _kilobytes(pid: int, name: str) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # of somebody else's server
        return 0.0
    match = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    return float(match[1]) if match else 0.0


def node_megabytes(page: Path = _RELIABILITY) -> float:
    """The memory of the first node's programs in the last run of `bench cluster`; 0 where the page does not say."""
    line = (
        re.search(r"^Memory at the end, MB: (.*)$", page.read_text(), re.MULTILINE) if page.exists() else None
    )
    return sum(map(float, NODE.findall(line[1]))) if line else 0.0

"""What is read from the database and the servers for Prometheus: one connection, a handful of queries, one second."""

import platform
import threading
import time
from collections.abc import Iterator
from typing import Any

import django
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily

from portal import __version__
from portal.kernel import monitoring
from portal.kernel.database import PARTITIONS_SQL
from portal.kernel.jobs import OLDEST_WAIT_SQL
from portal.kernel.mail import DELAYED_LETTERS_SQL
from portal.kernel.monitoring import LAST_SEEN_SQL
from portal.kernel.publishing import STALE_COPIES_SQL

_TIMEOUT = 0.9
_CACHE_SECONDS = 5.0  # seconds in which several scrapers are given the same
_QUERIES = {
    "oldest": OLDEST_WAIT_SQL,
    "jobs": "SELECT state, kind, count(*) FROM portal_job WHERE state IN ('ready', 'leased')"
    " OR state = 'dead' OR state = 'on_hold' GROUP BY 1, 2 ORDER BY 1, 2",
    "deliveries": "SELECT channel, state, count(*) FROM portal_delivery GROUP BY 1, 2 ORDER BY 1, 2",
    "documents": "SELECT state, count(*) FROM portal_document GROUP BY 1 ORDER BY 1",
    "built": "SELECT kind, count(*), sum(extract(epoch FROM finished_at - created_at))::float8 FROM portal_document"
    " WHERE state = 'ready' AND finished_at IS NOT NULL GROUP BY 1 ORDER BY 1",
    "revision": "SELECT coalesce(max(value), 0) FROM portal_publicrevision",
    "publications": "SELECT coalesce(max(number), 0) FROM portal_publication",
    "chain": "SELECT coalesce(max(broken_at), 0), coalesce(extract(epoch FROM max(checked_at)), 0)::float8"
    " FROM portal_chaincheck",
    "connections": "SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity"
    " WHERE datname = current_database()",
    "copies": STALE_COPIES_SQL,
    "delayed": DELAYED_LETTERS_SQL,
    "damaged": "SELECT count(*) FROM portal_filedamage WHERE ended_at IS NULL",
    "scrub": "SELECT extract(epoch FROM coalesce(max(finished_at), min(started_at), now()))::float8 FROM portal_scrub",
    "partitions": PARTITIONS_SQL,
    "last_seen": f"SELECT kind, extract(epoch FROM {LAST_SEEN_SQL})::float8"
    " FROM portal_heartbeat GROUP BY kind ORDER BY kind",
}

Rows = list[tuple[Any, ...]]


class ServersCollector:
    """Collects anew after a few seconds; what does not answer in time is left out and reported as missing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = float("-inf")
        self._metrics: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._metrics = [*_servers(), *_build()]
                self._until = time.monotonic() + _CACHE_SECONDS
            yield from self._metrics


def _servers() -> Iterator[Metric]:
    try:
        answers = monitoring.ask_database(list(_QUERIES.values()), _TIMEOUT)
    except monitoring.NoAnswer:
        answers = None
    yield _gauge(
        "portal_database_up", "Whether the database answered these questions in time.", answers is not None
    )
    delay = monitoring.replica_delay(_TIMEOUT)
    yield _gauge("portal_replica_away", "Whether a replica is set and does not answer.", delay is None)
    if delay is not None:
        yield _gauge("portal_replica_delay_seconds", "How far the replica is behind; 0 without one.", delay)
    yield _gauge("portal_broker_up", "Whether the broker answers.", monitoring.broker_answers(_TIMEOUT))
    yield _gauge("portal_cache_up", "Whether the cache answers.", monitoring.cache_answers(_TIMEOUT))
    if answers is not None:
        rows = dict(zip(_QUERIES, answers, strict=True))
        yield from _jobs(rows)
        yield from _outcomes(rows)
        yield from _other_metrics(rows)


def _jobs(rows: dict[str, Rows]) -> Iterator[Metric]:
    yield _gauge(
        "portal_oldest_job_seconds",
        "How long the oldest due job has waited for a worker.",
        rows["oldest"][0][0],
    )
    yield _gauge(
        "portal_delayed_letter_seconds",
        "How long the oldest letter has been there that the mail server has not taken; 0 where it took all.",
        rows["delayed"][0][2],
    )
    yield _labelled_gauge(
        "portal_jobs", "Jobs that are not finished, by state and kind.", ("state", "kind"), rows["jobs"]
    )
    dead = sum(row[2] for row in rows["jobs"] if row[0] == "dead")
    yield _gauge("portal_dead_jobs", "Jobs that failed every time and wait for a person.", dead)
    on_hold = sum(row[2] for row in rows["jobs"] if row[0] == "on_hold")
    yield _gauge("portal_jobs_on_hold", "Messages on hold after a restore, until a person decides.", on_hold)


def _outcomes(rows: dict[str, Rows]) -> Iterator[Metric]:
    labels = ("channel", "state")
    yield _labelled_gauge(
        "portal_deliveries", "Messages to people, by channel and state.", labels, rows["deliveries"]
    )
    yield _labelled_gauge("portal_documents", "Documents, by state.", ("state",), rows["documents"])
    seconds = SummaryMetricFamily(
        "portal_document_build_seconds",
        "From the request for a document until it was ready.",
        labels=("kind",),
    )
    for kind, count, total in rows["built"]:
        seconds.add_metric((kind,), count_value=count, sum_value=total)
    yield seconds


def _other_metrics(rows: dict[str, Rows]) -> Iterator[Metric]:
    yield _gauge(
        "portal_public_revision", "Moves with every change of what the public sees.", rows["revision"][0][0]
    )
    publications = CounterMetricFamily("portal_publications", "Publications so far.")
    publications.add_metric((), rows["publications"][0][0])
    yield publications
    broken_at, checked_at = rows["chain"][0]
    yield _gauge(
        "portal_broken_publication",
        "The first publication that the chain does not hold for, by its number; 0 where all hold.",
        broken_at,
    )
    yield _gauge(
        "portal_chain_checked_timestamp_seconds",
        "When the chain of publications was last computed again; 0 before the first time.",
        checked_at,
    )
    yield _gauge(
        "portal_stale_copies_seconds",
        "For how long a network in front has had copies of public pages that it was to drop; 0 where it was told.",
        rows["copies"][0][0],
    )
    yield _gauge(
        "portal_damaged_files", "Stored files whose bytes are missing or others.", rows["damaged"][0][0]
    )
    yield _gauge(
        "portal_scrub_finished_timestamp_seconds",
        "When all stored files had last been read; before the first time, when that began.",
        rows["scrub"][0][0],
    )
    yield _labelled_gauge(
        "portal_partition_months",
        "Months from this one on, up to 13, for which a divided table has a part; there should be 3.",
        ("table",),
        [row[:2] for row in rows["partitions"]],
    )
    yield _labelled_gauge(
        "portal_partition_default_bytes",
        "Size of the part that takes what no month's or year's part takes; it should not grow.",
        ("table",),
        [(row[0], row[2]) for row in rows["partitions"]],
    )
    used, limit = rows["connections"][0]
    yield _gauge("portal_database_connections", "Open connections to the portal's database.", used)
    yield _gauge("portal_database_connections_limit", "Connections that the database server takes.", limit)
    last_seen = [row for row in rows["last_seen"] if row[1] is not None]
    description = "When a kind of process was last seen; workers, when one answered through the queue."
    yield _labelled_gauge("portal_last_seen_timestamp_seconds", description, ("process",), last_seen)


def _build() -> Iterator[Metric]:
    labels = {"version": __version__, "python": platform.python_version(), "django": django.get_version()}
    info = GaugeMetricFamily("portal_build_info", "What runs here; always 1.", labels=tuple(labels))
    info.add_metric(tuple(labels.values()), 1)
    yield info


def _gauge(name: str, description: str, value: float) -> Metric:
    return GaugeMetricFamily(name, description, value=float(value))


def _labelled_gauge(name: str, description: str, labels: tuple[str, ...], rows: Rows) -> Metric:
    """One sample for each row: the labels, then the value."""
    metric = GaugeMetricFamily(name, description, labels=labels)
    for *label_values, value in rows:
        metric.add_metric(tuple(map(str, label_values)), float(value))
    return metric

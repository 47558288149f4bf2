"""What is kept how long and why: one table, from which pages are made and what is over is removed, every day.

Each floor adds its own lines. What has no `rows` is kept, or is nothing that this database holds; it stands in the
table all the same, for the table is what people are told.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise

from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, Job, enqueue, handles
from portal.kernel.journal import Event

BATCH_SIZE = 2000
_MAX_SECONDS = 60.0  # seconds for one job; what is left then is another one's

Rows = Callable[[datetime], QuerySet[Any]]
Remove = Callable[[Sequence[Any]], object]


def _delete(rows: Sequence[Any]) -> None:
    type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows]).delete()


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One line of the table. `rows` are those whose time is over at the moment; `remove` takes some of them away.

    Both act as SYSTEM. `models` names models that the line speaks of beside those of its `rows`, as `app.Model`.
    """

    name: str
    what: str | Promise
    how_long: str | Promise
    why: str | Promise
    rows: tuple[Rows, ...] = ()
    remove: Remove = _delete
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetentionStatus:
    """A line for those who look after it: how many rows are over now, and when some were last removed."""

    rule: RetentionRule
    expired: int
    last_purge: Event | None


_RULES: dict[str, RetentionRule] = {}


def register_rules(*rules: RetentionRule) -> None:
    """Add lines to the table."""
    _RULES.update({line.name: line for line in rules})


def retention_table() -> list[RetentionRule]:
    """Every line, in the order in which the floors stand."""
    return list(_RULES.values())


def models_with_rules() -> set[str]:
    """The models of which some line says how long they are kept, as `app.Model`."""
    now = datetime.now(UTC)  # the queries are only looked at
    removed = {rows(now).model._meta.label for line in retention_table() for rows in line.rows}
    return removed | {name for line in retention_table() for name in line.models}


def retention_status() -> list[RetentionStatus]:
    """Every line with its numbers."""
    last: dict[str, Event] = {}
    for event in Event.objects.filter(kind="retention.purge").order_by("-pk")[:200]:
        last.setdefault(event.data["thing"], event)
    expired = count_expired()
    return [
        RetentionStatus(line, expired.get(line.name, 0), last.get(line.name)) for line in retention_table()
    ]


def count_expired() -> dict[str, int]:
    """How many rows of each line are over now; removes nothing."""
    with acting_as(SYSTEM):
        now = _now()
        return {
            line.name: sum(rows(now).count() for rows in line.rows) for line in retention_table() if line.rows
        }


def enqueue_purge() -> bool:
    """Owe today's purge, by the day of the database's clock; True when it was not owed before."""
    return _enqueue(_now().date().isoformat(), 1)


def enqueue_purge_now() -> None:
    """Owe a purge beside the daily one."""
    _enqueue(_now().isoformat(), 1)


def _enqueue(day: str, part: int) -> bool:
    payload: dict[str, int | str] = {"day": day, "part": part}
    return enqueue("purge_expired", key=f"purge_expired:{day}:{part}", payload=payload)


@handles("purge_expired")
def purge_expired(claim: Claim) -> None:
    """The job: remove what is over, in batches that each stand for themselves under the lease.

    Whoever is killed in between has lost nothing; the next try goes on. A long one hands on to another job.
    """
    ends = time.monotonic() + _MAX_SECONDS
    late = any(_remove_expired(claim, line, rows, ends) for line in retention_table() for rows in line.rows)
    with claim.finishing():
        if late:
            _enqueue(str(claim.payload["day"]), int(claim.payload["part"]) + 1)


def _remove_expired(claim: Claim, rule: RetentionRule, rows: Rows, ends: float) -> bool:
    """Remove all that is over, batch by batch; True when the time has run out over it."""
    while _remove_batch(claim, rule, rows):
        if time.monotonic() >= ends:
            return True
    return False


def _remove_batch(claim: Claim, rule: RetentionRule, rows: Rows) -> bool:
    """Remove one batch, and journal how many: rows, line and lease stand or fall together. False when none was left."""
    with acting_as(SYSTEM):
        batch = list(rows(_now())[:BATCH_SIZE])
        if batch:
            rule.remove(batch)
            journal.record(SYSTEM, "retention.purge", Job(pk=claim.job_id), thing=rule.name, count=len(batch))
        claim.renew()
    return bool(batch)


def _now() -> datetime:
    """The database's clock decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: datetime = cursor.fetchone()[0]
    return moment

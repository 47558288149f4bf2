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
from portal.kernel.access import SYSTEM
from portal.kernel.models import Event, Job
from portal.kernel.outbox import Claim, enqueue, handles
from portal.kernel.row_security import acting_as

BATCH = 2000
_LONGEST = 60.0  # seconds for one job; what is left then is another one's

Rows = Callable[[datetime], QuerySet[Any]]
Remove = Callable[[Sequence[Any]], object]


def _delete(rows: Sequence[Any]) -> None:
    type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows]).delete()


@dataclass(frozen=True, slots=True)
class Keeping:
    """One line of the table. `rows` are those whose time is over at the moment; `remove` takes some of them away.

    Both act as SYSTEM. `of` names models that the line speaks of beside those of its `rows`, as `app.Model`.
    """

    name: str
    what: str | Promise
    how_long: str | Promise
    why: str | Promise
    rows: tuple[Rows, ...] = ()
    remove: Remove = _delete
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line for those who look after it: how many rows are over now, and when some were last removed."""

    keeping: Keeping
    over: int
    last: Event | None


_TABLE: dict[str, Keeping] = {}


def keep(*lines: Keeping) -> None:
    """Add lines to the table."""
    _TABLE.update({line.name: line for line in lines})


def table() -> list[Keeping]:
    """Every line, in the order in which the floors stand."""
    return list(_TABLE.values())


def spoken_of() -> set[str]:
    """The models of which some line says how long they are kept, as `app.Model`."""
    now = datetime.now(UTC)  # the queries are only looked at
    removed = {rows(now).model._meta.label for line in table() for rows in line.rows}
    return removed | {name for line in table() for name in line.of}


def lines() -> list[Line]:
    """Every line with its numbers."""
    last: dict[str, Event] = {}
    for event in Event.objects.filter(kind="retention.purge").order_by("-pk")[:200]:
        last.setdefault(event.data["thing"], event)
    over = count_over()
    return [Line(line, over.get(line.name, 0), last.get(line.name)) for line in table()]


def count_over() -> dict[str, int]:
    """How many rows of each line are over now; removes nothing."""
    with acting_as(SYSTEM):
        now = _now()
        return {line.name: sum(rows(now).count() for rows in line.rows) for line in table() if line.rows}


def owe_purge() -> bool:
    """Owe today's purge, by the day of the database's clock; True when it was not owed before."""
    return _owe(_now().date().isoformat(), 1)


def owe_purge_now() -> None:
    """Owe a purge beside the daily one."""
    _owe(_now().isoformat(), 1)


def _owe(day: str, part: int) -> bool:
    payload: dict[str, int | str] = {"day": day, "part": part}
    return enqueue("purge_expired", key=f"purge_expired:{day}:{part}", payload=payload)


@handles("purge_expired")
def purge_expired(claim: Claim) -> None:
    """The job: remove what is over, in batches that each stand for themselves under the lease.

    Whoever is killed in between has lost nothing; the next try goes on. A long one hands on to another job.
    """
    ends = time.monotonic() + _LONGEST
    late = any(_clear(claim, line, rows, ends) for line in table() for rows in line.rows)
    with claim.finishing():
        if late:
            _owe(str(claim.payload["day"]), int(claim.payload["part"]) + 1)


def _clear(claim: Claim, line: Keeping, rows: Rows, ends: float) -> bool:
    """Remove all that is over, batch by batch; True when the time has run out over it."""
    while _batch(claim, line, rows):
        if time.monotonic() >= ends:
            return True
    return False


def _batch(claim: Claim, line: Keeping, rows: Rows) -> bool:
    """Remove one batch, and journal how many: rows, line and lease stand or fall together. False when none was left."""
    with acting_as(SYSTEM):
        batch = list(rows(_now())[:BATCH])
        if batch:
            line.remove(batch)
            journal.record(SYSTEM, "retention.purge", Job(pk=claim.job_id), thing=line.name, count=len(batch))
        claim.renew()
    return bool(batch)


def _now() -> datetime:
    """The database's clock decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: datetime = cursor.fetchone()[0]
    return moment

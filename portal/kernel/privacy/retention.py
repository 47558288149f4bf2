"""Retention: one table of what is kept how long and why, for the pages and the daily purge.

Each layer adds its own rules. What has no `rows` is never removed, or is not in this database; it is listed in the
table all the same, for the table is published.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError
from django.db.models import QuerySet
from django.utils.functional import Promise

from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.database import is_locked_out
from portal.kernel.jobs import Claim, Job, enqueue, handles
from portal.kernel.journal import Event

BATCH_SIZE = 2000
_MAX_SECONDS = 60.0  # seconds for one job; what is left then is another one's

Rows = Callable[[datetime], QuerySet[Any]]
Drop = Callable[[], int | None]
Remove = Callable[[Sequence[Any]], object]


def _delete(rows: Sequence[Any]) -> None:
    type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows]).delete()


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One rule of the table. `rows` are those expired at the moment, which is given in the zone in which days are
    counted; `remove` removes some of them.

    Both act as SYSTEM. `models` names models that the rule covers beside those of its `rows`, as `app.Model`. Of a
    table that is divided by months `drop` drops one that has expired, and says how many rows went with it, None where
    there is none: what is left for `remove` then is what lies elsewhere.
    """

    name: str
    what: str | Promise
    how_long: str | Promise
    why: str | Promise
    rows: tuple[Rows, ...] = ()
    remove: Remove = _delete
    models: tuple[str, ...] = ()
    drop: Drop | None = None


@dataclass(frozen=True, slots=True)
class RetentionStatus:
    """A rule with its status: how many rows have expired, and when some were last removed."""

    rule: RetentionRule
    expired: int
    last_purge: Event | None


_RULES: dict[str, RetentionRule] = {}


def register_rules(*rules: RetentionRule) -> None:
    """Add rules to the table, and their names to the wording of the journal."""
    _RULES.update({rule.name: rule for rule in rules})
    journal.register_values({"rule": {rule.name: rule.what for rule in rules}})


def retention_table() -> list[RetentionRule]:
    """Every rule, in the order of the layers."""
    return list(_RULES.values())


def models_with_rules() -> set[str]:
    """The models that some rule covers, as `app.Model`."""
    now = datetime.now(UTC)  # the queries are not run
    removed = {rows(now).model._meta.label for rule in retention_table() for rows in rule.rows}
    return removed | {name for rule in retention_table() for name in rule.models}


def retention_status() -> list[RetentionStatus]:
    """Every rule with its status."""
    last: dict[str, Event] = {}
    for event in Event.objects.filter(kind="retention.purge").order_by("-pk")[:200]:
        last.setdefault(event.data["rule"], event)
    expired = count_expired()
    return [
        RetentionStatus(rule, expired.get(rule.name, 0), last.get(rule.name)) for rule in retention_table()
    ]


def count_expired() -> dict[str, int]:
    """How many rows of each rule have expired; removes nothing."""
    with acting_as(SYSTEM):
        now = _present()
        return {
            rule.name: sum(rows(now).count() for rows in rule.rows) for rule in retention_table() if rule.rows
        }


def _present() -> datetime:
    return clock.database_now().astimezone(clock.present_zone())


def enqueue_purge() -> bool:
    """Queue today's purge, by the day of the database's clock; True when it was not queued before."""
    return _enqueue(clock.database_now().date().isoformat(), 1)


def enqueue_purge_now() -> None:
    """Queue a purge in addition to the daily one."""
    _enqueue(clock.database_now().isoformat(), 1)


def _enqueue(day: str, part: int) -> bool:
    payload: dict[str, int | str] = {"day": day, "part": part}
    with acting_as(SYSTEM):
        return enqueue("purge_expired", key=f"purge_expired:{day}:{part}", payload=payload)


@handles("purge_expired", is_long=True)
def purge_expired(claim: Claim) -> None:
    """The job: remove what is over, in batches that each commit under the lease.

    A worker killed in between loses nothing: the next try goes on. A long purge continues in another job.
    """
    ends = time.monotonic() + _MAX_SECONDS
    for rule in retention_table():
        while rule.drop and _drop_expired(claim, rule, rule.drop):
            pass
    late = any(_remove_expired(claim, rule, rows, ends) for rule in retention_table() for rows in rule.rows)
    with claim.finishing():
        if late:
            _enqueue(str(claim.payload["day"]), int(claim.payload["part"]) + 1)


def _drop_expired(claim: Claim, rule: RetentionRule, drop: Drop) -> bool:
    """Drop one month and journal how many rows it had. False when none is left, or somebody reads it until tomorrow."""
    try:
        with acting_as(SYSTEM):
            count = drop()
            if count:
                journal.record(SYSTEM, "retention.purge", Job(pk=claim.job_id), rule=rule.name, count=count)
            claim.renew()
    except OperationalError as error:
        if not is_locked_out(error):
            raise
        return False
    return count is not None


def _remove_expired(claim: Claim, rule: RetentionRule, rows: Rows, ends: float) -> bool:
    """Remove all that is over, batch by batch; True when the time has run out over it."""
    while _remove_batch(claim, rule, rows):
        if time.monotonic() >= ends:
            return True
    return False


def _remove_batch(claim: Claim, rule: RetentionRule, rows: Rows) -> bool:
    """Remove one batch, and journal how many: rows, entry and lease in one transaction. False when none was left."""
    with acting_as(SYSTEM):
        batch = list(rows(_present())[:BATCH_SIZE])
        if batch:
            rule.remove(batch)
            journal.record(SYSTEM, "retention.purge", Job(pk=claim.job_id), rule=rule.name, count=len(batch))
        claim.renew()
    return bool(batch)

"""Alerts that expire: which of their reminders are due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from alliance.queries.local_dates import today
from alliance.queries.reminder_steps import reached_step, working_day_after
from practices.enums import PracticeState
from practices.models import Practice

BEFORE_EXPIRY = (7,)  # days before the last day of an alert
_KNOWN_FOR = 30  # days for which an alert that has expired is looked at: a schedule may have stood still

EXPIRING = "practice.expire_soon"
EXPIRED = "practice.expire"


@dataclass(frozen=True, slots=True)
class ExpiryReminder:
    """One reminder: its event kind, the alert, the last day on which it holds, and the day it is planned for."""

    kind: str
    practice_id: int
    last_day: date
    planned_on: date

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.practice_id}:{self.last_day}"


def due_expiry_reminders() -> Iterator[ExpiryReminder]:
    """Of alerts that are shared: once some days before they expire, and once when they have. One query."""
    now = today()
    soon = (now - timedelta(days=_KNOWN_FOR), now + timedelta(days=max(BEFORE_EXPIRY) + 2))
    for practice in Practice.objects.filter(state=PracticeState.SHARED, expires_on__range=soon):
        last_day = practice.expires_on
        assert last_day is not None
        if last_day < now:
            planned_on = working_day_after(last_day + timedelta(days=1))
            yield ExpiryReminder(EXPIRED, practice.pk, last_day, planned_on)
        elif step := reached_step(last_day, now, BEFORE_EXPIRY, None):
            yield ExpiryReminder(EXPIRING, practice.pk, last_day, step.planned_on)


def is_expiry_due(kind: str, practice: Practice, last_day: date) -> bool:
    """Whether the reminder still applies: not once the alert was prolonged, retired or recalled."""
    if practice.state != PracticeState.SHARED or practice.expires_on != last_day:
        return False
    return (last_day < today()) == (kind == EXPIRED)

"""Notices of the schedule: a report is due or overdue, the time for replies ends, a report waits for a reviewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import lazy

from alliance.enums import Grant
from alliance.models import Report
from alliance.notify.reports import about_report, concluded, drafters
from alliance.notify.who import notice, staff
from alliance.queries.clock import today
from alliance.queries.deadlines import DUE, OVERDUE, RESPONSE, REVIEW, is_still_owed
from portal.kernel.access import Actor, can
from portal.kernel.models import Event
from portal.kernel.notices import Recipient
from portal.kernel.templatetags.portal_ui import day

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reminder:
    """The day that it is about, in the words of whatever language is read, and how many days are left."""

    on: date

    @property
    def day(self) -> object:
        return lazy(day, str)(self.on)

    @property
    def days(self) -> int:
        return (self.on - today()).days


def _reviewers(event: Event) -> list[Recipient]:
    """Those who may take it up: nobody reviews where they belong, or lately belonged."""
    report = Report.objects.get(pk=event.target_id)
    return [one for one in staff(Grant.REVIEWER) if can(one.actor, "report.start_review", report)]


def _if_still_owed(event: Event, facts: Facts | None) -> Facts | None:
    """What was filed, extended or taken up in the meantime is not reminded of."""
    on = date.fromisoformat(event.data["on"])
    if facts is None or not is_still_owed(event.kind, facts["report"], on):
        return None
    return {**facts, "reminder": Reminder(on)}


def _filing(actor: Actor, event: Event) -> Facts | None:
    return _if_still_owed(event, about_report(actor, event))


def _replying(actor: Actor, event: Event) -> Facts | None:
    return _if_still_owed(event, concluded(actor, event))


NOTICES = (
    notice(DUE, drafters, _filing, "reminder.day", "cycle.title", group="deadlines"),
    notice(OVERDUE, drafters, _filing, "reminder.day", "cycle.title", group="deadlines"),
    notice(RESPONSE, drafters, _replying, "reminder.day", "cycle.title", group="deadlines"),
    notice(REVIEW, _reviewers, _filing, "reminder.day", "organisation.name", group="reviews"),
)

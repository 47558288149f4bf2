"""Notices of the schedule: a report is due, overdue, to be changed or to be reviewed, the time for replies ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import lazy

from alliance.enums import Role
from alliance.models import Report
from alliance.notify.compulsory import last_warning
from alliance.notify.recipients import notice, secretariat_staff
from alliance.notify.reports import about_conclusion, about_report, drafters
from alliance.queries.deadlines import CHANGES, DUE, OVERDUE, RESPONSE, REVIEW, is_still_due
from alliance.queries.local_dates import today
from portal.kernel.access import Actor, can
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient
from portal.kernel.text import format_date

TemplateContext = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReminderText:
    """The day that it is about, in the words of whatever language is read, and how many days are left."""

    due_on: date

    @property
    def day(self) -> object:
        return lazy(format_date, str)(self.due_on)

    @property
    def days(self) -> int:
        return (self.due_on - today()).days


def _reviewers(event: Event) -> list[Recipient]:
    """Those who may take it up: nobody reviews where they belong, or lately belonged."""
    report = Report.objects.get(pk=event.target_id)
    return [
        each for each in secretariat_staff(Role.REVIEWER) if can(each.actor, "report.start_review", report)
    ]


def _if_still_due(event: Event, facts: TemplateContext | None) -> TemplateContext | None:
    """What was filed, extended or taken up in the meantime is not reminded of."""
    on = date.fromisoformat(event.data["on"])
    if facts is None or not is_still_due(event.kind, facts["report"], on):
        return None
    return {
        **facts,
        "reminder": ReminderText(on),
        "is_last_day": facts["report"].grace_ends_on == today(),
    }


def _about_filing(actor: Actor, event: Event) -> TemplateContext | None:
    return _if_still_due(event, about_report(actor, event))


def _about_reply(actor: Actor, event: Event) -> TemplateContext | None:
    return _if_still_due(event, about_conclusion(actor, event))


NOTICES = (
    notice(
        DUE,
        drafters,
        _about_filing,
        "reminder.day",
        "cycle.title",
        group="deadlines",
        compulsory=last_warning,
    ),
    notice(
        OVERDUE,
        drafters,
        _about_filing,
        "reminder.day",
        "cycle.title",
        group="deadlines",
        compulsory=last_warning,
    ),
    notice(CHANGES, drafters, _about_filing, "reminder.day", "cycle.title", group="deadlines"),
    notice(RESPONSE, drafters, _about_reply, "reminder.day", "cycle.title", group="deadlines"),
    notice(REVIEW, _reviewers, _about_filing, "reminder.day", "organisation.name", group="reviews"),
)

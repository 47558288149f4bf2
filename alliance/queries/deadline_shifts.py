"""Days that are still to come: what ends at another moment when the time zone is changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, ExpressionWrapper, F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.models import Cycle, Report
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.obligations import IS_UNFILED, ended_obligations
from alliance.queries.reply_days import open_to_reply
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day at the end of which something must have been done, and for how many reports."""

    description: str
    day: date
    reports: int


@dataclass(frozen=True, slots=True)
class DeadlineShift:
    """When a deadline ends now, and when it would end in another zone."""

    deadline: Deadline
    before: datetime
    after: datetime

    @property
    def is_earlier(self) -> bool:
        return self.after < self.before


def open_deadlines(actor: Actor) -> list[Deadline]:
    """The days that are not over, by day: reports due, due again, grace, and answers to verdicts.

    Reports that nobody has to file, as their members left before, are not due. Six queries; two more where a member
    has left.
    """
    reports = Report.objects.visible_to(actor)
    ended = ended_obligations(actor, list(Cycle.objects.visible_to(actor)))
    unfiled = reports.filter(IS_UNFILED).exclude(pk__in=ended)
    due = [
        *_by_day(unfiled.filter(due_on__gte=today()), "due_on", _("Reports due: %s")),
        *_by_day(
            reports.filter(changes_due_on__gte=today()), "changes_due_on", _("Reports to submit again: %s")
        ),
    ]
    overdue = within_grace(unfiled).filter(due_on__lt=today())
    grace = _by_day(overdue, "grace_end", _("Days of grace end: %s"))
    replies = reports.filter(open_to_reply(today()))
    return sorted(
        [*due, *grace, *_by_day(replies, "respond_by", _("Replies to verdicts: %s"))],
        key=lambda each: each.day,
    )


def within_grace(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Those whose days of grace are not over; each has `grace_end`, the last one."""
    end = ExpressionWrapper(F("due_on") + F("cycle__grace_days"), output_field=DateField())
    return reports.annotate(grace_end=end).filter(grace_end__gte=today())


def _by_day(reports: QuerySet[Report], field: str, description: str) -> Iterable[Deadline]:
    rows = reports.values(field, "cycle__title").annotate(n=Count("pk")).order_by(field)
    for row in rows:
        count = ngettext("%(n)s report", "%(n)s reports", row["n"]) % {"n": row["n"]}
        yield Deadline(description % f"{row['cycle__title']}, {count}", row[field], row["n"])


def deadline_shifts(actor: Actor, zone: ZoneInfo) -> list[DeadlineShift]:
    """What ends at another moment in that zone."""
    shifts = [
        DeadlineShift(open_deadline, end_of_day(open_deadline.day), end_of_day(open_deadline.day, zone))
        for open_deadline in open_deadlines(actor)
    ]
    return [shift for shift in shifts if shift.before != shift.after]

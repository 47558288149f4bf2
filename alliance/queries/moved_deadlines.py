"""Days that are still to come: what ends at another moment when the time zone is changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import ReportState
from alliance.models import Report
from alliance.queries.clock import end_of, today
from portal.kernel.access import Actor

_TO_FILE = (ReportState.DRAFT, ReportState.AWAITING_SIGN_OFF, ReportState.CHANGES_REQUESTED)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day at the end of which something must have been done, and for how many reports."""

    what: str
    day: date
    reports: int


@dataclass(frozen=True, slots=True)
class Move:
    """When a deadline ends now, and when it would end in another zone."""

    deadline: Deadline
    before: datetime
    after: datetime

    @property
    def is_earlier(self) -> bool:
        return self.after < self.before


def open_deadlines(actor: Actor) -> list[Deadline]:
    """The days that are not over, by day: reports due, and answers to verdicts. Two queries."""
    reports = Report.objects.visible_to(actor)
    due = _by_day(reports.filter(state__in=_TO_FILE, due_on__gte=today()), "due_on", _("Reports due: %s"))
    replies = reports.filter(state=ReportState.CONCLUDED, respond_by__gte=today())
    return sorted(
        [*due, *_by_day(replies, "respond_by", _("Replies to verdicts: %s"))], key=lambda one: one.day
    )


def _by_day(reports: QuerySet[Report], field: str, words: str) -> Iterable[Deadline]:
    rows = reports.values(field, "cycle__title").annotate(n=Count("pk")).order_by(field)
    for row in rows:
        count = ngettext("%(n)s report", "%(n)s reports", row["n"]) % {"n": row["n"]}
        yield Deadline(words % f"{row['cycle__title']}, {count}", row[field], row["n"])


def moves(actor: Actor, zone: ZoneInfo) -> list[Move]:
    """What ends at another moment in that zone."""
    found = [Move(one, end_of(one.day), end_of(one.day, zone)) for one in open_deadlines(actor)]
    return [move for move in found if move.before != move.after]

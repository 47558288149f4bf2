"""Which reminders are owed today: what is due, overdue, open for a reply, or waits for a reviewer.

Each is named by its report, the day that it is about, and a step. Where several steps have been passed meanwhile, the
latest alone is owed; a step that was passed before people had heard of the day is none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import Cycle, Report
from alliance.queries.clock import time_zone, today
from portal.kernel.models import Event

BEFORE_DUE = (30, 14, 7, 1)
BEFORE_REPLIES_END = (7, 1)
WEEK = 7

DUE = "report.remind_due"
OVERDUE = "report.remind_overdue"
RESPONSE = "report.remind_response"
REVIEW = "report.remind_review"

_UNFILED = (ReportState.DRAFT, ReportState.AWAITING_SIGN_OFF)


@dataclass(frozen=True, slots=True)
class Owed:
    """One reminder: its event kind, the report, the day that it is about, and the step."""

    kind: str
    report_id: int
    on: date
    step: str

    @property
    def key(self) -> str:
        return f"reminder:{self.report_id}:{self.on}:{self.step}"


def reminders_owed() -> list[Owed]:
    """All that are owed by the database's clock. Five queries, however many reports."""
    now = today()
    return [*_before_due(now), *_overdue(now), *_before_replies_end(now), *_waiting_for_review(now)]


def is_still_owed(kind: str, report: Report, on: date) -> bool:
    """Whether what the reminder says of that day is still true."""
    if kind in (DUE, OVERDUE):
        return report.state in _UNFILED and report.due_on == on and (on >= today()) == (kind == DUE)
    if kind == RESPONSE:
        return (report.state, report.respond_by) == (ReportState.CONCLUDED, on) and _may_reply(report)
    return report.state == ReportState.SUBMITTED and _day_of(report.submitted_at) == on


def _may_reply(report: Report) -> bool:
    return report.respond_by is not None and report.respond_by >= today() and not report.responses.exists()


def _unfiled() -> QuerySet[Report]:
    running = (CycleState.OPEN, CycleState.CLOSED)
    return Report.objects.filter(state__in=_UNFILED, cycle__state__in=running).select_related("cycle")


def _before_due(now: date) -> Iterator[Owed]:
    reports = list(_unfiled().filter(due_on__range=(now, now + timedelta(days=max(BEFORE_DUE)))))
    told = _told_of_the_day(reports)
    for report in reports:
        step = _step(report.due_on, now, BEFORE_DUE, told.get(report.pk))
        if step:
            yield Owed(DUE, report.pk, report.due_on, f"{step}d")


def _step(day: date, now: date, steps: Iterable[int], told: date | None) -> int:
    """The nearest step that has been reached; 0 where it was reached before people were told of the day."""
    step = min(one for one in steps if one >= (day - now).days)
    return step if told is None or day - timedelta(days=step) >= told else 0


def _told_of_the_day(reports: Iterable[Report]) -> dict[int, date]:
    """When people heard of the day: when the cycle was opened, or the report was extended."""
    rows = list(reports)
    opened = _latest("cycle.open", Cycle, {report.cycle_id for report in rows})
    extended = _latest("report.extend", Report, {report.pk for report in rows})
    found = {report.pk: extended.get(report.pk) or opened.get(report.cycle_id) for report in rows}
    return {pk: day for pk, day in found.items() if day}


def _latest(kind: str, model: Any, ids: Iterable[int]) -> dict[int, date]:
    lines = Event.objects.filter(kind=kind, target_type=model._meta.label_lower, target_id__in=ids)
    moments = lines.order_by().values("target_id").annotate(latest=Max("at"))
    return {row["target_id"]: _day(row["latest"]) for row in moments}


def _overdue(now: date) -> Iterator[Owed]:
    """On the first day after it was due, then weekly, as long as the grace lasts."""
    for report in _unfiled().filter(due_on__lt=now):
        if now <= report.grace_ends_on:
            weeks = ((now - report.due_on).days - 1) // WEEK
            yield Owed(OVERDUE, report.pk, report.due_on, f"overdue:{weeks}")


def _before_replies_end(now: date) -> Iterator[Owed]:
    soon = (now, now + timedelta(days=max(BEFORE_REPLIES_END)))
    reports = Report.objects.filter(
        state=ReportState.CONCLUDED, respond_by__range=soon, responses__isnull=True
    )
    for report in reports:
        assert report.respond_by is not None
        step = _step(report.respond_by, now, BEFORE_REPLIES_END, _day_of(report.concluded_at))
        if step:
            yield Owed(RESPONSE, report.pk, report.respond_by, f"respond:{step}d")


def _waiting_for_review(now: date) -> Iterator[Owed]:
    """Each week in which nobody takes it up."""
    for report in Report.objects.filter(state=ReportState.SUBMITTED, submitted_at__isnull=False):
        since = _day_of(report.submitted_at)
        weeks = (now - since).days // WEEK if since else 0
        if since and weeks:
            yield Owed(REVIEW, report.pk, since, f"review:{weeks}")


def _day_of(moment: datetime | None) -> date | None:
    return _day(moment) if moment else None


def _day(moment: datetime) -> date:
    """In the alliance's time zone."""
    return timezone.localdate(moment, time_zone())

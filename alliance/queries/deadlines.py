"""Which reminders are due today: what is due, overdue, to be changed, open for a reply, or waits for a reviewer.

Each is named by its report, the day that it is about, and a step. Where several steps have been passed meanwhile, the
latest alone is due; a step that was passed before people were notified of the day is skipped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone

from alliance.enums import DRAFT_REPORT_STATES, CycleState, ReportState
from alliance.models import Cycle, Report
from alliance.queries.local_dates import time_zone, today
from portal.kernel.journal import Event

BEFORE_DUE = (30, 14, 7, 1)
BEFORE_RESPONSE_ENDS = (7, 1)
WEEK = 7

DUE = "report.remind_due"
OVERDUE = "report.remind_overdue"
CHANGES = "report.remind_changes"
RESPONSE = "report.remind_response"
REVIEW = "report.remind_review"


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One reminder: its event kind, the report, the day that it is about, and the step."""

    kind: str
    report_id: int
    day: date
    step: str

    @property
    def key(self) -> str:
        return f"reminder:{self.report_id}:{self.day}:{self.step}"


def due_reminders() -> list[DueReminder]:
    """All that are due by the database's clock. Seven queries, however many reports."""
    now = today()
    return [
        *_before_due(now),
        *_overdue(now),
        *_unchanged(now),
        *_before_response_ends(now),
        *_unreviewed(now),
    ]


def is_still_due(kind: str, report: Report, day: date) -> bool:
    """Whether the reminder still applies."""
    if kind in (DUE, OVERDUE):
        return (
            report.state in DRAFT_REPORT_STATES and report.due_on == day and (day >= today()) == (kind == DUE)
        )
    if kind == CHANGES:
        return (
            report.state == ReportState.CHANGES_REQUESTED and _requested_on([report.pk]).get(report.pk) == day
        )
    if kind == RESPONSE:
        may_reply = report.state == ReportState.CONCLUDED and report.respond_by == day and day >= today()
        return may_reply and not report.responses.exists()
    return report.state == ReportState.SUBMITTED and _day_of(report.submitted_at) == day


def _unfiled() -> QuerySet[Report]:
    running = (CycleState.OPEN, CycleState.CLOSED, CycleState.PUBLISHED)  # one may be published early
    return Report.objects.filter(state__in=DRAFT_REPORT_STATES, cycle__state__in=running).select_related(
        "cycle"
    )


def _before_due(now: date) -> Iterator[DueReminder]:
    reports = list(_unfiled().filter(due_on__range=(now, now + timedelta(days=max(BEFORE_DUE)))))
    # when people were notified of the day: when the cycle was opened, or the report was extended
    opened = _latest("cycle.open", Cycle, {report.cycle_id for report in reports})
    extended = _latest("report.extend", Report, {report.pk for report in reports})
    days = {report.pk: extended.get(report.pk) or opened.get(report.cycle_id) for report in reports}
    announcement_days = {pk: day for pk, day in days.items() if day}
    for report in reports:
        step = _reached_step(report.due_on, now, BEFORE_DUE, announcement_days.get(report.pk))
        if step:
            yield DueReminder(DUE, report.pk, report.due_on, f"{step}d")


def _reached_step(day: date, now: date, steps: Iterable[int], announced_on: date | None) -> int:
    """The nearest step that has been reached; 0 where it was reached before people were notified of the day."""
    step = min(each for each in steps if each >= (day - now).days)
    return step if announced_on is None or day - timedelta(days=step) >= announced_on else 0


def _latest(kind: str, model: Any, ids: Iterable[int]) -> dict[int, date]:
    events = Event.objects.filter(kind=kind, target_type=model._meta.label_lower, target_id__in=ids)
    moments = events.order_by().values("target_id").annotate(latest=Max("at"))
    return {row["target_id"]: _day(row["latest"]) for row in moments}


def _overdue(now: date) -> Iterator[DueReminder]:
    """On the first day after it was due, then weekly, as long as the grace lasts, and on its last day."""
    for report in _unfiled().filter(due_on__lt=now):
        if now == report.grace_ends_on:
            yield DueReminder(OVERDUE, report.pk, report.due_on, "overdue:last")
        elif now < report.grace_ends_on:
            weeks = ((now - report.due_on).days - 1) // WEEK
            yield DueReminder(OVERDUE, report.pk, report.due_on, f"overdue:{weeks}")


def _unchanged(now: date) -> Iterator[DueReminder]:
    """Each week in which a report for which changes were requested is not submitted again."""
    reports = Report.objects.filter(state=ReportState.CHANGES_REQUESTED).values_list("pk", flat=True)
    for report_id, since in _requested_on(reports).items():
        if weeks := (now - since).days // WEEK:
            yield DueReminder(CHANGES, report_id, since, f"changes:{weeks}")


def _requested_on(report_ids: Iterable[int]) -> dict[int, date]:
    """When changes to each report were last requested."""
    return _latest("report.request_changes", Report, set(report_ids))


def _before_response_ends(now: date) -> Iterator[DueReminder]:
    soon = (now, now + timedelta(days=max(BEFORE_RESPONSE_ENDS)))
    reports = Report.objects.filter(
        state=ReportState.CONCLUDED, respond_by__range=soon, responses__isnull=True
    )
    for report in reports:
        assert report.respond_by is not None
        step = _reached_step(report.respond_by, now, BEFORE_RESPONSE_ENDS, _day_of(report.concluded_at))
        if step:
            yield DueReminder(RESPONSE, report.pk, report.respond_by, f"respond:{step}d")


def _unreviewed(now: date) -> Iterator[DueReminder]:
    """Each week in which nobody takes it up."""
    for report in Report.objects.filter(state=ReportState.SUBMITTED, submitted_at__isnull=False):
        since = _day_of(report.submitted_at)
        weeks = (now - since).days // WEEK if since else 0
        if since and weeks:
            yield DueReminder(REVIEW, report.pk, since, f"review:{weeks}")


def _day_of(moment: datetime | None) -> date | None:
    return _day(moment) if moment else None


def _day(moment: datetime) -> date:
    """In the alliance's time zone."""
    return timezone.localdate(moment, time_zone())

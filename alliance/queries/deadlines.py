"""Which reminders are due today: what is due, overdue, to be changed, open for a reply, or waits for the secretariat.

Each is named by its report, the day that it is about, and a step. Where several steps have been passed meanwhile, the
latest alone is due; a step that was passed before people were notified of the day is skipped. A step that falls on a
weekend is due on the Friday before; that of a last day is due on that day, whatever day it is. A member
whose people have no access is reminded of nothing; the secretariat is, of what waits for it there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from alliance.access import with_portal_access
from alliance.enums import RETURNED_REPORT_STATES, CorrectionState, CycleState, ReportState
from alliance.models import Cycle, Report
from alliance.queries.absences import signing_again_since
from alliance.queries.local_dates import day_of, end_of_day, today
from alliance.queries.obligations import IS_UNFILED
from alliance.queries.reminder_steps import passed_week, reached_step, working_day_after
from alliance.queries.replies import ReplyOpening, reply_openings, standing_replies
from alliance.queries.reply_days import open_to_reply, reports_with_running_replies
from alliance.queries.reviews import is_paused
from portal.kernel.journal import Event

BEFORE_DUE = (30, 14, 7, 1, 0)
BEFORE_CHANGES_DUE = (7, 1, 0)
BEFORE_RESPONSE_ENDS = (7, 1)
_LONGEST_OPENING = timedelta(days=2 * 365)  # of a reply: a year, and days on which the report was withdrawn

DUE = "report.remind_due"
OVERDUE = "report.remind_overdue"
CHANGES_DUE = "report.remind_changes_due"
CHANGES = "report.remind_changes"
RESPONSE = "report.remind_response"
REVIEW = "report.remind_review"
RESUME = "report.remind_resume"


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One reminder: its event kind, the report, the day that it is about, the step, and the day it is planned for."""

    kind: str
    report_id: int
    day: date
    step: str
    planned_on: date

    @property
    def key(self) -> str:
        return f"reminder:{self.report_id}:{self.day}:{self.step}"


def due_reminders() -> list[DueReminder]:
    """All that are due by the database's clock. Twelve queries, however many reports; four more after corrections."""
    now = today()
    return [
        *_before_due(now),
        *_overdue(now),
        *_before_changes_due(now),
        *_unchanged(now),
        *_before_response_ends(now),
        *_before_reply_to_correction_ends(now),
        *_unreviewed(now),
        *_unresumed(now),
    ]


def is_still_due(kind: str, report: Report, day: date) -> bool:
    """Whether the reminder still applies: none to a member whose people have no access."""
    if kind not in (REVIEW, RESUME) and not report.organisation.has_access:
        return False
    if kind in (DUE, OVERDUE):
        if not report.is_unfiled or report.due_on != day:
            return False
        return day >= today() if kind == DUE else day < today() <= report.grace_ends_on
    if kind in (CHANGES_DUE, RESUME):
        if report.state not in RETURNED_REPORT_STATES or report.changes_due_on != day:
            return False
        return day >= today() if kind == CHANGES_DUE else day < today()
    if kind == CHANGES:
        return (
            report.state == ReportState.CHANGES_REQUESTED and _requested_on([report.pk]).get(report.pk) == day
        )
    if kind == RESPONSE:
        if is_of_correction(report, day):
            return True
        may_reply = report.respond_by == day and reports_with_running_replies([report], today())
        return bool(may_reply) and not standing_replies().filter(report=report).exists()
    is_waiting = report.state == ReportState.SUBMITTED and not is_paused(report)
    return is_waiting and _day_of(report.submitted_at) == day


def is_of_correction(report: Report, day: date) -> bool:
    """Whether a reply to a corrected verdict can be signed until that day. No query before it is published."""
    openings = reply_openings([report]) if report.state == ReportState.PUBLISHED else []
    return any(each.is_open and each.until == day for each in openings)


def _unfiled() -> QuerySet[Report]:
    running = (CycleState.OPEN, CycleState.CLOSED, CycleState.PUBLISHED)  # one may be published early
    reports: QuerySet[Report] = Report.objects.filter(
        IS_UNFILED, with_portal_access(), cycle__state__in=running
    )
    return reports.select_related("cycle")


def _before_due(now: date) -> Iterator[DueReminder]:
    # a step on a weekend is due up to two days earlier
    reports = list(_unfiled().filter(due_on__range=(now, now + timedelta(days=max(BEFORE_DUE) + 2))))
    # when people were notified of the day: by the latest of these
    of_cycle = _latest(("cycle.open", "cycle.reschedule"), Cycle, {report.cycle_id for report in reports})
    own = _latest(("report.extend", "report.include"), Report, {report.pk for report in reports})
    for report in reports:
        days = (of_cycle.get(report.cycle_id), own.get(report.pk))
        announced_on = max((day for day in days if day), default=None)
        step = reached_step(report.due_on, now, BEFORE_DUE, announced_on)
        if step:
            yield DueReminder(DUE, report.pk, report.due_on, f"{step.days}d", step.planned_on)


def _latest(kinds: Iterable[str], model: Any, ids: Iterable[int]) -> dict[int, date]:
    events = Event.objects.filter(kind__in=kinds, target_type=model._meta.label_lower, target_id__in=ids)
    moments = events.order_by().values("target_id").annotate(latest=Max("at"))
    return {row["target_id"]: day_of(row["latest"]) for row in moments}


def _overdue(now: date) -> Iterator[DueReminder]:
    """On the first working day after it was due, then weekly, as long as the grace lasts, and on its last day."""
    for report in _unfiled().filter(due_on__lt=now):
        if now == report.grace_ends_on:
            yield DueReminder(OVERDUE, report.pk, report.due_on, f"overdue:last:{now}", now)
        elif now < report.grace_ends_on:
            first = working_day_after(report.due_on + timedelta(days=1))
            later = passed_week(report.due_on + timedelta(days=1), now)
            if later:
                week, planned_on = later
                yield DueReminder(OVERDUE, report.pk, report.due_on, f"overdue:{week}", planned_on)
            elif now >= first:
                yield DueReminder(OVERDUE, report.pk, report.due_on, "overdue:0", first)


def _before_changes_due(now: date) -> Iterator[DueReminder]:
    """As before a deadline, for what was returned with a day by which it is to be submitted again."""
    soon = (now, now + timedelta(days=max(BEFORE_CHANGES_DUE) + 2))
    reports = list(_returned().filter(with_portal_access(), changes_due_on__range=soon))
    requested = _requested_on(report.pk for report in reports)
    for report in reports:
        assert report.changes_due_on is not None
        step = reached_step(report.changes_due_on, now, BEFORE_CHANGES_DUE, requested.get(report.pk))
        if step:
            yield DueReminder(
                CHANGES_DUE, report.pk, report.changes_due_on, f"changes:{step.days}d", step.planned_on
            )


def _returned() -> QuerySet[Report]:
    reports: QuerySet[Report] = Report.objects.filter(state__in=RETURNED_REPORT_STATES)
    return reports


def _unchanged(now: date) -> Iterator[DueReminder]:
    """Each week in which a report for which changes were requested is not submitted again."""
    reports = Report.objects.filter(with_portal_access(), state=ReportState.CHANGES_REQUESTED)
    for report_id, since in _requested_on(reports.values_list("pk", flat=True)).items():
        if passed := passed_week(since, now):
            week, planned_on = passed
            yield DueReminder(CHANGES, report_id, since, f"changes:{week}", planned_on)


def _requested_on(report_ids: Iterable[int]) -> dict[int, date]:
    """When changes to each report were last requested."""
    return _latest(("report.request_changes",), Report, set(report_ids))


def _before_response_ends(now: date) -> Iterator[DueReminder]:
    """Also once the report is published: the time for a reply goes on."""
    soon = now + timedelta(days=max(BEFORE_RESPONSE_ENDS) + 2)
    reports = Report.objects.filter(open_to_reply(now), respond_by__lte=soon)
    for report in reports.exclude(Exists(standing_replies().filter(report=OuterRef("pk")))):
        assert report.respond_by is not None
        step = reached_step(report.respond_by, now, BEFORE_RESPONSE_ENDS, _day_of(report.concluded_at))
        if step:
            yield DueReminder(
                RESPONSE, report.pk, report.respond_by, f"respond:{step.days}d", step.planned_on
            )


def _before_reply_to_correction_ends(now: date) -> Iterator[DueReminder]:
    """The same of verdicts that were corrected in public; one where several of a report end on a day."""
    since = end_of_day(now - _LONGEST_OPENING)
    reports = Report.objects.filter(
        Q(corrections__decided_at__gte=since) | Q(organisation__in=signing_again_since(since)),
        with_portal_access(),
        state=ReportState.PUBLISHED,
        corrections__state=CorrectionState.PUBLISHED,
    )
    by_day: dict[tuple[int, date], ReplyOpening] = {}
    for opening in reply_openings(reports.distinct()):
        if opening.is_open:
            by_day[opening.report.pk, opening.until] = opening
    for (report_id, day), opening in by_day.items():
        step = reached_step(day, now, BEFORE_RESPONSE_ENDS, _day_of(opening.correction.decided_at))
        if step:
            yield DueReminder(RESPONSE, report_id, day, f"respond:{step.days}d", step.planned_on)


def _unreviewed(now: date) -> Iterator[DueReminder]:
    """Each week in which nobody takes it up, while its review is not paused."""
    reports = Report.objects.filter(state=ReportState.SUBMITTED, submitted_at__isnull=False)
    for report in reports.exclude(paused_until__gte=now):
        since = _day_of(report.submitted_at)
        if since and (passed := passed_week(since, now)):
            week, planned_on = passed
            yield DueReminder(REVIEW, report.pk, since, f"review:{week}", planned_on)


def _unresumed(now: date) -> Iterator[DueReminder]:
    """On the first working day after a return has run out, then weekly, until the review is resumed."""
    for report in _returned().filter(changes_due_on__lt=now):
        assert report.changes_due_on is not None
        since = report.changes_due_on + timedelta(days=1)
        first = working_day_after(since)
        if later := passed_week(since, now):
            week, planned_on = later
            yield DueReminder(RESUME, report.pk, report.changes_due_on, f"resume:{week}", planned_on)
        elif now >= first:
            yield DueReminder(RESUME, report.pk, report.changes_due_on, "resume:0", first)


def _day_of(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None

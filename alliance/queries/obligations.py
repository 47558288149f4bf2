"""What is left of the obligations of a cycle: who still has to file, and what is not decided yet."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Max, Q

from alliance.enums import (
    DRAFT_REPORT_STATES,
    REVIEWABLE_REPORT_STATES,
    CycleState,
    OrganisationState,
    ReportState,
    Standing,
)
from alliance.models import Cycle, CycleDecision, Report
from alliance.queries.absences import membership_ends
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.reviews import conclude_by
from portal.kernel.access import Actor
from portal.kernel.journal import Event

UNDECIDED_STATES = (*REVIEWABLE_REPORT_STATES, ReportState.CHANGES_REQUESTED)
_IN_REVIEW_STATES = (*UNDECIDED_STATES, ReportState.CONCLUDED)
IS_UNFILED = Q(
    state__in=DRAFT_REPORT_STATES, changes_due_on=None, was_not_filed=False
)  # as `Report.is_unfiled`
_OF_UNFILED = ("state", "changes_due_on", "was_not_filed")  # the columns that this asks for


def is_overdue(report: Report, now: date) -> bool:
    """Whether it is not filed although its own days of grace are over."""
    return report.is_unfiled and now > report.grace_ends_on


def is_missed_by_closing(report: Report, now: date) -> bool:
    """Whether it counts as not filed once its cycle is closed on this day."""
    return report.is_unfiled and is_over_by_closing(report, now)


def is_over_by_closing(report: Report, now: date) -> bool:
    """Whether the time to file it is over once its cycle is closed on this day.

    Before its deadline it is not; an extension holds until its own days of grace are over.
    """
    return now > (report.grace_ends_on if report.is_extended else report.due_on)


def is_restored_by_reopening(report: Report, now: date) -> bool:
    """Whether closing alone has made it count as not filed: its days of grace still run."""
    return report.counts_as_not_filed and now <= report.grace_ends_on


def ended_memberships(reports: Iterable[Report]) -> dict[int, date]:
    """By number those of these reports that nobody has to file: the membership ended before they were due, and when.

    They count neither as due nor as not filed. Two queries at most, none where all are filed.
    """
    unfiled = [report for report in reports if report.is_unfiled]
    ends = membership_ends({report.organisation_id for report in unfiled})
    return {
        report.pk: ends[report.organisation_id]
        for report in unfiled
        if report.organisation_id in ends and ends[report.organisation_id] <= report.due_on
    }


def ended_obligations(actor: Actor, cycles: Collection[Cycle]) -> set[int]:
    """The numbers of those reports of these cycles that nobody has to file: `ended_memberships`, for counts.

    One query; two more where a member has left.
    """
    unfiled = Report.objects.visible_to(actor).filter(IS_UNFILED, cycle__in=cycles)
    left = unfiled.filter(organisation__state=OrganisationState.FORMER).order_by()
    return set(ended_memberships(left.only("organisation", "due_on", *_OF_UNFILED)))


def required_reports(reports: Iterable[Report]) -> list[Report]:
    """Without those that nobody has to file. Two queries at most."""
    rows = list(reports)
    ended = ended_memberships(rows)
    return [report for report in rows if report.pk not in ended]


def unfiled_reports(reports: Iterable[Report]) -> list[Report]:
    """Those that members still write in time, and of which nothing that was filed stands."""
    return [report for report in reports if report.is_unfiled]


def undecided_reports(
    reports: Iterable[Report], now: date, unconfirmed: Collection[int] = ()
) -> list[Report]:
    """Those on which publishing their cycle would have to wait: not filed in time yet, or not decided.

    So are those of these numbers (`reports_to_confirm`). What is overdue is decided: it was not filed.
    """
    return [
        report
        for report in reports
        if is_undecided(report)
        or report.pk in unconfirmed
        or (report.is_unfiled and not is_overdue(report, now))
    ]


def is_undecided(report: Report) -> bool:
    """Whether it was filed and its review is not concluded; also while it is returned and waits for a signature."""
    return report.state in UNDECIDED_STATES or (
        report.state in DRAFT_REPORT_STATES and report.changes_due_on is not None
    )


def is_early_to_close(cycle: Cycle) -> bool:
    """Whether the cycle's days of grace still run."""
    return today() <= cycle.grace_ends_on


def is_before_announced_day(cycle: Cycle) -> bool:
    """Whether publishing the cycle now would be earlier than was announced."""
    return cycle.publish_on is not None and today() < cycle.publish_on


def safe_closing_day(cycle: Cycle) -> date:
    """The day on which the cycle closes by itself: the one after its last day of grace."""
    return cycle.grace_ends_on + timedelta(days=1)


def safe_publication_day(
    cycle: Cycle, reports: Sequence[Report], replying: Collection[Report]
) -> date | None:
    """The first day on which, by the days that are planned, nothing is undecided and no right of reply runs.

    `replying` are those of the reports whose verdicts can be replied to (`reports_with_running_replies`). None where
    those days are over: then only the reviews that are left have to end.
    """
    review, reply = timedelta(days=cycle.review_days), timedelta(days=cycle.response_days)
    days = [report.grace_ends_on + review + reply for report in unfiled_reports(reports)]
    for report in reports:
        if report.changes_due_on is not None:
            days.append(report.changes_due_on + review + reply)
        elif report.state in UNDECIDED_STATES and (day := conclude_by(report)) is not None:
            days.append(day + reply)
    days += [report.respond_by for report in replying if report.respond_by is not None]
    last = max(days, default=None)
    day = last + timedelta(days=1) if last is not None and last >= today() else None
    if cycle.publish_on is not None and is_before_announced_day(cycle):
        return max(cycle.publish_on, day or cycle.publish_on)
    return day


def closing_day(cycle: Cycle) -> date | None:
    """The day on which an open cycle will close by itself; None where a person has to close it."""
    is_waiting = cycle.state == CycleState.OPEN and (is_early_to_close(cycle) or bool(_closing_now([cycle])))
    return safe_closing_day(cycle) if is_waiting else None


def cycle_decisions(actor: Actor, cycle: Cycle) -> Sequence[CycleDecision]:
    """Why it was closed early, opened again, published early; the latest first. One query."""
    rows = CycleDecision.objects.visible_to(actor).filter(cycle=cycle)
    return list(rows.select_related("decided_by"))


def standing_of(report: Report, ended: Collection[int] = ()) -> Standing:
    """What became of the obligation, in the words of the public record; `ended`, by number: `ended_memberships`."""
    if report.is_withdrawn:
        return Standing.WITHDRAWN
    if report.state == ReportState.PUBLISHED:
        return Standing.LATE if report.late else Standing.FILED
    if report.state in _IN_REVIEW_STATES or is_undecided(report):
        return Standing.IN_REVIEW
    if report.counts_as_not_filed:
        return Standing.NOT_FILED
    if report.state in DRAFT_REPORT_STATES:
        return Standing.ENDED if report.pk in ended else Standing.DUE
    return Standing(report.state)


def cycles_to_close() -> list[Cycle]:
    """The open cycles that close by themselves: their days of grace are over.

    One that a manager has opened again since then stays open until a manager closes it. Two queries.
    """
    open_cycles = Cycle.objects.filter(state=CycleState.OPEN)
    return _closing_now([cycle for cycle in open_cycles if not is_early_to_close(cycle)])


def _closing_now(cycles: Sequence[Cycle]) -> list[Cycle]:
    """Without those that were opened again after their days of grace."""
    events = Event.objects.filter(
        kind="cycle.reopen",
        target_type=Cycle._meta.label_lower,
        target_id__in=[cycle.pk for cycle in cycles],
    )
    reopened = dict(events.order_by().values_list("target_id").annotate(latest=Max("at")))
    return [
        cycle
        for cycle in cycles
        if cycle.pk not in reopened or reopened[cycle.pk] < end_of_day(cycle.grace_ends_on)
    ]

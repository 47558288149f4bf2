"""What came to count as not filed while nobody of a member had access, and what becomes of it with their return."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from alliance.enums import CycleState, ReportState
from alliance.models import Organisation, Report
from alliance.queries.absences import LOSSES, Period, last_day_without
from alliance.queries.local_dates import day_of, today
from alliance.workflows import REPORT
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.journal import Event

DAYS_GIVEN_BACK = "organisation.give_days_back"
_MISS = REPORT.rule("miss")


@dataclass(frozen=True, slots=True)
class MissedReports:
    """Reports whose days of grace ended in the last absence.

    `again`: their cycle is not published, so with access they are drafts again, due by that day. `stay`: the public
    reads that they were not filed; they can be filed late.
    """

    again: list[tuple[Report, date]]
    stay: list[Report]


def missed_without_access(actor: Actor, organisation: int, *, until: int | None = None) -> MissedReports:
    """Those since the people of this member lost access last, up to entry `until` of the journal. Up to three queries.

    What was missed before, or was over when the access was lost, is not among them.
    """
    with acting_as(SYSTEM):
        loss = _last_loss(organisation, until)
        numbers = set(_missed_since(loss, until).values_list("target_id", flat=True)) if loss else set()
    if loss is None or not numbers:
        return MissedReports([], [])
    lost_on, counts_as_missed = day_of(loss.at), Q(state=ReportState.NOT_FILED) | Q(was_not_filed=True)
    rows = Report.objects.visible_to(actor).filter(
        counts_as_missed, organisation=organisation, pk__in=numbers
    )
    reports = [
        report
        for report in rows.select_related("cycle").order_by("due_on", "pk")
        if report.grace_ends_on >= lost_on
    ]
    return MissedReports(
        again=[
            (report, deadline_after(report, (lost_on, today())))
            for report in reports
            if report.cycle.state != CycleState.PUBLISHED
        ],
        stay=[report for report in reports if report.cycle.state == CycleState.PUBLISHED],
    )


def deadline_after(report: Report, absence: Period) -> date:
    """By when it is filed if these days do not count: as many later as were left, days of grace among them."""
    until = report.changes_due_on or report.grace_ends_on
    return report.deadline + (last_day_without([absence], absence[0], until) - until)


def reports_due_again(actor: Actor, organisation: int, *, until: int) -> list[Report]:
    """Those of a member that came back, by entry `until`, which counted as not filed and are drafts. Three queries."""
    with acting_as(SYSTEM):
        loss = _last_loss(organisation, until)
        if loss is None:
            return []
        given = _entries(None).filter(
            kind=DAYS_GIVEN_BACK, target_type=loss.target_type, target_id=organisation, pk__gt=loss.pk
        )
        data = given.order_by("pk").values_list("data", flat=True).first() or {}
    rows = Report.objects.visible_to(actor).filter(pk__in=data.get("restored", ()))
    return [each for each in rows.select_related("cycle").order_by("due_on", "pk") if each.is_unfiled]


def _last_loss(organisation: int, until: int | None) -> Event | None:
    own = _entries(until).filter(target_type=Organisation._meta.label_lower, target_id=organisation)
    return own.filter(kind__in=LOSSES).order_by("-pk").first()


def _missed_since(loss: Event, until: int | None) -> QuerySet[Event]:
    missed = _entries(until).filter(kind=_MISS, target_tenant_id=loss.target_id)
    return missed.filter(target_type=Report._meta.label_lower, pk__gt=loss.pk)


def _entries(until: int | None) -> QuerySet[Event]:
    rows: QuerySet[Event] = Event.objects.all()
    return rows if until is None else rows.filter(pk__lte=until)

"""The head of the reviewers' queue: all of it in figures, whatever the view."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, Sum

from alliance.enums import (
    OPEN_REVIEW_STATES,
    REVIEWABLE_REPORT_STATES,
    UNSETTLED_READING_STATES,
    QuestionState,
)
from alliance.models import Correction, Cycle, Question, Report, SecondReading, Verdict
from alliance.queries.corrections import CHECK_WAITING
from alliance.queries.cycle_desk import cycle_before
from alliance.queries.local_dates import today
from alliance.queries.review_figures import cycle_figures
from alliance.queries.review_queue import SOON, week_ago
from alliance.queries.reviews import QUEUE_STATES, coming_reports, in_queue_state, reviewed_reports
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """The whole queue in figures, whatever the view; `states` has a number for each state of it."""

    states: Mapping[str, int]
    mine: int
    unassigned: int
    coming: int
    overdue: int
    oldest: int  # days by which the oldest is overdue
    due_soon: int
    readings: int
    questions: int
    old_questions: int
    verdicts: int
    measures: int
    second_looks: int  # corrections of figures whose verdicts wait to be looked at again
    days: int | None  # the median from submission to conclusion in the latest cycle with a submitted report
    days_before: int | None  # and in the one before

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def open(self) -> int:
        return sum(self.states.get(state, 0) for state in OPEN_REVIEW_STATES)


def queue_counts(actor: Actor) -> QueueCounts:
    """At most ten queries, however many reports."""
    day = today()
    rows = reviewed_reports(actor).order_by()
    in_hand, is_open = Q(state__in=REVIEWABLE_REPORT_STATES), Q(state__in=OPEN_REVIEW_STATES)
    counts = rows.aggregate(
        **{f"state_{state.value}": Count("pk", filter=in_queue_state(state)) for state in QUEUE_STATES},
        mine=Count("pk", filter=is_open & Q(reviewer_id=actor.person_id)),
        unassigned=Count("pk", filter=in_hand & Q(reviewer__isnull=True)),
        overdue=Count("pk", filter=Q(conclude_by__lt=day)),
        earliest=Min("conclude_by"),
        due_soon=Count("pk", filter=Q(conclude_by__gte=day, conclude_by__lte=day + timedelta(days=SOON))),
        measures=Sum("measures_due", filter=in_hand, default=0),
    )
    earliest = counts.pop("earliest")
    readings = SecondReading.objects.visible_to(actor).filter(
        state__in=UNSETTLED_READING_STATES, report__submitted_at__isnull=False
    )
    questions = Question.objects.visible_to(actor).filter(
        state=QuestionState.OPEN, report__state__in=REVIEWABLE_REPORT_STATES
    )
    asked = questions.aggregate(all=Count("pk"), old=Count("pk", filter=Q(asked_at__lt=week_ago())))
    verdicts = Verdict.objects.visible_to(actor).filter(
        measure__isnull=False, report__state__in=REVIEWABLE_REPORT_STATES
    )
    days, days_before = _median_days(actor)
    return QueueCounts(
        states={state.value: counts.pop(f"state_{state.value}") for state in QUEUE_STATES},
        oldest=(day - earliest).days if counts["overdue"] else 0,
        readings=readings.values("report").distinct().count(),
        questions=asked["all"],
        old_questions=asked["old"],
        verdicts=verdicts.count(),
        coming=coming_reports(actor).order_by().count(),
        second_looks=Correction.objects.visible_to(actor).filter(CHECK_WAITING).count(),
        days=days,
        days_before=days_before,
        **counts,
    )


def _median_days(actor: Actor) -> tuple[int | None, int | None]:
    """Of all reviewers together, in the latest cycle with a submitted report and in the one before. Four queries."""
    submitted = Report.objects.filter(cycle=OuterRef("pk"), submitted_at__isnull=False)
    rows = Cycle.objects.visible_to(actor).filter(Exists(submitted)).select_related("charter")
    cycle = rows.order_by("-starts_on").first()
    if cycle is None:
        return None, None
    earlier = cycle_before(actor, cycle)
    return cycle_figures(actor, cycle).median, cycle_figures(actor, earlier).median if earlier else None

"""The head of the reviewers' queue: all of it in figures, whatever the view."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum, Value

from alliance.enums import (
    OPEN_REVIEW_STATES,
    REVIEWABLE_REPORT_STATES,
    UNSETTLED_READING_STATES,
    QuestionState,
)
from alliance.models import Correction, Cycle, Question, Report, SecondReading, Verdict
from alliance.queries.corrections import (
    CHECK_WAITING,
)
from alliance.queries.cycle_desk import cycle_before
from alliance.queries.local_dates import today
from alliance.queries.review_figures import median_days
from alliance.queries.review_queue import SOON, week_ago
from alliance.queries.reviews import (
    NAMED_STATES,
    REVIEWED_STATES,
    coming_reports,
    in_named_state,
    reviewed_reports,
)
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
    """At most five queries, however many reports."""
    day = today()
    rows = reviewed_reports(actor).order_by()
    in_hand, is_open = Q(state__in=REVIEWABLE_REPORT_STATES), Q(state__in=OPEN_REVIEW_STATES)
    counts = rows.aggregate(
        **{f"state_{state.value}": Count("pk", filter=in_named_state(state)) for state in NAMED_STATES},
        mine=Count("pk", filter=is_open & Q(reviewer_id=actor.person_id)),
        unassigned=Count("pk", filter=in_hand & Q(reviewer__isnull=True)),
        overdue=Count("pk", filter=Q(conclude_by__lt=day)),
        earliest=Min("conclude_by"),
        due_soon=Count("pk", filter=Q(conclude_by__gte=day, conclude_by__lte=day + timedelta(days=SOON))),
        measures=Sum("measures_due", filter=in_hand, default=0),
    )
    earliest = counts.pop("earliest")
    questions = Question.objects.visible_to(actor).filter(
        state=QuestionState.OPEN,
        report__state__in=REVIEWED_STATES,  # one may be left open by the publication, and still be answered
    )
    beside = _counted(
        # reports that are read, however many read them
        readings=reviewed_reports(actor).filter(
            Exists(
                SecondReading.objects.visible_to(actor).filter(
                    report=OuterRef("pk"), state__in=UNSETTLED_READING_STATES
                )
            )
        ),
        questions=questions,
        old_questions=questions.filter(asked_at__lt=week_ago()),
        verdicts=Verdict.objects.visible_to(actor).filter(
            measure__isnull=False, report__state__in=REVIEWABLE_REPORT_STATES
        ),
        coming=coming_reports(actor),
        second_looks=Correction.objects.visible_to(actor).filter(CHECK_WAITING),
    )
    days, days_before = _median_days(actor)
    return QueueCounts(
        states={state.value: counts.pop(f"state_{state.value}") for state in NAMED_STATES},
        oldest=(day - earliest).days if counts["overdue"] else 0,
        days=days,
        days_before=days_before,
        **beside,
        **counts,
    )


def _counted(**rows: QuerySet[Any]) -> dict[str, int]:
    """How many rows each of these queries finds, by its name. One query."""
    counts = [
        each.order_by().values(counted=Value(name)).annotate(n=Count("pk")).values_list("counted", "n")
        for name, each in rows.items()
    ]
    totals = dict(counts[0].union(*counts[1:], all=True))
    return {name: totals.get(name, 0) for name in rows}


def _median_days(actor: Actor) -> tuple[int | None, int | None]:
    """Of all reviewers together, in the latest cycle with a submitted report and in the one before. Three queries."""
    submitted = Report.objects.filter(cycle=OuterRef("pk"), submitted_at__isnull=False)
    rows = Cycle.objects.visible_to(actor).filter(Exists(submitted)).select_related("charter")
    cycle = rows.order_by("-starts_on").first()
    if cycle is None:
        return None, None
    earlier = cycle_before(actor, cycle)
    days = median_days(actor, [each.pk for each in (cycle, earlier) if each])
    return days.get(cycle.pk), days.get(earlier.pk) if earlier else None

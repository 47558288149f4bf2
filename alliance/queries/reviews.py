"""Reports with their reviews: when each should be concluded, whom it waits for, and which are somebody's to do."""

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from alliance.access import with_portal_access
from alliance.enums import (
    DRAFT_REPORT_STATES,
    OPEN_REVIEW_STATES,
    RETURNED_REPORT_STATES,
    REVIEWABLE_REPORT_STATES,
    UNSETTLED_READING_STATES,
    QuestionState,
    ReportState,
    Standing,
    WaitsFor,
)
from alliance.models import Question, Report, SecondReading, Submission
from alliance.queries.local_dates import day_of, time_zone, today
from alliance.queries.reply_days import open_to_reply
from portal.kernel.access import Actor

# What the queue shows, as it is narrowed: whatever was filed at some time, and what was not filed at all.
QUEUE_STATES = (
    *REVIEWABLE_REPORT_STATES,
    ReportState.CHANGES_REQUESTED,
    ReportState.CONCLUDED,
    ReportState.PUBLISHED,
    ReportState.NOT_FILED,
)


# The states as pages name them: what is published and was withdrawn since is called withdrawn.
NAMED_STATES = (*QUEUE_STATES, Standing.WITHDRAWN)
REVIEWED_STATES = (*OPEN_REVIEW_STATES, ReportState.PUBLISHED, ReportState.NOT_FILED)


def in_named_state(state: str) -> Q:
    """The reports of the queue that its page calls so."""
    is_withdrawn = Q(withdrawn_as__isnull=False)
    return is_withdrawn if state == Standing.WITHDRAWN else in_queue_state(state) & ~is_withdrawn


def in_queue_state(state: str) -> Q:
    """The reports of the queue in one of its states; what was returned waits for changes or for its signature."""
    return Q(state__in=RETURNED_REPORT_STATES if state == ReportState.CHANGES_REQUESTED else (state,))


def reviewed_reports(actor: Actor) -> QuerySet[Any]:
    """All reports of the queue, the most urgent first; each has `conclude_by` (None where nothing is due).

    One query, with organisation, cycle and reviewer.
    """
    submitted_on = TruncDate("submitted_at", tzinfo=time_zone())
    due = ExpressionWrapper(
        submitted_on + F("cycle__review_days") + F("paused_days"), output_field=DateField()
    )
    rows = Report.objects.visible_to(actor).filter(state__in=REVIEWED_STATES)
    rows = rows.exclude(state=ReportState.AWAITING_SIGN_OFF, changes_due_on__isnull=True)
    rows = rows.select_related("organisation", "cycle", "reviewer").annotate(
        conclude_by=Case(
            When(state__in=REVIEWABLE_REPORT_STATES, then=due), default=None, output_field=DateField()
        ),
    )
    return rows.order_by(F("conclude_by").asc(nulls_last=True), F("respond_by").asc(nulls_last=True), "pk")


def filed_reports(actor: Actor) -> QuerySet[Report]:
    """The reports of which something was submitted: those that have a review, with all that its head names."""
    submissions = Submission.objects.visible_to(actor).filter(report=OuterRef("pk"))
    rows: QuerySet[Report] = Report.objects.filter(Exists(submissions))
    return rows.select_related("organisation", "cycle__charter", "reviewer")


def coming_reports(actor: Actor) -> QuerySet[Any]:
    """The reports that are still to be filed for the first time, with or without a reviewer; `conclude_by` is None.

    Of the working copy nothing but its state is read. One query, with organisation, cycle and reviewer.
    """
    rows = Report.objects.visible_to(actor).filter(state__in=DRAFT_REPORT_STATES, submitted_at__isnull=True)
    rows = rows.select_related("organisation", "cycle", "reviewer")
    return rows.annotate(conclude_by=Value(None, output_field=DateField())).order_by("due_on", "pk")


def not_submitted_again() -> Q:
    """The reports that were returned and whose day to submit again has passed: the review can be resumed."""
    return Q(state__in=RETURNED_REPORT_STATES, changes_due_on__lt=today())


def with_waits_for(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The reports with `waits_for`: the side that has to do something next, as `WaitsFor` names it.

    Never a member whose people have no access, nor for a reply that nobody there could sign: what was filed goes on
    without it, the rest waits for nobody.
    """
    questions = Question.objects.filter(report=OuterRef("pk"))
    is_answered = Exists(questions.filter(state=QuestionState.ANSWERED))
    is_asked = Exists(questions.filter(state=QuestionState.OPEN))
    is_read = Exists(SecondReading.objects.filter(report=OuterRef("pk"), state__in=UNSETTLED_READING_STATES))
    in_review, can_act = Q(state=ReportState.IN_REVIEW), with_portal_access()
    is_returned = Q(state=ReportState.CHANGES_REQUESTED) | Q(
        state__in=RETURNED_REPORT_STATES, changes_due_on__isnull=False
    )
    steps = (
        (Q(state__in=REVIEWABLE_REPORT_STATES, paused_until__gte=today()), WaitsFor.NOBODY),
        (in_review & (is_read | is_answered), WaitsFor.SECRETARIAT),
        (in_review & is_asked & can_act, WaitsFor.MEMBER),
        (Q(state__in=REVIEWABLE_REPORT_STATES), WaitsFor.SECRETARIAT),
        (Q(state=ReportState.CONCLUDED) & open_to_reply(today()), WaitsFor.MEMBER),
        (Q(state=ReportState.CONCLUDED) | not_submitted_again(), WaitsFor.SECRETARIAT),
        (is_returned & ~can_act, WaitsFor.SECRETARIAT),  # the review can be resumed
        (
            Q(state__in=(*RETURNED_REPORT_STATES, ReportState.DRAFT, ReportState.NOT_FILED)) & can_act,
            WaitsFor.MEMBER,
        ),
    )
    return rows.annotate(
        waits_for=Case(
            *(When(condition, then=Value(side.value)) for condition, side in steps),
            default=Value(WaitsFor.NOBODY.value),
            output_field=CharField(),
        )
    )


def queue_by_urgency(actor: Actor) -> QuerySet[Any]:
    """The queue as a program reads it, page by page.

    `urgency` is the day to conclude by, or by which the member should have submitted again, or may reply; or far away.
    """
    rows = with_waits_for(reviewed_reports(actor)).select_related("cycle__charter", "earlier_charter")
    resume_from = Case(When(not_submitted_again(), then=F("changes_due_on")), output_field=DateField())
    return rows.annotate(urgency=Coalesce("conclude_by", resume_from, "respond_by", Value(date.max)))


def review_counts(actor: Actor) -> dict[str, int]:
    """How many reports are to be reviewed, overdue, not submitted again, without a reviewer, not public. One query."""
    in_hand = Q(state__in=REVIEWABLE_REPORT_STATES)
    return (
        reviewed_reports(actor)
        .order_by()
        .aggregate(
            queue_count=Count("pk", filter=in_hand),
            overdue_count=Count("pk", filter=Q(conclude_by__lt=today())),
            not_submitted_again_count=Count("pk", filter=not_submitted_again()),
            unassigned_count=Count("pk", filter=in_hand & Q(reviewer__isnull=True)),
            concluded_count=Count("pk", filter=Q(state=ReportState.CONCLUDED)),
        )
    )


def review_queue(actor: Actor) -> QuerySet[Any]:
    """Reports that are submitted or in review; those that should be concluded soonest, or should have been, first."""
    return reviewed_reports(actor).filter(state__in=REVIEWABLE_REPORT_STATES)


def overdue_reviews(actor: Actor) -> QuerySet[Any]:
    """Reviews that should have been concluded."""
    return review_queue(actor).filter(conclude_by__lt=today())


def is_paused(report: Report) -> bool:
    """Whether its review stands still today."""
    return report.paused_until is not None and report.paused_until >= today()


def conclude_by(report: Report) -> date | None:
    """The day on which the review of a report should be concluded; None before it is submitted.

    A pause moves it by its days.
    """
    if report.submitted_at is None:
        return None
    submitted_on = day_of(report.submitted_at)
    return submitted_on + timedelta(days=report.cycle.review_days + report.paused_days)


def next_for(actor: Actor) -> Report | None:
    """The most urgent of the actor's own reports that waits for the secretariat. One query."""
    rows = with_waits_for(review_queue(actor).filter(reviewer_id=actor.person_id))
    report: Report | None = rows.filter(waits_for=WaitsFor.SECRETARIAT).first()
    return report

"""The reviewers' queue, by urgency; and the reports in other states."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DateField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from alliance.enums import REVIEWABLE_REPORT_STATES, QuestionState, ReportState
from alliance.models import Report
from alliance.queries.local_dates import time_zone
from portal.kernel.access import Actor


def review_queue(actor: Actor) -> QuerySet[Any]:
    """Reports that wait for a reviewer; those that should be concluded soonest, or should have been, first.

    Each has `conclude_by`, `verdict_count`, `open_question_count` and `answered_question_count`. One query.
    """
    rows = _reports(actor, *REVIEWABLE_REPORT_STATES)
    return rows.order_by("conclude_by", "submitted_at", "pk")


def returned_reports(actor: Actor) -> QuerySet[Any]:
    """Reports that are with their members again, the longest absent first."""
    return _reports(actor, ReportState.CHANGES_REQUESTED).order_by("submitted_at", "pk")


def concluded_reports(actor: Actor) -> QuerySet[Any]:
    """Reports that are reviewed and not public yet; replies run out soonest first."""
    return _reports(actor, ReportState.CONCLUDED).order_by("respond_by", "pk")


def _reports(actor: Actor, *states: str) -> QuerySet[Any]:
    submitted_on = TruncDate("submitted_at", tzinfo=time_zone())
    conclude_by = ExpressionWrapper(submitted_on + F("cycle__review_days"), output_field=DateField())
    rows = Report.objects.visible_to(actor).filter(state__in=states)
    return rows.select_related("organisation", "cycle", "reviewer").annotate(
        conclude_by=conclude_by,
        verdict_count=Count("verdicts", distinct=True),
        open_question_count=Count("questions", filter=Q(questions__state=QuestionState.OPEN), distinct=True),
        answered_question_count=Count(
            "questions", filter=Q(questions__state=QuestionState.ANSWERED), distinct=True
        ),
    )


def conclude_by(report: Report) -> date | None:
    """The day on which the review of a report should be concluded; None before it is submitted."""
    if report.submitted_at is None:
        return None
    submitted_on = timezone.localdate(report.submitted_at, time_zone())
    return submitted_on + timedelta(days=report.cycle.review_days)

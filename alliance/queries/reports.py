"""The reports of a member: the list, one of them with what surrounds it."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from alliance.access import own_rows
from alliance.enums import FILEABLE_REPORT_STATES, ReportDecisionKind
from alliance.models import ChangesRequest, Question, Report, ReportDecision, Submission, Verdict
from portal.kernel.access import Actor


def reports(actor: Actor) -> QuerySet[Report]:
    """Obligations with their cycle and organisation, newest first."""
    rows: QuerySet[Report] = Report.objects.visible_to(actor)
    return rows.select_related("cycle__charter", "earlier_charter", "organisation")


def own_reports(actor: Actor) -> QuerySet[Report]:
    """The reports of the organisation that the actor acts for, past and due; nobody else's, whatever the role."""
    return reports(actor).filter(own_rows(actor))


def reports_in_progress(actor: Actor) -> list[Report]:
    """The organisation's reports that are still due, the nearest deadline first."""
    rows = reports(actor).filter(state__in=FILEABLE_REPORT_STATES)
    return list(rows.order_by(Coalesce("changes_due_on", "due_on"), "pk"))


def submissions_of(actor: Actor, report: Report) -> list[Any]:
    """What was filed, newest first, with `recalled_at` where it was recalled; without the bytes."""
    return list(with_recalls(Submission.objects.visible_to(actor).filter(report=report).defer("body")))


def with_recalls(submissions: QuerySet[Submission]) -> QuerySet[Any]:
    """The submissions, each with `recalled_at`: None where it stands."""
    recalls = ReportDecision.objects.filter(kind=ReportDecisionKind.RECALL, submission=OuterRef("pk"))
    return submissions.annotate(recalled_at=Subquery(recalls.values("decided_at")[:1]))


def recall_of(actor: Actor, submission: Submission) -> ReportDecision | None:
    """Who has recalled the submission, and when; None where it stands."""
    rows = ReportDecision.objects.visible_to(actor).filter(submission=submission)
    return rows.filter(kind=ReportDecisionKind.RECALL).first()


def standing_submissions(actor: Actor, report: Report) -> list[Submission]:
    """What was filed and not recalled, newest first; without the bytes."""
    return list(Submission.objects.visible_to(actor).standing().filter(report=report).defer("body"))


def last_changes_request(actor: Actor, report: Report) -> ChangesRequest | None:
    rows = ChangesRequest.objects.visible_to(actor).filter(report=report)
    return rows.select_related("requested_by").first()


def questions_of(actor: Actor, report: Report) -> list[Question]:
    rows = Question.objects.visible_to(actor).filter(report=report)
    return list(rows.select_related("measure", "asked_by", "answered_by", "organisation"))


def verdicts_of(actor: Actor, report: Report) -> list[Verdict]:
    """The verdicts, as far as the actor may see them yet, in the order of the charter."""
    rows = Verdict.objects.visible_to(actor).filter(report=report)
    return list(
        rows.select_related("commitment", "measure").order_by("commitment__position", "measure__position")
    )

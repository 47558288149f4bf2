"""The reports of a member: the list, one of them with what surrounds it."""

from django.db.models import QuerySet

from alliance.access import own_rows
from alliance.enums import FILEABLE_REPORT_STATES
from alliance.models import ChangesRequest, Question, Report, Submission, Verdict
from portal.kernel.access import Actor


def reports(actor: Actor) -> QuerySet[Report]:
    """Obligations with their cycle and organisation, newest first."""
    rows: QuerySet[Report] = Report.objects.visible_to(actor)
    return rows.select_related("cycle__charter", "organisation")


def own_reports(actor: Actor) -> QuerySet[Report]:
    """The reports of the organisation that the actor acts for, past and due; nobody else's, whatever the role."""
    return reports(actor).filter(own_rows(actor))


def reports_in_progress(actor: Actor) -> list[Report]:
    """The organisation's reports that are still due, the nearest deadline first."""
    return list(reports(actor).filter(state__in=FILEABLE_REPORT_STATES).order_by("due_on"))


def submissions_of(actor: Actor, report: Report) -> list[Submission]:
    """What was filed, newest first; without the bytes."""
    return list(Submission.objects.visible_to(actor).filter(report=report).defer("body"))


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

"""Requests for a later deadline: those of one report, those that wait for an answer, and why none can be made."""

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from alliance.enums import ExtensionRequestState
from alliance.models import Cycle, CycleDateChange, ExtensionRequest, Report
from alliance.queries.local_dates import today
from alliance.workflows import REPORT
from portal.kernel.access import Actor
from portal.kernel.text import format_date, format_moment


def extension_blocking_reason(report: Report) -> str:
    """Why the deadline of this report cannot be extended; empty where it can."""
    if report.state in REPORT.acts["extend"] and not report.was_not_filed:
        return ""
    return _too_late()


def asking_blocking_reason(report: Report) -> str:
    """Why the member cannot ask for a later deadline now; empty where it can. One query.

    Of a report that is returned for changes it can until its review is resumed, also when the day is over.
    """
    is_over = report.was_not_filed or (report.changes_due_on is None and today() > report.grace_ends_on)
    if report.state not in REPORT.acts["ask_extension"] or is_over:
        return _too_late()
    request = report.extension_requests.filter(state=ExtensionRequestState.OPEN)
    name = request.values_list("asked_by__name", flat=True).first()
    if name is None:
        return ""
    message = _("%(name)s has already asked for more time; the secretariat has not answered yet.")
    return message % {"name": name}


def _too_late() -> str:
    return _(
        "This deadline can no longer be extended: the report has been submitted, is not required, or "
        "its days of grace are over."
    )


def answered_meanwhile(request: ExtensionRequest | None) -> str:
    """Why a request that is no longer open cannot be answered: who has answered or withdrawn it, and when.

    What its report has ended by itself, nobody has.
    """
    if request is not None and request.state == ExtensionRequestState.LAPSED:
        sentence = _("This request for more time was closed without an answer on %(at)s.")
        return sentence % {"at": format_moment(request.decided_at)}
    if request is None or request.decided_by is None:
        return _("The request for more time was withdrawn or answered in the meantime.")
    sentences = {
        ExtensionRequestState.GRANTED: _("%(name)s granted this request for more time on %(at)s."),
        ExtensionRequestState.REFUSED: _("%(name)s refused this request for more time on %(at)s."),
        ExtensionRequestState.WITHDRAWN: _("%(name)s withdrew this request for more time on %(at)s."),
    }
    facts = {"name": request.decided_by.name, "at": format_moment(request.decided_at)}
    return sentences[ExtensionRequestState(request.state)] % facts


def extension_requests_of(actor: Actor, report: Report) -> list[ExtensionRequest]:
    """All requests of one report, the latest first. One query."""
    rows = ExtensionRequest.objects.visible_to(actor).filter(report=report)
    return list(rows.select_related("asked_by", "decided_by"))


def unanswered_extension_request(actor: Actor, report: Report) -> ExtensionRequest | None:
    """The latest request, where the report counted as not filed before anybody answered it. One query."""
    if not report.counts_as_not_filed:
        return None
    latest = (
        ExtensionRequest.objects.visible_to(actor).filter(report=report).select_related("asked_by").first()
    )
    return latest if latest and latest.state == ExtensionRequestState.LAPSED else None


def request_covered_by(actor: Actor, report: Report, change: CycleDateChange) -> ExtensionRequest | None:
    """The latest request, where it ended without an answer and the dates as they were moved cover it. One query."""
    latest: ExtensionRequest | None = (
        ExtensionRequest.objects.visible_to(actor)
        .filter(report=report, state=ExtensionRequestState.LAPSED)
        .first()
    )
    if latest is None or not change.due_on_before < latest.requested_due_on <= report.due_on:
        return None
    return latest


def open_extension_request(actor: Actor, report: Report) -> ExtensionRequest | None:
    """The one that waits for an answer. One query."""
    rows = ExtensionRequest.objects.visible_to(actor).filter(report=report, state=ExtensionRequestState.OPEN)
    return rows.select_related("asked_by").first()


def closed_request_sentences(actor: Actor, report: Report) -> list[str]:
    """That the request which waits for an answer ends without one, as a page says before an act. One query."""
    request = open_extension_request(actor, report)
    if request is None:
        return []
    sentence = _("its request for more time until %(day)s is closed without an answer: “%(reason)s”")
    return [sentence % {"day": format_date(request.requested_due_on), "reason": request.reason}]


def waiting_extension_requests(actor: Actor) -> QuerySet[ExtensionRequest]:
    """Those that wait for an answer, each with its report and who asks."""
    return extension_requests(actor).filter(state=ExtensionRequestState.OPEN)


def extension_requests(actor: Actor) -> QuerySet[ExtensionRequest]:
    """Those that the actor may see, answered ones too, each with its report and who asks."""
    rows: QuerySet[ExtensionRequest] = ExtensionRequest.objects.visible_to(actor).select_related(
        "report__organisation", "report__cycle", "asked_by"
    )
    return rows


def open_extension_requests(
    actor: Actor, cycle: Cycle | None = None, most: int | None = None
) -> list[ExtensionRequest]:
    """Those that wait for an answer, of one cycle or of all; the report that is due soonest first. One query.

    At most so many, where a number is given.
    """
    rows = waiting_extension_requests(actor)
    if cycle is not None:
        rows = rows.filter(report__cycle=cycle)
    deadline = Coalesce("report__changes_due_on", "report__due_on")
    return list(rows.order_by(deadline, "asked_at", "pk")[:most])


def open_requests_by_report(actor: Actor, cycle: Cycle) -> dict[int, ExtensionRequest]:
    """Those of a cycle that wait for an answer, by report: the requests alone, for lists of the reports. One query."""
    rows = ExtensionRequest.objects.visible_to(actor).filter(
        state=ExtensionRequestState.OPEN, report__cycle=cycle
    )
    return {row.report_id: row for row in rows}

"""Requests for sign-off of one report: the open one, and why the last one was returned. Its organisation's alone."""

from alliance.enums import ReportState
from alliance.models import Report, SignOffRequest
from portal.kernel.access import Actor


def last_sign_off_request(actor: Actor, report: Report) -> SignOffRequest | None:
    """The last one, whatever became of it. One query."""
    rows = SignOffRequest.objects.visible_to(actor).filter(report=report)
    return rows.select_related("asked_by", "answered_by").first()


def open_sign_off_request(actor: Actor, report: Report) -> SignOffRequest | None:
    """The one that the report awaits an answer to; None while it awaits none. At most one query."""
    if report.state != ReportState.AWAITING_SIGN_OFF:
        return None
    request = last_sign_off_request(actor, report)
    return request if request is not None and not request.outcome else None

"""Why a step of a correction has to wait although its state allows it: for a day, or for what was withdrawn."""

from django.utils.translation import gettext as _

from alliance.enums import CorrectionState, CorrectionSubject
from alliance.models import Correction, CorrectionItem
from alliance.queries.corrections import is_answer_overdue, is_withdrawn, published_type, record_name
from alliance.workflows import CORRECTION
from portal.kernel.access import Actor
from portal.kernel.text import format_date


def withdrawn_type(correction: Correction) -> str:
    """The type of what it corrects and is withdrawn now: its report or notice, a reply, a pledge; empty for none.

    Up to three queries.
    """
    report = correction.report
    if is_withdrawn(published_type(report), record_name(report)):
        return published_type(report)
    items = CorrectionItem.objects.filter(
        correction=correction, subject__in=(CorrectionSubject.RESPONSE, CorrectionSubject.TARGET)
    )
    for item in items:
        is_reply = item.subject == CorrectionSubject.RESPONSE
        type_ = "response" if is_reply else "pledge"
        record = f"{record_name(report)}/{item.commitment_key}" if is_reply else item.pledge_record
        if is_withdrawn(type_, record):
            return type_
    return ""


def _withdrawal_message(type_: str, action: str) -> str:
    if action != "publish":  # of the other side, which can neither drop it nor publish anything again
        return _("What it corrects is withdrawn: it can be answered once it is public again.")
    messages = {
        "report": _("The report is withdrawn: drop the correction, or publish the report again first."),
        "report_notice": _(
            "The notice is withdrawn: drop the correction, or publish the notice again first."
        ),
        "response": _("The reply is withdrawn: drop the correction, or publish the reply again first."),
        "pledge": _("The pledge is withdrawn: drop the correction, or publish the pledge again first."),
    }
    return messages[type_]


def step_blocking_reason(correction: Correction, action: str) -> str:
    """Why this step cannot be taken now although its state allows it; empty where it can. Up to three queries.

    Of what was withdrawn meanwhile nothing is agreed or published, and nobody waits for an answer.
    """
    if action not in ("agree", "object", "publish", "drop"):
        return ""
    if withdrawn := withdrawn_type(correction):
        return "" if action == "drop" else _withdrawal_message(withdrawn, action)
    overdue = is_answer_overdue(correction)
    if action == "object" and overdue:
        return _(
            "The day to object is over: the secretariat decides. You can still send a note, which is read before the "
            "decision."
        )
    waits = correction.state == CorrectionState.PROPOSED and not overdue
    if action in ("publish", "drop") and waits and correction.respond_by is not None:
        message = _("The other side can still agree or object, until %(day)s. Decide after that.")
        return message % {"day": format_date(correction.respond_by)}
    return ""


def refusal_of(actor: Actor, correction: Correction, action: str) -> str:
    """Why nobody can take the step now; empty when it can be taken."""
    return CORRECTION.refusal(actor, correction, action) or step_blocking_reason(correction, action)

"""Why a step of a correction has to wait although its state allows it: for a day, or for what was withdrawn."""

import itertools
from collections.abc import Collection

from django.utils.translation import gettext as _

from alliance.enums import CorrectionState, CorrectionSubject
from alliance.models import Correction, CorrectionItem
from alliance.queries.corrections import (
    is_answer_overdue,
    published_type,
    record_name,
    withdrawn_among,
)
from alliance.workflows import CORRECTION
from portal.kernel.access import Actor
from portal.kernel.text import format_date

# the steps that wait while what is corrected is withdrawn, and some of them for a day
_WAITING_STEPS = ("agree", "object", "publish", "drop")


def withdrawn_types(corrections: Collection[Correction]) -> dict[int, str]:
    """The type of what each corrects and is withdrawn now: its report or notice, a reply, a pledge; empty for none.

    Two queries, if their reports were read with their members and cycles.
    """
    names = {each.pk: record_name(each.report) for each in corrections}
    records = {each.pk: [(published_type(each.report), names[each.pk])] for each in corrections}
    items = CorrectionItem.objects.filter(
        correction__in=records, subject__in=(CorrectionSubject.RESPONSE, CorrectionSubject.TARGET)
    )
    for item in items:
        pk, is_reply = item.correction_id, item.subject == CorrectionSubject.RESPONSE
        record = (
            ("response", f"{names[pk]}/{item.commitment_key}") if is_reply else ("pledge", item.pledge_record)
        )
        records[pk].append(record)
    withdrawn = withdrawn_among(itertools.chain.from_iterable(records.values()))
    return {
        pk: next((type_ for type_, record in own if (type_, record) in withdrawn), "")
        for pk, own in records.items()
    }


def withdrawn_type(correction: Correction) -> str:
    """The same of one correction. Two queries."""
    return withdrawn_types([correction])[correction.pk]


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


def step_blocking_reason(correction: Correction, action: str, withdrawn: str | None = None) -> str:
    """Why this step cannot be taken now although its state allows it; empty where it can.

    Of what was withdrawn meanwhile nothing is agreed or published, and nobody waits for an answer. `withdrawn` is what
    `withdrawn_type` gives; None where nobody has asked yet, then two queries.
    """
    if action not in _WAITING_STEPS:
        return ""
    if withdrawn is None:
        withdrawn = withdrawn_type(correction)
    if withdrawn:
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


def refusal_of(actor: Actor, correction: Correction, action: str, withdrawn: str | None = None) -> str:
    """Why nobody can take the step now; empty when it can be taken. `withdrawn` as in `step_blocking_reason`."""
    refusal = CORRECTION.refusal(actor, correction, action)
    return refusal or step_blocking_reason(correction, action, withdrawn)

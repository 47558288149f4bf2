"""Why a step of a correction cannot be taken although its state allows it: a day, or what has happened since."""

import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliance.enums import CorrectionState, CorrectionSubject
from alliance.models import Correction, CorrectionItem
from alliance.queries.correction_answers import unanswerable_among
from alliance.queries.corrections import (
    is_answer_overdue,
    items_of,
)
from alliance.queries.published_states import (
    PublishedState,
    is_public,
    published_state,
    published_type,
    record_name,
    withdrawn_among,
)
from alliance.workflows import CORRECTION
from portal.kernel.access import Actor
from portal.kernel.text import format_date

Records = dict[int, list[tuple[str, str]]]
# the steps that wait while what is corrected is withdrawn, are over once it has changed, and some of them have a day
_WAITING_STEPS = ("agree", "object", "consent", "publish", "drop")


def corrected_records(corrections: Iterable[Correction], items: Iterable[CorrectionItem]) -> Records:
    """The records of which each corrects something, with their types, by its number; the report or notice first.

    No query, if their reports were read with their members and cycles; `items` are theirs, those of replies and pledges
    at least.
    """
    names = {each.pk: (published_type(each.report), record_name(each.report)) for each in corrections}
    records: Records = {pk: [record] for pk, record in names.items()}
    for item in items:
        pk = item.correction_id
        if item.subject == CorrectionSubject.RESPONSE:
            records[pk].append(("response", f"{names[pk][1]}/{item.commitment_key}"))
        elif item.subject == CorrectionSubject.TARGET:
            records[pk].append(("pledge", item.pledge_record))
    return records


def withdrawn_of(records: Records) -> dict[int, str]:
    """Of each correction the type of a record that is withdrawn now; empty for none. One query."""
    withdrawn = withdrawn_among(itertools.chain.from_iterable(records.values()))
    return {
        pk: next((type_ for type_, record in own if (type_, record) in withdrawn), "")
        for pk, own in records.items()
    }


def withdrawn_types(corrections: Collection[Correction]) -> dict[int, str]:
    """The type of what each corrects and is withdrawn now: its report or notice, a reply, a pledge; empty for none.

    Two queries, if their reports were read with their members and cycles.
    """
    items = CorrectionItem.objects.filter(
        correction__in=[each.pk for each in corrections],
        subject__in=(CorrectionSubject.RESPONSE, CorrectionSubject.TARGET),
    )
    return withdrawn_of(corrected_records(corrections, items))


@dataclass(frozen=True, slots=True)
class LaterEvents:
    """What has happened to what an open correction corrects: its type where it is withdrawn, whether it has changed.

    `awaits_report`: what is said of the filing follows from a report that the member is preparing. `is_unanswerable`:
    nobody who could answer for the member has access.
    """

    withdrawn: str = ""
    is_overtaken: bool = False
    awaits_report: bool = False
    is_unanswerable: bool = False


def later_events(correction: Correction, state: PublishedState | None) -> LaterEvents:
    """What has happened since; `state` is that of its report now, None of one that is withdrawn. Four queries."""
    if withdrawn := withdrawn_types([correction])[correction.pk]:
        return LaterEvents(withdrawn, is_unanswerable=bool(unanswerable_among([correction])))
    if state is None:
        return LaterEvents()
    items = items_of(correction)
    is_of_filing = any(item.subject == CorrectionSubject.STANDING for item in items)
    return LaterEvents(
        is_overtaken=is_overtaken(state, items),
        awaits_report=is_of_filing and not state.possible_standings,
        is_unanswerable=bool(unanswerable_among([correction])),
    )


def is_outdated(state: PublishedState, items: Iterable[CorrectionItem]) -> bool:
    """Whether one of these values is published otherwise by now than when it was written down."""
    return any(item.place not in state.values or item.old != state.old(item.place) for item in items)


def is_overtaken(state: PublishedState, items: Collection[CorrectionItem]) -> bool:
    """Whether it can no longer be published: the value has changed, or the report was filed meanwhile.

    Not while the member prepares the report: it can still go back to not having filed.
    """
    possible = state.possible_standings
    standings = [item.new["standing"] for item in items if item.subject == CorrectionSubject.STANDING]
    return is_outdated(state, items) or (bool(possible) and any(each not in possible for each in standings))


def not_public_message() -> str:
    return _("Only what is public can be corrected: a report, or the notice in its place.")


def preparing_message() -> str:
    return _("The member is preparing its report: what is said of the filing follows from that.")


def overtaken_message() -> str:
    return _(
        "What this corrects has changed since it was proposed: it can be neither answered nor published any more. "
        "The side that proposed it can withdraw it and propose anew what is still wrong; the secretariat can drop it "
        "at once."
    )


def answerable_again_message() -> str:
    return _(
        "Somebody with access can answer for the member again: within a day it is given its days to agree or object. "
        "Decide after those."
    )


def _withdrawal_message(type_: str, action: str) -> str:
    if action == "consent":
        return _("What it corrects is withdrawn: a second reviewer can consent once it is public again.")
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


def step_blocking_reason(correction: Correction, action: str, events: LaterEvents | None = None) -> str:
    """Why this step cannot be taken now although its state allows it; empty where it can.

    Of what was withdrawn or has changed meanwhile nothing is agreed or published, and nobody waits for an answer; of
    what is withdrawn nothing is proposed. Nor is an answer waited for that nobody of the member can give. While the
    member prepares its report nothing is published of the filing, but the days to answer go on: the report can still go
    back to not having been filed. `events` are the `later_events`; None where nobody has asked yet, then the queries of
    these and of the state.
    """
    if action == "propose":
        return "" if is_public(correction.report) else not_public_message()
    if action not in _WAITING_STEPS:
        return ""
    if events is None:
        events = later_events(correction, published_state(correction.report))
    if events.withdrawn:
        return "" if action == "drop" else _withdrawal_message(events.withdrawn, action)
    if events.is_overtaken:
        return "" if action == "drop" else overtaken_message()
    if events.awaits_report and action == "publish":
        return preparing_message()
    overdue = is_answer_overdue(correction)
    if action == "object" and overdue:
        return _(
            "The day to object is over: the secretariat decides. You can still send a note, which is read before the "
            "decision."
        )
    waits = correction.state == CorrectionState.PROPOSED and not overdue and not events.is_unanswerable
    if action not in ("publish", "drop") or not waits:
        return ""
    if correction.respond_by is None:
        return answerable_again_message()
    message = _("The other side can still agree or object, until %(day)s. Decide after that.")
    return message % {"day": format_date(correction.respond_by)}


def refusal_of(actor: Actor, correction: Correction, action: str, events: LaterEvents | None = None) -> str:
    """Why nobody can take the step now; empty when it can be taken. `events` as in `step_blocking_reason`."""
    refusal = CORRECTION.refusal(actor, correction, action)
    return refusal or step_blocking_reason(correction, action, events)

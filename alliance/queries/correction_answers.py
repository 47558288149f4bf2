"""Whether the other side can answer a proposed correction: nobody can for a member without a signatory with access."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from alliance.enums import CorrectionState
from alliance.models import Correction, Cycle
from alliance.queries.absences import LOSSES, access_changes, answering_members
from alliance.queries.corrections import is_answer_overdue
from alliance.queries.local_dates import end_of_day, today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event

_LAST_LOSSES = [[kind] for kind in LOSSES]


def unanswerable_among(corrections: Iterable[Correction]) -> set[int]:
    """The numbers of the proposals to a member for which nobody can answer now: they wait for nobody. One query.

    Not of those whose day is over: until then somebody could.
    """
    asked = {
        each.pk: each.organisation_id
        for each in corrections
        if each.state == CorrectionState.PROPOSED and not each.is_by_member and not is_answer_overdue(each)
    }
    answering = answering_members(asked.values()) if asked else set()
    return {pk for pk, organisation in asked.items() if organisation not in answering}


def answer_day(correction: Correction, cycle: Cycle) -> date | None:
    """Until when the other side answers what is proposed to it today; None where nobody can. One query."""
    is_answerable = correction.is_by_member or answering_members([correction.organisation_id])
    return last_day_to_answer(cycle) if is_answerable else None


def answer_days(corrections: Collection[Correction]) -> dict[int, date]:
    """`answer_day` of each of these, by its number; of one that nobody can answer there is none. One query."""
    answering = answering_members(each.organisation_id for each in corrections if not each.is_by_member)
    return {
        each.pk: last_day_to_answer(each.report.cycle)
        for each in corrections
        if each.is_by_member or each.organisation_id in answering
    }


def last_day_to_answer(cycle: Cycle) -> date:
    """Until when who can answer has time for what is proposed today."""
    return today() + timedelta(days=cycle.correction_days)


def lost_access_in_time(corrections: Iterable[Correction]) -> set[int]:
    """The numbers of those whose member had lost access by the last day to answer, and not got it back. One query."""
    ends = {
        each.pk: (each.organisation_id, end_of_day(each.respond_by))
        for each in corrections
        if each.respond_by is not None
    }
    if not ends:
        return set()
    changes = access_changes(organisation for organisation, _end in ends.values())
    return {
        pk
        for pk, (organisation, end) in ends.items()
        if [kind for target, kind, at in changes if target == organisation and at < end][-1:] in _LAST_LOSSES
    }


def was_without_access(correction: Correction) -> bool:
    """Whether it was decided while nobody who could answer had access. At most one query.

    What is published without an answer has then no day; of what was dropped the journal says it. Read as SYSTEM: the
    entry is the secretariat's own, and both sides are told the same.
    """
    if correction.answered_at is not None or correction.respond_by is not None:
        return False
    if correction.state != CorrectionState.DROPPED:
        return correction.state == CorrectionState.PUBLISHED
    with acting_as(SYSTEM):
        entries = Event.objects.filter(
            target_type=correction._meta.label_lower, target_id=correction.pk, kind="correction.drop"
        )
        return entries.filter(data__without_access=True).exists()

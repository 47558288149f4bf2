"""The days to answer a proposed correction: none while nobody of the member can, and all of them once somebody can."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from alliance.enums import CorrectionState, Side
from alliance.models import Correction, Organisation
from alliance.queries.absences import answering_members
from alliance.queries.correction_answers import last_day_to_answer, lost_access_in_time
from alliance.queries.correction_refusals import withdrawn_types
from alliance.queries.corrections import is_answer_overdue
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as


@transaction.atomic
def set_answer_days(organisation: Organisation | None = None) -> int:
    """Take the day from proposals to a member that cannot answer, as SYSTEM, and give one to those that wait for it.

    Of one member, or of all of them. A new day is as many days from today as the first one was, and the member is
    reminded of it at once. What is withdrawn is left without a day, and a day that passed while the member could answer
    stays. Returns how many proposals have another day, which alone are locked.
    """
    with acting_as(SYSTEM):
        rows = Correction.objects.filter(state=CorrectionState.PROPOSED, side=Side.SECRETARIAT)
        if organisation is not None:
            rows = rows.filter(organisation=organisation)
        read = list(rows.select_related("report__organisation", "report__cycle"))
        answering = answering_members(each.organisation_id for each in read) if read else set()
        if not (changing := _with_another_day(read, answering)):
            return 0
        locked = _locked(rows.filter(pk__in=[each.pk for each in changing]))
        changed = _with_another_day(locked, answering)  # somebody may have changed it since it was read
        for correction in changed:
            _set_day(correction, can_answer=correction.organisation_id in answering)
        return len(changed)


def _locked(rows: QuerySet[Correction]) -> list[Correction]:
    locked = rows.select_for_update(of=("self",))
    return list(locked.prefetch_related("report__organisation", "report__cycle").order_by("pk"))


def _with_another_day(proposals: Collection[Correction], answering: Collection[int]) -> list[Correction]:
    """Those that can be answered and have no day, and those that have one and nobody can answer. Three queries."""
    given = [each for each in proposals if each.organisation_id in answering and each.respond_by is None]
    taken = [
        each for each in proposals if each.organisation_id not in answering and each.respond_by is not None
    ]
    over = [each for each in taken if is_answer_overdue(each)]
    silent = {each.pk for each in over} - lost_access_in_time(over)
    candidates = [*given, *(each for each in taken if each.pk not in silent)]
    withdrawn = withdrawn_types(candidates) if candidates else {}
    return [each for each in candidates if not withdrawn[each.pk]]


def _set_day(correction: Correction, *, can_answer: bool) -> None:
    day = last_day_to_answer(correction.report.cycle) if can_answer else None
    correction.respond_by = day
    correction.save(update_fields=["respond_by"])
    if day is not None:
        facts = {"report": correction.report_id, "on": day.isoformat()}
        journal.record(SYSTEM, "correction.remind", correction, **facts)

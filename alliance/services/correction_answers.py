"""The days to answer a proposed correction: none while nobody of the member can, and all of them once somebody can."""

from django.db import transaction

from alliance.enums import CorrectionState, Side
from alliance.models import Correction, Organisation
from alliance.queries.correction_answers import answer_day, lost_access_in_time
from alliance.queries.correction_refusals import withdrawn_types
from alliance.queries.corrections import is_answer_overdue
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as


@transaction.atomic
def set_answer_days(organisation: Organisation | None = None) -> int:
    """Take the day from proposals to a member that cannot answer, as SYSTEM, and give one to those that wait for it.

    Of one member, or of all of them. A new day is as many days from today as the first one was, and the member is
    reminded of it at once. What is withdrawn is left without a day, and a day that passed while the member could answer
    stays. Returns how many proposals have another day.
    """
    with acting_as(SYSTEM):
        rows = Correction.objects.select_for_update(of=("self",)).filter(
            state=CorrectionState.PROPOSED, side=Side.SECRETARIAT
        )
        if organisation is not None:
            rows = rows.filter(organisation=organisation)
        proposals = list(rows.select_related("report__organisation", "report__cycle").order_by("pk"))
        withdrawn = withdrawn_types(proposals) if proposals else {}
        return sum(_set_day(each) for each in proposals if not withdrawn[each.pk])


def _set_day(correction: Correction) -> bool:
    day = answer_day(correction, correction.report.cycle)
    if day is None:
        was_silent = is_answer_overdue(correction) and not lost_access_in_time(correction)
        if correction.respond_by is None or was_silent:
            return False
    elif correction.respond_by is not None:
        return False
    correction.respond_by = day
    correction.save(update_fields=["respond_by"])
    if day is not None:
        facts = {"report": correction.report_id, "on": day.isoformat()}
        journal.record(SYSTEM, "correction.remind", correction, **facts)
    return True

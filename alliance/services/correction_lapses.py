"""Consents and agreements to open corrections of a member lapse once an interest of who gave them is known."""

from datetime import timedelta

from django.db.models import Q

from alliance.enums import OPEN_CORRECTION_STATES, CorrectionState, Side
from alliance.models import Correction
from alliance.queries.correction_refusals import withdrawn_types
from alliance.queries.local_dates import today
from alliance.workflows import CORRECTION
from portal.kernel import journal
from portal.kernel.access import SYSTEM

_NO_ANSWER = {"answered_by_id": None, "answered_at": None, "answer_name": "", "answer_office": ""}


def lapse_consents_of(person: int, organisation: int, within: str) -> int:
    """Take consents and agreements of a person out of what is open, as SYSTEM; returns of how many corrections.

    Another reviewer consents then, and of what the member proposed another manager answers, for as many days as the
    first one had. An objection stays: whoever decides about it reads its reason. It is a part of the act `within`,
    which has asked its own rule and locked the reports.
    """
    agreed = Q(answered_by=person, side=Side.MEMBER, state=CorrectionState.AGREED)
    rows = Correction.objects.select_for_update(of=("self",)).filter(
        Q(consented_by=person) | agreed, organisation=organisation, state__in=OPEN_CORRECTION_STATES
    )
    corrections = list(rows.prefetch_related("report__organisation", "report__cycle").order_by("pk"))
    withdrawn = withdrawn_types(corrections)
    for correction in corrections:
        facts = {"report": correction.report_id, "person": person, "within": within}
        if correction.consented_by_id == person:
            correction.consented_by, correction.consented_at = None, None
            correction.save(update_fields=["consented_by", "consented_at"])
            journal.record(SYSTEM, "correction.lapse_consent", correction, **facts)
        if correction.answered_by_id == person and correction.state == CorrectionState.AGREED:
            days = timedelta(days=correction.report.cycle.correction_days)
            # while what it corrects is withdrawn nobody can answer, and nobody is waited for
            respond_by = None if withdrawn[correction.pk] else today() + days
            CORRECTION.apply(
                SYSTEM, correction, "lapse", changes={**_NO_ANSWER, "respond_by": respond_by}, data=facts
            )
    return len(corrections)

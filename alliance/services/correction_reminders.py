"""Reminders of corrections: of the last day to agree or object, or to look at verdicts again."""

from datetime import date

from django.db import transaction

from alliance.enums import CorrectionState
from alliance.models import Correction
from alliance.queries.correction_refusals import later_events
from alliance.queries.corrections import (
    due_correction_reminders,
)
from alliance.queries.published_states import (
    is_public,
    published_state,
)
from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.jobs import enqueue


def enqueue_correction_reminders() -> int:
    """Queue one job for each correction that waits and step that was reached; how many are new."""
    return sum(
        enqueue(
            "remind_correction",
            key=f"correction:{correction.pk}:{correction.state}:{correction.due_on}:{step}d",
            payload={"correction": correction.pk, "on": str(correction.due_on)},
        )
        for correction, step in due_correction_reminders()
    )


@transaction.atomic
def record_correction_reminder(correction_id: int, day: date) -> bool:
    """Remind, as SYSTEM, of the last day; False when it is done meanwhile, or the report is withdrawn.

    Nor is anybody reminded to answer what has changed since it was proposed, or a member that cannot.
    """
    rows = Correction.objects.select_for_update(of=("self",))
    correction = rows.prefetch_related("report__organisation", "report__cycle").get(pk=correction_id)
    if correction.due_on != day:
        return False
    if correction.verdicts_to_check and not is_public(correction.report):
        return False  # nobody can look at them again before it is public once more
    if correction.state == CorrectionState.PROPOSED:
        state = published_state(correction.report)
        events = later_events(correction, state)
        if events.is_overtaken or events.is_unanswerable:
            return False
    journal.record(SYSTEM, "correction.remind", correction, report=correction.report_id, on=day.isoformat())
    return True

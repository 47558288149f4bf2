"""Reminders of proposed corrections: the other side has a last day to agree or object."""

from datetime import date

from django.db import transaction

from alliance.enums import CorrectionState
from alliance.models import Correction
from alliance.queries.corrections import due_correction_reminders
from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.jobs import enqueue


def enqueue_correction_reminders() -> int:
    """Queue one job for each proposal and step that was reached; how many are new."""
    return sum(
        enqueue(
            "remind_correction",
            key=f"correction:{correction.pk}:{correction.respond_by}:{step}d",
            payload={"correction": correction.pk, "on": str(correction.respond_by)},
        )
        for correction, step in due_correction_reminders()
    )


@transaction.atomic
def record_correction_reminder(correction_id: int, day: date) -> bool:
    """Remind, as SYSTEM, of the last day; False when it was answered, withdrawn or decided meanwhile."""
    correction = Correction.objects.select_for_update(of=("self",)).get(pk=correction_id)
    if correction.state != CorrectionState.PROPOSED or correction.respond_by != day:
        return False
    journal.record(SYSTEM, "correction.remind", correction, report=correction.report_id, on=day.isoformat())
    return True

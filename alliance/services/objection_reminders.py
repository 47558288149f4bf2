"""Reminders of the last day to object to an announced version of a charter."""

from datetime import date

from django.db import transaction

from alliance.models import Charter
from alliance.queries.charter_signatures import due_objection_reminders, members_to_remind
from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.jobs import enqueue


def enqueue_objection_reminders() -> int:
    """Queue one job for each announced version and step that was reached; how many are new."""
    return sum(
        enqueue(
            "remind_objections",
            key=f"objections:{charter.pk}:{charter.objections_until}:{step.days}d",
            payload={"charter": charter.pk, "on": str(charter.objections_until)},
        )
        for charter, step in due_objection_reminders()
    )


@transaction.atomic
def record_objection_reminder(charter_id: int, day: date) -> bool:
    """Remind the signatories, as SYSTEM, of the last day.

    False when the announcement was recalled or has another day meanwhile, and where nobody is left who could object.
    """
    charter = Charter.objects.select_for_update(of=("self",), no_key=True).filter(pk=charter_id).first()
    if charter is None or charter.objections_until != day or not members_to_remind(charter):
        return False
    journal.record(
        SYSTEM,
        "charter.remind_objections",
        charter,
        key=charter.key,
        version=charter.version,
        on=day.isoformat(),
    )
    return True

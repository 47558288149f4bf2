"""What beat asks for, and the ground floor's own kinds of job; the schedule stands in the settings."""

from celery import shared_task

from alliance.services import obligations
from portal.kernel.access import SYSTEM
from portal.kernel.outbox import Claim, handles
from portal.kernel.row_security import acting_as


@shared_task(name="alliance.owe_missed")
def owe_missed() -> None:
    """Owe a job for each report whose days of grace are over."""
    with acting_as(SYSTEM):
        obligations.owe_missed()


@handles("miss_report")
def miss_report(claim: Claim) -> None:
    """Record that a report was not filed, if that still holds when the job is done."""
    with claim.finishing():
        obligations.mark_missed(int(claim.payload["report"]))

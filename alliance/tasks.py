"""What beat asks for, and the ground floor's own kinds of job; the schedule stands in the settings."""

from datetime import date

from celery import shared_task

from alliance.services import obligations, reminders, tokens
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


@shared_task(name="alliance.owe_reminders")
def owe_reminders() -> None:
    """Owe what is to be remembered today."""
    with acting_as(SYSTEM):
        reminders.owe_reminders()
        tokens.owe_token_reminders()


@handles("remind")
def remind(claim: Claim) -> None:
    """Remind of a day, if there is still something to remember when the job is done."""
    on = date.fromisoformat(str(claim.payload["on"]))
    with claim.finishing():
        reminders.remind(str(claim.payload["kind"]), int(claim.payload["report"]), on)


@handles("remind_token")
def remind_token(claim: Claim) -> None:
    """Remind the owner of a token that runs out soon, if it still works when the job is done."""
    with claim.finishing():
        tokens.remind_of_token(int(claim.payload["token"]), date.fromisoformat(str(claim.payload["on"])))

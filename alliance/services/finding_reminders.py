"""Reminders of findings before their date and after it; and those that the secretariat sends by hand."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Finding
from alliance.queries.findings import due_finding_reminders, findings_to_remind_of
from alliance.workflows import FINDING
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, require
from portal.kernel.errors import WrongState
from portal.kernel.jobs import enqueue


def enqueue_finding_reminders() -> int:
    """Queue one job for each finding and step that was reached; how many are new. A new date has its own."""
    return sum(
        enqueue(
            "remind_finding",
            key=f"finding:{finding.pk}:{finding.due_on}:{step}d",
            payload={"finding": finding.pk, "on": finding.due_on.isoformat()},
        )
        for finding, step in due_finding_reminders()
    )


@transaction.atomic
def record_finding_reminder(finding_id: int, day: date) -> bool:
    """Remind, as SYSTEM, of a finding; False when it is not open any more, was reported done or given another date.

    Nor where nobody of the member has access any more.
    """
    rows = Finding.objects.select_for_update(of=("self",)).prefetch_related("organisation")
    finding = rows.get(pk=finding_id)
    if not FINDING.is_available(SYSTEM, finding, "carry") or finding.claimed_at or finding.due_on != day:
        return False
    if not finding.organisation.has_access:
        return False
    _remind(SYSTEM, finding)
    return True


@transaction.atomic
def remind_of_findings(actor: Actor, numbers: Sequence[int] | None = None) -> int:
    """Remind the members of these findings, once a day; without numbers of all whose date is over. Of how many.

    Those that cannot be reminded of are left as they are. Raises Forbidden, or WrongState where none can be.
    """
    require(actor, "finding.remind")
    # locked in the order of all who lock several
    waiting = list(findings_to_remind_of(actor, numbers).select_for_update(of=("self",)).order_by("pk"))
    if not waiting:
        raise WrongState(nothing_to_remind_of() if numbers is None else none_of_them_to_remind_of())
    for finding in waiting:
        _remind(actor, finding)
    return len(waiting)


def nothing_to_remind_of() -> str:
    return _("No finding is overdue, or its member was reminded today or has reported it done.")


def none_of_them_to_remind_of() -> str:
    return _(
        "Nobody can be reminded of these findings now: they are done, withdrawn or reported done, their review is not "
        "concluded, their member was reminded today, or nobody there has access."
    )


def _remind(actor: Actor, finding: Finding) -> None:
    finding.reminded_at = clock.now()
    finding.save(update_fields=["reminded_at"])
    journal.record(actor, "finding.remind", finding, report=finding.report_id, on=finding.due_on.isoformat())

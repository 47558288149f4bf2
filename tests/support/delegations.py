"""Sections of a report, given as Sven gives them, and what those concerned find in their inboxes."""

from datetime import date, timedelta

from django.utils import timezone

from alliance.enums import ReportState
from alliance.models import Delegation, Measure, Person, Report
from alliance.services.delegations import give_sections
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import Channel, Delivery
from tests.factories import Cast
from tests.support.jobs import run_all_jobs


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def measure_of(report: Report, key: str = "search") -> Measure:
    return Measure.objects.select_related("commitment").get(charter=report.cycle.charter, key=key)


def give(
    cast: Cast,
    report: Report,
    to: Person,
    *keys: str,
    by: str = "sven",
    days: int = 5,
    seen: int | None = None,
) -> list[Delegation]:
    """Sven gives sections, by default the measure of the search."""
    keys = keys or (f"m{measure_of(report).pk}",)
    with acting_as(cast.actor(by)) as actor:
        return list(
            give_sections(actor, report, keys, [to.pk], in_days(days), "Use the log.", seen).delegations
        )


def stored(delegation: Delegation) -> Delegation:
    with acting_as(SYSTEM):
        return Delegation.objects.get(pk=delegation.pk)


def inbox_of(person: Person) -> list[str]:
    """The kinds of what the person finds in their inbox, the oldest first."""
    run_all_jobs()
    with acting_as(SYSTEM):
        rows = Delivery.objects.filter(recipient=person, channel=Channel.INBOX).order_by("event_id")
        return [row.event.kind for row in rows.select_related("event")]


def move_report(report: Report, state: ReportState) -> None:
    """What a colleague or the secretariat does while a page is open."""
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=state, submitted_at=timezone.now())

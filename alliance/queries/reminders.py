"""Reads of reminders: whom one would reach, and which went out last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from alliance.enums import DRAFTING_ROLES, OrganisationState
from alliance.models import Cycle, Membership, Person, Report
from alliance.queries.cycles import UNFILED, filing_list
from alliance.queries.local_dates import today
from portal.kernel.access import Actor
from portal.kernel.journal import Event

REMIND_KIND = "cycle.remind"


def reports_to_remind_of(actor: Actor, cycle: Cycle) -> QuerySet[Report]:
    """The reports of the cycle that are not submitted, of members whose people have access. One query."""
    active = OrganisationState.ACTIVE
    reports: QuerySet[Report] = filing_list(actor, cycle).filter(
        state__in=UNFILED, changes_due_on=None, organisation__state=active
    )
    return reports


@dataclass(frozen=True, slots=True)
class ReminderRecipients:
    """One member, and the names of those who draft and sign there."""

    report: Report
    names: Sequence[str]


def reminder_recipients(actor: Actor, cycle: Cycle) -> list[ReminderRecipients]:
    """Whom a reminder would reach now, by member. Two queries."""
    reports = list(reports_to_remind_of(actor, cycle))
    rows = Membership.objects.current().filter(
        organisation__in=[report.organisation_id for report in reports],
        roles__overlap=list(DRAFTING_ROLES),
        person__is_active=True,
    )
    names: dict[int, list[str]] = {}
    for organisation_id, name in rows.order_by("person__name").values_list("organisation_id", "person__name"):
        names.setdefault(organisation_id, []).append(name)
    return [ReminderRecipients(report, names.get(report.organisation_id, [])) for report in reports]


@dataclass(frozen=True, slots=True)
class SentReminder:
    """One that went out: when, by whom (no name when they are gone), and whether that was today."""

    at: datetime
    by: str
    today: bool


def last_reminder(cycle: Cycle) -> SentReminder | None:
    """The latest reminder of this cycle, by its journal entry."""
    events = Event.objects.filter(kind=REMIND_KIND, target_type=cycle._meta.label_lower, target_id=cycle.pk)
    event = events.order_by("-at").first()
    if event is None:
        return None
    name = Person.objects.filter(pk=event.person_id or 0).values_list("name", flat=True).first()
    return SentReminder(event.at, name or "", timezone.localdate(event.at) == today())

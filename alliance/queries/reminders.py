"""Reads of reminders: whom one would reach, who is left out and why, and which went out last."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from alliance.enums import DRAFTING_ROLES, OrganisationState, ReportState
from alliance.models import Cycle, Membership, Person, Report, ReportReminder
from alliance.queries.cycles import UNFILED, is_missing, named_filing_list
from alliance.queries.local_dates import day_of, today
from portal.kernel.access import Actor
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.journal import Event

REMIND_KIND = "cycle.remind"
# of a person: whom a letter would reach, for pages that name hundreds
WRITTEN_TO = ("name", "email", "bounced_address")


@dataclass(frozen=True, slots=True)
class ReminderRecipients:
    """One member, the names of those who draft and sign there, and why it is left out; empty where it is reminded."""

    report: Report
    names: Sequence[str]
    left_out: str = ""
    reminded_at: datetime | None = None


def reminder_recipients(
    actor: Actor, cycle: Cycle, report_ids: Collection[int] | None = None
) -> list[ReminderRecipients]:
    """Whom a reminder of these reports would reach now, or of all that are not submitted; by member. Three queries."""
    rows = named_filing_list(actor, cycle)
    rows = (
        rows.filter(state__in=UNFILED, changes_due_on=None)
        if report_ids is None
        else rows.filter(pk__in=report_ids)
    )
    return recipients_for(actor, list(rows))


def recipients_for(actor: Actor, reports: Sequence[Report]) -> list[ReminderRecipients]:
    """Whom a reminder of each of these reports, none of which is submitted, would reach now. Two queries."""
    people = drafters_of(reports, *WRITTEN_TO)
    sent = dict(
        ReportReminder.objects.visible_to(actor)
        .filter(report__in=reports)
        .order_by()
        .values_list("report_id")
        .annotate(Max("sent_at"))
    )
    return [
        ReminderRecipients(
            report,
            [person.name for person in people.get(report.organisation_id, ())],
            _why_left_out(report, people.get(report.organisation_id, ()), sent.get(report.pk)),
            sent.get(report.pk),
        )
        for report in reports
    ]


def drafters_of(reports: Iterable[Report], *columns: str) -> dict[int, list[Person]]:
    """Those who draft and sign, by organisation, for the members of these reports; of these columns. One query."""
    rows = Membership.objects.current().filter(
        organisation__in=[report.organisation_id for report in reports],
        roles__overlap=list(DRAFTING_ROLES),
        person__is_active=True,
    )
    rows = rows.select_related("person").order_by(ByAlphabet("person__name"))
    if columns:
        rows = rows.only("organisation", *(f"person__{column}" for column in columns))
    people: dict[int, list[Person]] = {}
    for membership in rows:
        people.setdefault(membership.organisation_id, []).append(membership.person)
    return people


def _why_left_out(report: Report, people: Sequence[Person], reminded_at: datetime | None) -> str:
    if report.state == ReportState.EXEMPT:
        return _("exempt")
    if not is_missing(report):
        return _("has submitted its report")
    if report.organisation.state != OrganisationState.ACTIVE:
        return _("its people have no access now")
    if not people:
        return _("there is no editor or signatory yet")
    if all(person.is_unreachable for person in people):
        return _("e-mails to its editors and signatories are returned")
    if reminded_at is not None and day_of(reminded_at) == today():
        return _("reminded today")
    return ""


def nobody_to_remind_reason(recipients: Sequence[ReminderRecipients]) -> str:
    """Why a reminder would reach nobody, where each of them is left out."""
    if not recipients:
        return _("No one to remind: all reports are submitted.")
    reasons = {each.left_out for each in recipients}
    if reasons == {_("reminded today")}:
        return _("Members were already reminded today; one reminder a day is allowed.")
    named = "; ".join(f"{each.report.organisation.name}: {each.left_out}" for each in recipients)
    return _("No one to remind. %(names)s.") % {"names": named}


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
    return SentReminder(event.at, name or "", day_of(event.at) == today())

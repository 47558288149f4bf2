"""Which letters about reports somebody cannot turn off: the last warnings, for those who can still act on them.

Each function says why, as a part of a sentence in the language that is active; empty for all others. Asked as SYSTEM.
"""

from datetime import timedelta

from django.utils.translation import gettext

from alliance.enums import DRAFTING_ROLES, OrganisationKind, ReportState, Role, SignatureRule
from alliance.models import Charter, Membership, Report
from alliance.queries.charter_signatures import would_carry_over
from alliance.queries.local_dates import day_of
from alliance.queries.reminder_steps import working_day_before
from alliance.workflows import REPORT_EDITABLE
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient, people_turned_off

_LAST_DAYS = timedelta(days=1)  # before a deadline
_SIGN_OFF_GROUP = "drafts"  # in which sign-off is asked for


def last_warning(event: Event, recipient: Recipient) -> str:
    """On the last days before the report is due and on the last day of grace, for those who can file it."""
    report = _report(event)
    warned_from = working_day_before(report.due_on - _LAST_DAYS)  # when the step of that day is due
    is_last = warned_from <= day_of(event.at) <= report.due_on or day_of(event.at) >= report.grace_ends_on
    if not is_last or not _can_act(report, recipient):
        return ""
    return gettext("it is a last warning, and you can file the report")


def last_changes_warning(event: Event, recipient: Recipient) -> str:
    """On the last days before requested changes have to be submitted, for those who can do it."""
    report = _report(event)
    day = report.changes_due_on
    if day is None or day_of(event.at) < working_day_before(day - _LAST_DAYS):
        return ""
    return gettext("it is a last warning, and you can file the report") if _can_act(report, recipient) else ""


def not_filed(event: Event, recipient: Recipient) -> str:
    """For those who can still file the report; not for the secretariat."""
    del event
    if recipient.actor.is_host or not recipient.actor.roles & set(DRAFTING_ROLES):
        return ""
    return gettext("the report counts as not filed, and you can still file it")


def closed_unfiled(event: Event, recipient: Recipient) -> str:
    """As `not_filed`, where the cycle was closed and no extension of theirs holds."""
    reports = Report.objects.filter(cycle_id=event.target_id, organisation_id=recipient.tenant_id)
    is_missed = reports.filter(state=ReportState.NOT_FILED).exists()
    return not_filed(event, recipient) if is_missed else ""


def changes_requested(event: Event, recipient: Recipient) -> str:
    """For those who make the changes and submit them."""
    if not _can_act(_report(event), recipient):
        return ""
    return gettext("changes are requested, and you can make them")


def only_signatory(event: Event, recipient: Recipient) -> str:
    """Where nobody else is asked who could sign the report off: not reached, or the letter turned off."""
    report = _report(event)
    rows = Membership.objects.current().filter(
        organisation_id=report.organisation_id, roles__contains=[Role.SIGNATORY], person__is_active=True
    )
    others = rows.exclude(person_id=recipient.person_id).select_related("person")
    if report.organisation.four_eyes:  # who asked for it does not sign it
        others = others.exclude(person_id=event.person_id)
    reached = [row.person_id for row in others if not row.person.is_unreachable]
    if len(people_turned_off(_SIGN_OFF_GROUP, reached)) < len(reached):
        return ""
    return gettext("nobody else can sign the report off")


def can_object(event: Event, recipient: Recipient) -> str:
    """For signatories, where signatures carry over to an announced version unless they object."""
    charter = Charter.objects.filter(pk=event.target_id, signatures=SignatureRule.CARRY_OVER).first()
    if charter is None or not recipient.actor.has(Role.SIGNATORY):
        return ""
    if not would_carry_over(recipient.actor.tenant_id, charter):
        return ""
    return gettext("the signature of your organisation carries over, and you can object")


def _report(event: Event) -> Report:
    report: Report = Report.objects.select_related("cycle", "organisation").get(pk=event.target_id)
    return report


def _can_act(report: Report, recipient: Recipient) -> bool:
    """Whoever signs; and whoever drafts, while the draft is theirs."""
    actor = recipient.actor
    if actor.tenant_kind == OrganisationKind.SECRETARIAT:
        return False
    is_editable = report.state in REPORT_EDITABLE
    return actor.has(Role.SIGNATORY) or (is_editable and actor.has(Role.EDITOR))

"""Members that merge into another: into which, what is decided about their drafts and people, and the way back."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import (
    REPORTING_KINDS,
    CycleState,
    InvitationState,
    OrganisationState,
    ReportState,
)
from alliance.models import (
    REPORT_LOCK_ORDER,
    Invitation,
    Membership,
    Organisation,
    Person,
    Report,
    Submission,
)
from alliance.queries.local_dates import day_of, today
from alliance.workflows import ORGANISATION
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.journal import Event
from portal.kernel.text import format_moment


def possible_successors(actor: Actor, organisation: Organisation) -> QuerySet[Organisation]:
    """The other members that take part now, by name."""
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor).filter(
        kind__in=REPORTING_KINDS, state=OrganisationState.ACTIVE
    )
    return rows.exclude(pk=organisation.pk).order_by(ByAlphabet("name"), "pk")


def merger_refusal(organisation: Organisation, successor: Organisation) -> str:
    """Why it cannot merge into that one; empty when it can."""
    if successor.pk == organisation.pk:
        return _("Choose another member than the one that merges.")
    if not successor.is_reporting or successor.state != OrganisationState.ACTIVE:
        return _("Choose a member that takes part now.")
    return ""


def open_drafts(actor: Actor, organisation: Organisation) -> Sequence[Report]:
    """Its reports that nobody has begun to sign off: each can be exempted. The oldest cycle first. One query."""
    rows = Report.objects.visible_to(actor).filter(organisation=organisation, state=ReportState.DRAFT)
    return list(rows.select_related("cycle", "organisation").order_by("cycle__starts_on", "pk"))


def merger_invitees(
    actor: Actor, organisation: Organisation, successor: Organisation | None = None
) -> Sequence[Membership]:
    """Its people with rights, by name; without those who belong to the successor or are invited there. One query."""
    rows = Membership.objects.visible_to(actor).current().filter(organisation=organisation)
    rows = rows.filter(roles__len__gt=0, person__is_active=True)
    if successor is not None:
        members = Membership.objects.current().filter(organisation=successor).values("person")
        invited = Invitation.objects.filter(
            organisation=successor, state=InvitationState.OPEN, expires_at__gt=clock.now()
        )
        rows = rows.exclude(Q(person__in=members) | Q(person__email__in=invited.values("email")))
    return list(rows.select_related("person").order_by(ByAlphabet("person__name"), "pk"))


def people_with_access(organisation: Organisation) -> list[int]:
    """The numbers of those who belong to it: they lose access when it merges. One query."""
    rows = Membership.objects.current().filter(organisation=organisation, person__is_active=True)
    return list(rows.order_by("person").values_list("person", flat=True).distinct())


def exempted_by_merger(actor: Actor, organisation: Organisation) -> Sequence[Report]:
    """The reports that its last merger exempted, by its entry in the journal, of cycles that are not published.

    In the order in which reports are locked: who takes the merger back puts one after another of them back.
    """
    last = _last_merger(organisation)
    rows = Report.objects.visible_to(actor).filter(organisation=organisation, state=ReportState.EXEMPT)
    rows = rows.filter(pk__in=last.data["reports"] if last else ())
    return list(
        rows.exclude(cycle__state=CycleState.PUBLISHED).select_related("cycle").order_by(*REPORT_LOCK_ORDER)
    )


def time_since_merger(organisation: Organisation) -> timedelta:
    """The days since its last merger was recorded: what that exempted is due so much later again. One query."""
    last = _last_merger(organisation)
    return today() - day_of(last.at) if last else timedelta()


def _last_merger(organisation: Organisation) -> Event | None:
    return _last_entry(organisation, "merge")


def _last_entry(organisation: Organisation, action: str) -> Event | None:
    rows = Event.objects.filter(
        kind=ORGANISATION.rule(action), target_type=Organisation._meta.label_lower, target_id=organisation.pk
    )
    return rows.order_by("-pk").first()


def take_back_refusal(actor: Actor, organisation: Organisation) -> str:
    """Why its merger cannot be taken back; empty when it can. One query, two where somebody has taken it back."""
    if organisation.successor_id is None or organisation.merged_on is None:
        if (entry := _last_entry(organisation, "take_back_merger")) is None:
            return _("This organisation has not merged into another.")
        person = Person.objects.visible_to(actor).filter(pk=entry.person_id).first()
        facts = {"name": person.name if person else _("the portal"), "at": format_moment(entry.at)}
        return _("The merger was taken back: %(name)s, %(at)s.") % facts
    if has_reported_since(organisation.successor_id, organisation.merged_on):
        return _("The successor has submitted a report for a period since: what it says stands.")
    return ""


def has_reported_since(successor_id: int, day: date) -> bool:
    """Whether the successor has filed for a period that reaches that day, so that a merger stands. One query."""
    rows = Submission.objects.filter(organisation_id=successor_id).standing()
    return rows.filter(report__cycle__ends_on__gte=day).exists()


def finality_warning(successor: Organisation, day: date) -> str:
    """That a merger of that day into that member could not be taken back at all; empty where it could. One query."""
    if not has_reported_since(successor.pk, day):
        return ""
    return _(
        "%(name)s has already submitted a report for a period that ends on that day or later: the merger could not "
        "be taken back."
    ) % {"name": successor.name}

"""Named reads on people: who belongs to an organisation, who is invited; what is known of an account."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import REQUIRED_ROLES, InvitationState, OrganisationKind, OrganisationState, Role
from alliance.models import AccountDecision, EmailChange, Invitation, Membership, Organisation, Person
from alliance.queries.actors import actor_without_organisation
from alliance.queries.last_steps import act_sentence
from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.journal import Event, last_entry_about

MAX_FORMER = 20  # people who left, as many as a page shows


def colleagues(actor: Actor, organisation: Organisation) -> QuerySet[Membership]:
    """Who belongs to the organisation now, by name."""
    rows = Membership.objects.visible_to(actor).current().filter(organisation=organisation)
    memberships: QuerySet[Membership] = rows.select_related("person__frozen_by", "organisation").order_by(
        ByAlphabet("person__name"), "pk"
    )
    return memberships


def freezer_names(actor: Actor, memberships: Iterable[Membership]) -> dict[int, str]:
    """Who has frozen the accounts of these people, by the number of each; one query where somebody's is frozen.

    For a member, people of its own and of the secretariat alone: an administrator of another organisation of theirs is
    not named.
    """
    freezers = {row.person_id: row.person.frozen_by for row in memberships if row.person.frozen_by}
    if not freezers or actor.is_host:
        return {person: freezer.name for person, freezer in freezers.items()}
    with acting_as(SYSTEM):  # who belongs to the secretariat is not a member's to see
        rows = Membership.objects.filter(person__in=[freezer.pk for freezer in freezers.values()])
        is_near = Q(organisation=actor.tenant_id) | Q(organisation__kind=OrganisationKind.SECRETARIAT)
        near = set(rows.filter(is_near).values_list("person_id", flat=True))
    return {person: freezer.name for person, freezer in freezers.items() if freezer.pk in near}


def end_entry(membership: Membership) -> Event | None:
    """The entry by which somebody has ended the membership; None where the journal has none. One query."""
    kinds = ("membership.end", "membership.leave")
    return last_entry_about(membership, *kinds)


def ended_sentence(actor: Actor, membership: Membership) -> str:
    """That the membership has ended, and who has done it; empty while it lasts. Two queries at most."""
    if membership.ended_at is None:
        return ""
    sentence = _("The membership of %(name)s has ended already.") % {"name": membership.person.name}
    event = end_entry(membership)
    return f"{sentence} {act_sentence(actor, event) if event else ''}".strip()


def former_colleagues(actor: Actor, organisation: Organisation) -> QuerySet[Membership]:
    """Who belonged to it, latest first."""
    rows = Membership.objects.visible_to(actor).filter(organisation=organisation, ended_at__isnull=False)
    memberships: QuerySet[Membership] = rows.select_related("person").order_by("-ended_at")
    return memberships


def open_invitations(actor: Actor, organisation: Organisation) -> QuerySet[Invitation]:
    """Who is invited and has not answered, latest first; those that have run out among them."""
    rows = Invitation.objects.visible_to(actor).filter(organisation=organisation, state=InvitationState.OPEN)
    invitations: QuerySet[Invitation] = rows.order_by("-expires_at")
    return invitations


def is_expired(invitation: Invitation) -> bool:
    return invitation.expires_at <= clock.now()


def has_account(email: str) -> bool:
    return Person.objects.filter(email=email).exists()


def active_person(person_id: int) -> Person | None:
    """Somebody who has an account that is open."""
    return Person.objects.filter(pk=person_id, is_active=True).first()


def organisations_of(person: Person) -> QuerySet[Membership]:
    """Where the person belongs now, by the organisation's name."""
    rows = Membership.objects.current().filter(person=person).select_related("organisation")
    memberships: QuerySet[Membership] = rows.order_by(ByAlphabet("organisation__name"), "pk")
    return memberships


def successors_of(actor: Actor, membership: Membership) -> QuerySet[Membership]:
    """The colleagues who could take over this person's work: who belongs there now and can sign in."""
    rows = colleagues(actor, membership.organisation)
    return rows.filter(person__is_active=True).exclude(person_id=membership.person_id)


def roles_without_holder(organisation: Organisation) -> list[Role]:
    """The rights that the organisation needs and that nobody holds who can act on them.

    Whose account is closed cannot, nor can somebody who is not reached: their address takes no mail. An organisation
    that has left needs none. One query.
    """
    if organisation.state == OrganisationState.FORMER:
        return []
    rows = Membership.objects.current().filter(organisation=organisation, person__is_active=True)
    assigned = {
        role
        for membership in rows.select_related("person")
        if not membership.person.is_unreachable
        for role in membership.roles
    }
    return [role for role in REQUIRED_ROLES[OrganisationKind(organisation.kind)] if role not in assigned]


def open_email_change(actor: Actor, person: Person) -> EmailChange | None:
    """The change of address that waits for confirmation, if the actor may know of it."""
    rows = EmailChange.objects.visible_to(actor).filter(person=person, ended_at__isnull=True)
    change: EmailChange | None = rows.filter(expires_at__gt=clock.now()).first()
    return change


def own_email_change(person: Person) -> EmailChange | None:
    """The same for oneself, who need not belong to an organisation any more."""
    with acting_as(actor_without_organisation(person)) as actor:
        return open_email_change(actor, person)


def decisions_on(actor: Actor, person: Person) -> QuerySet[AccountDecision]:
    """What the secretariat has decided about the account, latest first."""
    account_decisions: QuerySet[AccountDecision] = (
        AccountDecision.objects.visible_to(actor).filter(person=person).select_related("decided_by")
    )
    return account_decisions

"""Named reads on people: who belongs to an organisation, who is invited, who has an account."""

from django.db.models import QuerySet

from alliance.enums import InvitationState
from alliance.models import Invitation, Membership, Organisation, Person
from portal.kernel import clock
from portal.kernel.access import Actor


def colleagues(actor: Actor, organisation: Organisation) -> QuerySet[Membership]:
    """Who belongs to the organisation now, by name."""
    rows = Membership.objects.visible_to(actor).current().filter(organisation=organisation)
    found: QuerySet[Membership] = rows.select_related("person", "organisation").order_by("person__name", "pk")
    return found


def former_colleagues(actor: Actor, organisation: Organisation) -> QuerySet[Membership]:
    """Who belonged to it, latest first."""
    rows = Membership.objects.visible_to(actor).filter(organisation=organisation, ended_at__isnull=False)
    found: QuerySet[Membership] = rows.select_related("person").order_by("-ended_at")
    return found


def open_invitations(actor: Actor, organisation: Organisation) -> QuerySet[Invitation]:
    """Who is invited and has not answered, latest first; those that have run out among them."""
    rows = Invitation.objects.visible_to(actor).filter(organisation=organisation, state=InvitationState.OPEN)
    found: QuerySet[Invitation] = rows.order_by("-expires_at")
    return found


def has_run_out(invitation: Invitation) -> bool:
    return invitation.expires_at <= clock.now()


def has_account(email: str) -> bool:
    return Person.objects.filter(email=email).exists()


def active_person(person_id: int) -> Person | None:
    """Somebody who has an account that is open."""
    return Person.objects.filter(pk=person_id, is_active=True).first()

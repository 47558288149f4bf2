"""Named writes when somebody leaves: their work goes over to a colleague, in one act with the end or later."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Membership, Person
from alliance.services.people import end_membership, lock_membership, refresh_actor
from portal.kernel import journal
from portal.kernel.access import Actor, person_of, require, tenant_of
from portal.kernel.errors import DomainError
from portal.kernel.registry import Handover, hand_over_work


@transaction.atomic
def end_membership_with_handover(
    actor: Actor, membership: Membership, successor: Person | None = None
) -> Membership:
    """End a membership, after handing over all of the person's work; all or nothing.

    Refuses as `end_membership` and `hand_over_membership` do.
    """
    if successor is not None:
        hand_over_membership(actor, membership, successor)
    return end_membership(actor, membership)


@transaction.atomic
def leave_organisation(actor: Actor, successor: Person | None = None) -> Membership:
    """Leave the organisation that one acts for, and hand one's work over. Refuses as `end_membership` does."""
    membership = Membership.objects.current().get(
        person_id=person_of(actor), organisation_id=tenant_of(actor)
    )
    require(actor, "membership.leave", membership)
    if successor is not None:
        _hand_over_items(actor, lock_membership(membership), successor)
    return end_membership(actor, membership, rule="membership.leave")


@transaction.atomic
def hand_over_membership(actor: Actor, membership: Membership, successor: Person) -> Membership:
    """Hand over the work of a person, who may have left already; the successor is notified.

    Raises Forbidden, or DomainError for a successor who does not belong to the organisation or is that person.
    """
    locked = lock_membership(membership)
    require(refresh_actor(actor), "membership.hand_over", locked)
    return _hand_over_items(actor, locked, successor)


def _hand_over_items(actor: Actor, membership: Membership, successor: Person) -> Membership:
    memberships = Membership.objects.current().filter(organisation_id=membership.organisation_id)
    belongs = memberships.filter(person=successor, person__is_active=True).exists()
    if successor.pk == membership.person_id or not belongs:
        raise DomainError(_("Choose a colleague who belongs to the organisation."), field="successor")
    hand_over_work(actor, Handover(membership.person_id, successor.pk, membership.organisation_id))
    people = {"person": membership.person_id, "successor": successor.pk}
    journal.record(actor, "membership.hand_over", membership, **people)
    return membership

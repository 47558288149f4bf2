"""An organisation is left without a holder of a right that it needs: noted for those who can appoint one.

Most acts refuse to take such a right from its last holder. It is lost all the same where the other holders are not
reached, and by what nobody decides about or what cannot wait: an address that takes no mail, an account that is closed
at once, a backup from before an erasure.
"""

from collections.abc import Collection

from alliance.models import Membership, Organisation, Person
from alliance.queries.people import roles_without_holder
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as


def record_lost_holders(person: Person) -> None:
    """Note, as SYSTEM, each organisation in which this person, who cannot act any more, was the last of their right."""
    with acting_as(SYSTEM):
        memberships = Membership.objects.current().filter(person=person).select_related("organisation")
        for membership in memberships.order_by("organisation_id"):
            record_lost_roles(membership.organisation, membership.roles, person.pk)


def record_lost_roles(organisation: Organisation, roles: Collection[str], person_id: int) -> None:
    """Note, as SYSTEM, those of the roles that this person has lost and that nobody is left with who can act."""
    with acting_as(SYSTEM):
        lost = [role for role in roles_without_holder(organisation) if role in roles] if roles else []
        if lost:
            journal.record(SYSTEM, "organisation.lose_holder", organisation, person=person_id, grants=lost)

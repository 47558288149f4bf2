"""An organisation is left without a holder of a right that it needs: noted for those who can appoint one.

Most acts refuse to take such a right from its last holder. What nobody decides about, and what cannot wait, ends in it
all the same: an address that takes no mail, an account that is closed at once, a backup from before an erasure.
"""

from alliance.models import Membership, Person
from alliance.queries.people import roles_without_holder
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as


def record_lost_holders(person: Person) -> None:
    """Note, as SYSTEM, each organisation in which this person, who cannot act any more, was the last of their right."""
    with acting_as(SYSTEM):
        memberships = Membership.objects.current().filter(person=person).select_related("organisation")
        for membership in memberships.order_by("organisation_id"):
            lost = [
                role for role in roles_without_holder(membership.organisation) if role in membership.roles
            ]
            if lost:
                journal.record(
                    SYSTEM, "organisation.lose_holder", membership.organisation, person=person.pk, grants=lost
                )

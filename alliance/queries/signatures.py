"""Who signs: a name and an office, from the membership on the day."""

from dataclasses import dataclass

from alliance.models import Membership
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signed record keeps of the person who signed it."""

    person_id: int
    name: str
    office: str


def signature_of(actor: Actor) -> Signature | None:
    """The signature of a person for the organisation that they act for; None for anybody else."""
    membership = (
        Membership.objects.current()
        .filter(person_id=actor.person_id, organisation_id=actor.tenant_id)
        .select_related("person")
        .first()
    )
    return Signature(membership.person_id, membership.person.name, membership.office) if membership else None

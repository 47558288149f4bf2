"""The actor: somebody, or something, that acts for one tenant at a time."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Forbidden


class ActorKind(StrEnum):
    ANYONE = "anyone"
    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts for one tenant at a time; `is_host` when that tenant runs the portal.

    `conflicts` are the tenants that the person belongs to, has lately belonged to, or has an interest in. An actor
    with a credential may do no more than its `scopes` open; without one, scopes are None and narrow nothing.
    """

    kind: ActorKind
    person_id: int | None = None
    tenant_id: int | None = None
    tenant_kind: str = ""
    is_host: bool = False
    roles: frozenset[str] = frozenset()
    conflicts: frozenset[int] = frozenset()
    scopes: frozenset[str] | None = None
    credential_id: int | None = None

    @property
    def is_system(self) -> bool:
        return self.kind is ActorKind.SYSTEM

    @property
    def is_person(self) -> bool:
        return self.kind is ActorKind.PERSON

    def has(self, *roles: str) -> bool:
        """True when the actor holds at least one of the roles in the tenant they act for."""
        return not self.roles.isdisjoint(roles)


ANYONE = Actor(ActorKind.ANYONE)


SYSTEM = Actor(ActorKind.SYSTEM)


def person_of(actor: Actor) -> int:
    """The person who acts; refuses with `Forbidden` what nobody but a person can do."""
    if actor.person_id is None:
        raise Forbidden(_("Only a person can do this."))
    return actor.person_id


def tenant_of(actor: Actor) -> int:
    """The tenant that the actor acts for; raises Forbidden when there is none."""
    if actor.tenant_id is None:
        raise Forbidden(_("To do this, choose whom you act for."))
    return actor.tenant_id

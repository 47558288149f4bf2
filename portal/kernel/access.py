"""Who acts, and what they may do: the actor, the registry of rules, `can` and `require`.

Seeing is `visible_to(actor)` on each model's manager; doing is `require(actor, rule, obj)` in services
and in the workflow engine. There is no third way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Forbidden
from portal.kernel.scopes import is_opened


class ActorKind(StrEnum):
    ANYONE = "anyone"
    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts for one tenant at a time; `is_host` when that tenant runs the portal.

    `ties` are the tenants that the person belongs to, or has lately belonged to. Whoever acts through a credential
    may do no more than its `scopes` open; without one, scopes are None and narrow nothing.
    """

    kind: ActorKind
    person_id: int | None = None
    tenant_id: int | None = None
    tenant_kind: str = ""
    is_host: bool = False
    grants: frozenset[str] = frozenset()
    ties: frozenset[int] = frozenset()
    scopes: frozenset[str] | None = None
    credential_id: int | None = None

    @property
    def is_system(self) -> bool:
        return self.kind is ActorKind.SYSTEM

    @property
    def is_person(self) -> bool:
        return self.kind is ActorKind.PERSON

    def has(self, *grants: str) -> bool:
        """True when the actor holds at least one of the grants in the tenant they act for."""
        return not self.grants.isdisjoint(grants)


ANYONE = Actor(ActorKind.ANYONE)
SYSTEM = Actor(ActorKind.SYSTEM)

Rule = Callable[[Actor, Any], bool]
RULES: dict[str, Rule] = {}

Sight = Callable[[Actor], Q]  # a policy of seeing: the rows of one model that the actor may see

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING


class SeenQuerySet(models.QuerySet):
    """Rows behind a policy of sight; faces, documents and search reach rows only through `visible_to`."""

    sight: Sight

    def visible_to(self, actor: Actor) -> "SeenQuerySet":
        """The rows that the actor may see; SYSTEM sees all."""
        return self.all() if actor.is_system else self.filter(type(self).sight(actor))


def seen_by(sight: Sight) -> type[SeenQuerySet]:
    """A queryset class with this policy."""
    return type("SeenQuerySet", (SeenQuerySet,), {"sight": staticmethod(sight)})


def allow(name: str, rule: Rule) -> None:
    """Register the rule `thing.verb`. Raises LookupError when there is one of that name."""
    if name in RULES:
        raise LookupError(f"there is a rule named {name} already")
    RULES[name] = rule


def can(actor: Actor, name: str, obj: object = None) -> bool:
    """Whether the actor may do `name` with the object. SYSTEM may do what is ruled; an unknown rule is an error."""
    if name not in RULES:
        raise LookupError(f"no rule named {name}")
    if actor.scopes is not None and not is_opened(name, actor.scopes):
        return False
    return actor.is_system or bool(RULES[name](actor, obj))


def require(actor: Actor, name: str, obj: object = None) -> None:
    """Refuse with `Forbidden` unless the actor may do `name` with the object."""
    if not can(actor, name, obj):
        raise Forbidden(_("You do not have permission to do this"))


def person_of(actor: Actor) -> int:
    """The person who acts; refuses with `Forbidden` what nobody but a person can do."""
    if actor.person_id is None:
        raise Forbidden(_("Only a person can do this."))
    return actor.person_id


def tenant_of(actor: Actor) -> int:
    """The tenant that the actor acts for; refuses with `Forbidden` whoever acts for none."""
    if actor.tenant_id is None:
        raise Forbidden(_("Only somebody who acts for an organisation can do this."))
    return actor.tenant_id

"""Who may do what: the table of rules, `can` and `require`; and which acts are of weight.

Doing is `require(actor, rule, obj)` in services and in the workflow engine. There is no other way.
"""

from collections.abc import Callable
from typing import Any

import structlog
from django.utils.translation import gettext_lazy as _

from portal.kernel.access.actor import Actor
from portal.kernel.access.scopes import is_in_scopes, scope_of_rule, scope_refusal
from portal.kernel.errors import Forbidden, MissingScope

Rule = Callable[[Actor, Any], bool]


RULES: dict[str, Rule] = {}
# acts of weight, before which a person says again who they are
_STEP_UP: set[str] = set()

log = structlog.get_logger(__name__)


def allow(name: str, rule: Rule) -> None:
    """Register the rule `object.verb`. Raises LookupError when there is one of that name."""
    if name in RULES:
        raise LookupError(f"there is a rule named {name} already")
    RULES[name] = rule


def require_step_up(*names: str) -> None:
    """Register acts of weight by their rules: pages ask again who it is. Raises LookupError for an unknown one."""
    if unknown := set(names) - set(RULES):
        raise LookupError(f"no rules named {', '.join(sorted(unknown))}")
    _STEP_UP.update(names)


def needs_step_up(name: str) -> bool:
    """Whether a person says again who they are before they do what this rule names."""
    return name in _STEP_UP


def can(actor: Actor, name: str, obj: object = None) -> bool:
    """Whether the actor may do `name` with the object. SYSTEM may do what is ruled; an unknown rule is an error."""
    if name not in RULES:
        raise LookupError(f"no rule named {name}")
    if actor.scopes is not None and not is_in_scopes(name, actor.scopes):
        return False
    return actor.is_system or bool(RULES[name](actor, obj))


def require(actor: Actor, name: str, obj: object = None) -> None:
    """Refuse with `Forbidden` unless the actor may do `name` with the object; a refusal is logged by numbers.

    With `MissingScope` where nothing but the scope of the credential is missing.
    """
    if not can(actor, name, obj):
        log.warning(
            "act_refused",
            rule=name,
            person=actor.person_id,
            tenant=actor.tenant_id,
            credential=actor.credential_id,
        )
        if scope := _missing_scope(actor, name, obj):
            raise MissingScope(scope_refusal(scope))
        raise Forbidden(_("You do not have permission to do this"))


def _missing_scope(actor: Actor, name: str, obj: object) -> str:
    """The scope that the credential of somebody who may do this does not carry; empty where it is not that."""
    if actor.scopes is None or is_in_scopes(name, actor.scopes) or not RULES[name](actor, obj):
        return ""
    return scope_of_rule(name)

"""Scopes: the part of its holder's permissions that a credential carries; each layer registers its own."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope: its name in requests, its words for people, and the rules that it opens.

    Endpoints check the scope by name to read, and the rule of the act to write. `for_host`: offered to those who run
    the portal too; `for_tenants`: to everybody else.
    """

    name: str
    label: str | Promise
    rules: frozenset[str] = frozenset()
    for_host: bool = False
    for_tenants: bool = True


_SCOPES: dict[str, Scope] = {}


def register_scopes(*scopes: Scope) -> None:
    """Register the scopes; called in `ready()` of an app."""
    _SCOPES.update({scope.name: scope for scope in scopes})


def available_scopes(*, for_host: bool) -> list[Scope]:
    """The scopes that somebody can choose from, in the order of their registration."""
    return [scope for scope in _SCOPES.values() if (scope.for_host if for_host else scope.for_tenants)]


def scope_label(name: str) -> str:
    """The words for a scope; its name when nobody registers it any more."""
    return str(_SCOPES[name].label) if name in _SCOPES else name


def scope_refusal(name: str) -> str:
    """What a credential without this scope is answered."""
    message = _("This needs the permission “%(scope)s”: %(words)s.")
    return message % {"scope": name, "words": scope_label(name)}


def scope_of_rule(rule: str) -> str:
    """The first scope that opens the rule; empty where none does: no credential may do it."""
    return next((scope.name for scope in _SCOPES.values() if rule in scope.rules), "")


def is_in_scopes(rule: str, scopes: Iterable[str]) -> bool:
    """Whether one of the scopes opens the rule; a scope that is not there any more opens nothing."""
    return any(rule in _SCOPES[name].rules for name in scopes if name in _SCOPES)

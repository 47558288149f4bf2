"""Tokens of the world: Alice's, Sven's and Rita's."""

from collections.abc import Mapping
from typing import Any

from alliance.models import ApiToken
from tests.support.bearers import token_of


def make_tokens(people: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Made through the real service; nobody has their secrets."""
    places = {}
    for name in ("alice", "sven", "rita"):
        token_of(people[name], name=f"{name.title()}'s script")
        places[f"token.{name}"] = {"pk": ApiToken.objects.get(person=people[name]).pk}
    return places

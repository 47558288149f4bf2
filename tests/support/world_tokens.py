"""Tokens of the world: Alice's, Sven's and Rita's; and the address of Alice's calendar."""

from collections.abc import Mapping
from typing import Any

from alliance.models import ApiToken
from alliance.queries.actors import actor_for
from alliance.services.calendar_addresses import create_calendar_address
from portal.kernel.access import acting_as
from tests.support.bearers import token_of


def make_tokens(people: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Made through the real service; nobody has their secrets."""
    places = {}
    for name in ("alice", "sven", "rita"):
        token_of(people[name], name=f"{name.title()}'s script")
        places[f"token.{name}"] = {"pk": ApiToken.objects.get(person=people[name]).pk}
    alice = people["alice"]
    with acting_as(actor_for(alice.pk, alice.memberships.get().organisation_id)) as actor:
        places["calendar.token"] = {"token": create_calendar_address(actor)}
    return places

"""Tokens of the world: Alice's, Sven's and Rita's; Sven's client; the addresses of Alice's calendar and feed."""

from collections.abc import Mapping
from typing import Any

from alliance.models import ApiToken
from alliance.queries.actors import actor_for
from alliance.services.calendar_addresses import create_calendar_address
from alliance.services.tokens import create_client
from portal.kernel.access import acting_as
from practices.services.feed_addresses import create_feed_address
from tests.support.bearers import token_of


def make_tokens(people: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Made through the real service; nobody has their secrets."""
    places = {}
    for name in ("alice", "sven", "rita"):
        token_of(people[name], name=f"{name.title()}'s script")
        places[f"token.{name}"] = {"pk": ApiToken.objects.get(person=people[name], client_id=None).pk}
    sven = people["sven"]
    with acting_as(actor_for(sven.pk, sven.memberships.get().organisation_id)) as actor:
        client, _secret = create_client(actor, name="Sven's program", scopes=["read"])
        places["client.sven"] = {"pk": client.pk}
    alice = people["alice"]
    with acting_as(actor_for(alice.pk, alice.memberships.get().organisation_id)) as actor:
        places["feed.token"] = {"token": create_feed_address(actor)}
        places["calendar.token"] = {"token": create_calendar_address(actor)}
    return places

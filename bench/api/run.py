"""`manage.py bench api`: what lists of the API cost, beside plain DRF lists of the same rows.

The figures are the portal's own: its whole middleware, tokens, limits, the application's role with row-level security.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.urls import reverse

from alliance.models import Person
from alliance.queries.actors import actor_for
from alliance.services.tokens import create_token
from bench.api.obligations import make_reports
from bench.api.results import TITLE, MeasuredList, bars, report
from bench.bars import all_hold
from bench.pages.data import grow, load_demonstration
from bench.pages.pair import compare, portal_and_peer, profile
from bench.results_page import PAGE, write_section
from portal.kernel.access import SYSTEM, acting_as

PEER = "bench.api.peer.settings"
SIZE = 200  # members
REPORTS = 60  # of one member: a page, and some more
_OWNER = "alice@aurora-video.example"
_ROUNDS, _TIMES = 9, 20
# a bench asks more often than anybody may, and what is the same for everybody would be answered from memory
_VARIABLES = {
    "API_REQUESTS_PER_TOKEN": "999999999",
    "API_REQUESTS_PER_ADDRESS": "999999999",
    "PAGE_CACHE_MB": "0",
}


@dataclass(frozen=True, slots=True)
class ListCase:
    """One list: what it is called, the name of its route, whether it is asked for with a token."""

    name: str
    route: str
    with_token: bool = False


LISTS = (
    ListCase("members, for everybody", "api:member-list"),
    ListCase("members, with a token", "api:member-list", with_token=True),
    ListCase("one's own reports", "api:own-report-list", with_token=True),
)


def measure(
    lists: Sequence[ListCase], folder: Path, rounds: int = _ROUNDS, times: int = _TIMES
) -> list[MeasuredList]:
    """Each list beside its peer, which has the same address."""
    os.environ.update(_VARIABLES)
    secret = token(_OWNER)
    results = []
    with portal_and_peer(folder, PEER) as (portal, peer):
        for case in lists:
            case_token, path = secret if case.with_token else "", reverse(case.route)
            pair = compare(
                case.name, path, portal, peer, rounds=rounds, times=times, again=True, token=case_token
            )
            profiled = profile(pair, path, portal, peer, again=True, token=case_token)
            results.append(MeasuredList(pair, profiled))
    return results


def token(email: str) -> str:
    """The secret of a new token with which a program reads what this person may."""
    with acting_as(SYSTEM):
        person = Person.objects.get(email=email)
        membership = person.memberships.get(ended_at=None)
    actor = actor_for(person.pk, membership.organisation_id)
    with acting_as(actor):
        return create_token(actor, name="Bench", scopes=["read"])[1]


def main(arguments: Sequence[str]) -> int:
    """Build the demonstration, measure, and write the section; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench api", description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, help="members")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often each is asked in turn")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    load_demonstration()
    grow(options.size)
    make_reports(_OWNER, REPORTS)
    measured = measure(LISTS, Path(os.environ["PORTAL_DATA_DIR"]), options.rounds)
    print(write_section(TITLE, report(measured, options.size), options.report))
    return 0 if all_hold(bars(measured)) else 1

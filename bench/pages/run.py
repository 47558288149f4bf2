"""`manage.py bench pages`: what public pages and a member's first page cost, beside a plain Django of the same.

The figures are the portal's own: its whole middleware, its templates, the application's role with row-level security.
"""

import argparse
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command

from alliance.models import Person
from alliance.models.sessions import SessionStore
from alliance.web.step_up import CONFIRMED_AT
from bench.bars import all_hold
from bench.pages.data import grow, load_demonstration, member_count
from bench.pages.pair import Cost, Profile, Target, compare, fresh, portal_and_peer, profile
from bench.pages.public import left_out, public_pages
from bench.pages.results import TITLE, UNCACHED, PageResults, PublicPage, bars, report
from bench.pages.serving import freshness, growth, throughput
from bench.results_page import PAGE, write_section
from portal.kernel.access import SYSTEM, acting_as

SIZES = (10, 50, 1_000)
LISTS = ("members", "reports", "publications")
DETAIL = "aurora-video"
_DETAIL_PATH = f"/en/members/{DETAIL}/"
_MEMBER = "alice@aurora-video.example"
_ROUNDS, _TIMES = 9, 20
_PUBLIC_TIMES = 5
_TRIES = 4


def measure(sizes: Sequence[int], folder: Path, rounds: int = _ROUNDS, times: int = _TIMES) -> PageResults:
    """Grow the alliance in steps; count the queries at each, and measure at the last."""
    with portal_and_peer(folder) as (portal, peer):
        queries, of_public = {}, {}
        for size in sizes:
            grow(size)
            # how many queries each page takes, without what is read again once a second by whichever page
            # comes next
            cookie, counts = signed_in(_MEMBER), {}
            asked = [(name, f"/en/{name}/") for name in LISTS]
            for name, path in [*asked, ("a member", _DETAIL_PATH), ("first page", "/workspace/")]:
                counts[name] = min(portal.count(address, cookie)[0] for address in fresh(path, _TRIES))
            queries[member_count()] = counts
            of_public[member_count()] = count_public(portal)
            print(f"{member_count():,} members: {queries[member_count()]}", flush=True)
        home = portal.cost(fresh("/workspace/", times), signed_in(_MEMBER))
        lists = [compare(name, f"/en/{name}/", portal, peer, rounds=rounds, times=times) for name in LISTS]
        detail = compare("a member", _DETAIL_PATH, portal, peer, rounds=rounds, times=times)
        return PageResults(
            queries,
            cached=compare(
                "the home page", "/en/", portal, peer, rounds=rounds, times=10 * times, again=True
            ),
            lists=lists,
            detail=detail,
            home=home,
            profiles=[
                *(
                    profile(pair, f"/en/{pair.name}/", portal, peer)
                    for pair in lists
                    if pair.ratio < UNCACHED
                ),
                profile(detail, _DETAIL_PATH, portal, peer),
                profile_first_page(portal, home),
            ],
            public=measure_public(portal, of_public),
            left_out=left_out(DETAIL),
        )


def profile_first_page(portal: Target, cost: Cost) -> Profile:
    """What a member's first page costs is for, and what each of its queries is about; it has no peer."""
    cookie = signed_in(_MEMBER)
    asked = min((portal.queries(each, cookie=cookie) for each in fresh("/workspace/", _TRIES)), key=len)
    spent = portal.profile(fresh("/workspace/", _TIMES), cookie)
    return Profile("a member's first page", asked, spent.scaled(cost.ms, cost.database_ms))


def count_public(portal: Target) -> dict[str, int]:
    """How many queries each public page takes: the fewest of some tries. What has no page here is left out."""
    counts = {}
    for name, address in public_pages(DETAIL):
        with suppress(ValueError):
            counts[name] = min(portal.count(each, "")[0] for each in fresh(address, _TRIES))
    return counts


def measure_public(portal: Target, queries: Mapping[int, Mapping[str, int]]) -> list[PublicPage]:
    """What each of these public pages costs now; `queries` are those of each size."""
    last = list(queries.values())[-1]
    return [
        PublicPage(
            name, portal.cost(fresh(address, _PUBLIC_TIMES)), [each.get(name) for each in queries.values()]
        )
        for name, address in public_pages(DETAIL)
        if name in last
    ]


def signed_in(email: str) -> str:
    """A cookie of somebody who has just signed in: acts of weight do not ask again who it is."""
    with acting_as(SYSTEM):
        person, session = Person.objects.get(email=email), SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[CONFIRMED_AT] = time.time()
    session.save()
    return f"session={session.session_key}"


def main(arguments: Sequence[str]) -> int:
    """Build the demonstration, measure, and write the section; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench pages", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="members, growing")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often each is asked in turn")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    folder = Path(os.environ["PORTAL_DATA_DIR"])
    call_command("collectstatic", verbosity=0, interactive=False)
    load_demonstration()
    figures = measure(options.sizes, folder, options.rounds)
    figures.served, figures.fresh_after = throughput(folder), freshness(folder)
    figures.growth, figures.query_cost = growth(folder)
    print(write_section(TITLE, report(figures), options.report))
    return 0 if all_hold(bars(figures)) else 1

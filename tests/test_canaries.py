"""Nothing confidential reaches anybody it is not for: a canary in each field, looked for through every door."""

import io
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import translation

from alliance.models import Person
from alliance.queries.public.report_editions import report_edition
from alliance.services.documents import request_public_report
from tests.policy import LINES
from tests.support.canaries import AUDIENCE, leaks
from tests.support.crawling import crawl
from tests.support.jobs import do_all_jobs
from tests.support.public_addresses import every_address
from tests.support.visitors import Seen, Visitors
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("undone")

PUBLIC = ("/en/", "/ru/")
WALKERS = ("vera", "alice", "sven", "bob", "carol", "rita", "mona", "otto", "petra", "selma", "emil", "ines")
Walks = Mapping[str, Mapping[str, Seen]]


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """What production would write to its log, from the first request of the walk to the last."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    lines = dict(settings.LOGGING["formatters"]["lines"])
    handler.setFormatter(lines.pop("()")(**lines))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module")
def letters(world: World) -> list[Any]:
    """Everything that is owed is done: the PDFs of the public report are built, and the letters written."""
    edition = report_edition("aurora-video", "2023-h2")
    assert edition is not None
    for language, _name in settings.LANGUAGES:
        request_public_report(edition, language)
    mail.outbox = []
    with translation.override("en"):
        do_all_jobs()
    return list(mail.outbox)


@pytest.fixture(scope="module")
def walks(world: World, letters: list[Any], visitors: Visitors, log: io.StringIO) -> Walks:
    """Every page, file and feed that each of them gets."""
    known = [
        reverse(line.route, kwargs={**(world[line.place] if line.place else {}), **line.also}) + line.query
        for line in LINES
    ]
    found = {name: crawl(visitors, name, known, avoid=PUBLIC) for name in WALKERS if name != "vera"}
    return {**found, "vera": crawl(visitors, "vera", [*known, *every_address(), "/en/no-such-page/"])}


def text_of(seen: Seen) -> str:
    return f"{seen.headers} {seen.text}"


def caught(walk: Mapping[str, Seen], others: tuple[str, ...] = ()) -> dict[str, str]:
    """The canaries of a walk, each with an address that it sang at."""
    return {name: url for url, seen in walk.items() for name in leaks(text_of(seen), others)}


def test_what_could_leak_is_really_shown_to_those_it_is_for(walks: Walks) -> None:
    shown = {name: {who for who in audience if name in caught(walks[who])} for name, audience in AUDIENCE.items()}

    assert {name for name, seen_by in shown.items() if not seen_by} == set()


@pytest.mark.parametrize("name", WALKERS)
def test_nobody_reads_what_is_not_for_them(walks: Walks, name: str) -> None:
    found = caught(walks[name])

    assert {field: url for field, url in found.items() if name not in AUDIENCE.get(field, ())} == {}


@pytest.mark.parametrize("name", ["vera", "carol", "petra", "selma", "emil", "ines"])
def test_nobody_outside_reads_addresses_of_people(walks: Walks, name: str) -> None:
    own = f"{name}@"
    addresses = tuple(email for email in Person.objects.values_list("email", flat=True) if not email.startswith(own))

    assert len(addresses) >= 10
    assert {email: url for email, url in caught(walks[name], addresses).items() if email in addresses} == {}


def test_the_walk_goes_everywhere(walks: Walks) -> None:
    pages = {name: sum(seen.status == 200 for seen in walk.values()) for name, walk in walks.items()}

    assert min(pages["vera"], pages["alice"], pages["mona"]) > 60
    assert {seen.status for walk in walks.values() for seen in walk.values()} <= {200, 301, 302, 403, 404, 405}


def test_zz(walks: Walks) -> None:
    from collections import Counter
    print("COUNTS", {n: (len(w), Counter(s.status for s in w.values())) for n, w in walks.items()})
    print([u for u in walks["vera"]][:400])
    print([u for u in walks["alice"]])

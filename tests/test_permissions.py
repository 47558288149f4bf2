"""Every route and method against the policy table: one set of answers for each line, judged for all that must hold.

By default one actor answers for all who get the same letter (tests/policy/sampling.py); `--full` asks everybody by GET
and by POST. Who may do what and who sees what is asked of the functions themselves, for everybody, in each run:
tests/test_rules.py.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.policy import ACCOUNTS, ACTORS, EXEMPT, PUBLIC, SECRETARIAT, SUBJECTS, WORKSPACE, Case
from tests.policy import CASES as policy_CASES
from tests.policy.rows import LEGEND
from tests.policy.sampling import actors_to_ask, asks_closely, strangest
from tests.support.answer_checks import CheckedAnswer, faults
from tests.support.missing import missing_url_kwargs
from tests.support.routes import route_names
from tests.support.shares import Share
from tests.support.visitors import SignedInClients
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("rollback")

METHODS = ("GET", "POST")
CASES = [(line, method) for line in policy_CASES for method in METHODS]
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
# Files of the open data, which pages of other sites may read: a browser asks first whether they may.
ASKED_FROM_OTHER_SITES = ("data-file", "data-catalogue", "data-package")


def address(line: Case, place: Mapping[str, Any]) -> str:
    return reverse(line.route, kwargs={**place, **line.extra_kwargs}) + line.query


def place_of(world: World, line: Case) -> Mapping[str, Any]:
    return world[line.object_name] if line.object_name else {}


def checked_answers(
    world: World, visitors: SignedInClients, line: Case, *, full: bool
) -> Iterator[CheckedAnswer]:
    """What each actor who is asked gets; where nothing should be, also the answer for a record that does not exist."""
    place = place_of(world, line)
    for method in METHODS:
        cache.clear()  # limits count everybody here as one address
        expected = line.expected(method)
        asked = actors_to_ask(line, method, full=full)
        hidden_from = [name for name in asked if line.object_name and expected[name] == "4"]
        closely = strangest(hidden_from) if full or asks_closely(line, method) else ()
        for name in asked:
            seen = visitors.ask(name, method, address(line, place), line.post_data())
            twin = None
            if name in closely:
                twin = visitors.ask(
                    name, method, address(line, missing_url_kwargs(dict(place))), line.post_data()
                )
            yield CheckedAnswer(line, method, name, seen, twin)


@pytest.mark.parametrize("line", policy_CASES, ids=str)
def test_every_answer_is_as_its_line_says(
    world: World, visitors: SignedInClients, full: bool, share: Share, line: Case
) -> None:
    answers = list(checked_answers(world, visitors, line, full=full and share.has(str(line))))

    assert [fault for answer in answers for fault in faults(answer)] == []
    assert head_faults(visitors, address(line, place_of(world, line)), answers) == []


def head_faults(visitors: SignedInClients, url: str, answers: list[CheckedAnswer]) -> list[str]:
    """Where HEAD answers otherwise than GET did: for every third line, each time of another actor.

    A view answers both by the same code, and only the body is left out on the way.
    """
    cache.clear()
    got = [answer for answer in answers if answer.method == "GET"]
    turn = crc32(url.encode()) % (3 * len(got))
    chosen = got[turn : turn + 1]
    heads = [(answer, visitors.ask(answer.name, "HEAD", url)) for answer in chosen]
    return [
        f"HEAD as {answer.name}: {head.status}, {len(head.body)} bytes"
        for answer, head in heads
        if (head.status, head.location, head.body) != (answer.response.status, answer.response.location, b"")
    ]


def test_no_page_takes_another_method(world: World, visitors: SignedInClients, full: bool) -> None:
    """By default every fourth line is asked one of the methods, and so all are asked: they are refused by a middleware
    before the address is looked up, so the answer depends neither on the row nor on the actor."""
    answers = {
        (str(line), method): visitors.ask("mona", method, address(line, place_of(world, line))).status
        for number, line in enumerate(policy_CASES if full else policy_CASES[::4])
        for method in (OTHER_METHODS if full else [OTHER_METHODS[number % len(OTHER_METHODS)]])
        if not (method == "OPTIONS" and line.route in ASKED_FROM_OTHER_SITES)
    }

    assert {pair: status for pair, status in answers.items() if status != 405} == {}


def test_only_open_data_answers_a_browser_that_asks_for_another_site(
    world: World, visitors: SignedInClients
) -> None:
    answers = {
        line.route: visitors.ask("mona", "OPTIONS", address(line, place_of(world, line))).status
        for line in policy_CASES
        if line.route in ASKED_FROM_OTHER_SITES
    }

    assert answers == dict.fromkeys(ASKED_FROM_OTHER_SITES, 204)


# --- The table itself ------------------------------------------------------------------------


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    pages = {name for name in route_names() if not name.startswith("api:")}  # the API has a table of its own
    routes, listed = pages, {line.route for line in policy_CASES}

    assert routes - listed - set(EXEMPT) == set(), "these routes have no line in tests/policy/"
    assert (listed | set(EXEMPT)) - routes == set(), "these lines have no route any more"
    assert [route for route, reason in EXEMPT.items() if not reason.strip()] == []


def test_every_line_of_the_table_is_exercised(request: pytest.FixtureRequest) -> None:
    """Each line stands in this run; a selection by name or place may leave some out."""
    chosen = request.config.option.keyword or any("::" in argument for argument in request.config.args)
    check = test_every_answer_is_as_its_line_says
    items = [item for item in request.session.items if getattr(item, "function", None) is check]
    exercised = {str(item.callspec.params["line"]) for item in items}

    assert chosen or exercised == {str(line) for line in policy_CASES}
    assert len({str(line) for line in policy_CASES}) == len(policy_CASES)


def test_every_module_of_the_table_explains_its_letters() -> None:
    assert [subject.__name__ for subject in SUBJECTS if LEGEND not in (subject.__doc__ or "")] == []


# --- Who is asked ----------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [ACCOUNTS, PUBLIC, WORKSPACE, SECRETARIAT])
def test_everybody_is_asked_in_every_part(lines: tuple[Case, ...]) -> None:
    actors = {name for line in lines for method in METHODS for name in actors_to_ask(line, method)}

    assert actors == set(ACTORS)


def test_every_letter_of_a_line_is_asked_and_what_is_hidden_twice() -> None:
    for line, method in CASES:
        expected = line.expected(method)
        letters = [expected[name] for name in actors_to_ask(line, method)]

        assert set(letters) == set(expected.values()), line
        if asks_closely(line, method):
            assert letters.count("4") >= min(2, list(expected.values()).count("4")), line


def test_a_colleague_is_asked_for_what_is_one_persons_own() -> None:
    own = [line for line in policy_CASES if "o44" in line.get]

    assert [str(line) for line in own if not {"sven", "bob"} & set(actors_to_ask(line, "GET"))] == []
    assert own


def test_with_full_everybody_is_asked_everything() -> None:
    assert {actors_to_ask(line, method, full=True) for line, method in CASES} == {ACTORS}

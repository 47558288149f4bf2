"""Every route of the API, method and actor against the policy table; what is hidden looks like what is missing."""

from typing import Any

import pytest
from django.urls import reverse

from tests.policy.api import ACTORS, API_LINES, ApiLine
from tests.support.bearers import Bearers, bare
from tests.support.places import missing_place
from tests.support.routes import route_names
from tests.support.visitors import Seen
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("undone")

LETTERS = {
    200: "o", 201: "c", 204: "-", 401: "u", 403: "3", 404: "4", 405: "5", 409: "9", 412: "7", 422: "2", 428: "8",
}  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CASES = [pytest.param(line, method, id=f"{line}-{method}") for line in API_LINES for method in line.methods]
HIDDEN = [
    pytest.param(line, method, id=f"{line}-{method}")
    for line in API_LINES
    for method in line.methods
    if line.place and "4" in line.expected(method).values()
]


def place_of(world: World, line: ApiLine) -> dict[str, Any]:
    return world[line.place] if line.place else {}


def address(line: ApiLine, place: dict[str, Any]) -> str:
    return reverse(line.route, kwargs={**place, **line.also}) + line.query


def ask(bearers: Bearers, name: str, line: ApiLine, method: str, place: dict[str, Any]) -> Seen:
    return bearers.ask(name, method, address(line, place), line.sent(), line.headers)


@pytest.mark.parametrize(("line", "method"), CASES)
def test_everybody_gets_what_the_table_says(
    world: World, bearers: Bearers, line: ApiLine, method: str
) -> None:
    place = place_of(world, line)

    found = {name: LETTERS[ask(bearers, name, line, method, place).status] for name in ACTORS}

    assert found == line.expected(method)


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    routes = {name for name in route_names() if name.startswith("api:")}
    listed = {line.route for line in API_LINES}

    assert routes - listed == set(), "these routes have no line in tests/policy/api.py"
    assert listed - routes == set(), "these lines have no route any more"
    assert len({str(line) for line in API_LINES}) == len(API_LINES)


@pytest.mark.parametrize(("line", "method"), HIDDEN)
def test_what_is_hidden_answers_like_what_is_missing(
    world: World, bearers: Bearers, line: ApiLine, method: str
) -> None:
    """Byte for byte, headers too; only the id of the request is its own."""
    there, missing = place_of(world, line), missing_place(place_of(world, line))
    hidden_from = [name for name, letter in line.expected(method).items() if letter == "4"]

    answers = {
        name: [ask(bearers, name, line, method, one) for one in (there, missing)] for name in hidden_from
    }

    assert [name for name, (one, other) in answers.items() if bare(one) != bare(other)] == []


@pytest.mark.parametrize("line", API_LINES, ids=str)
def test_no_route_takes_another_method(world: World, bearers: Bearers, line: ApiLine) -> None:
    known = {method for other in API_LINES if other.route == line.route for method in other.methods}
    others = [method for method in METHODS if method not in known]

    answers = {
        ask(bearers, "mona", line, method, place_of(world, line)).status for method in (*others, "TRACE")
    }

    assert answers == {405}


@pytest.mark.parametrize("line", API_LINES, ids=str)
def test_no_session_opens_anything(world: World, bearers: Bearers, line: ApiLine, client: Any) -> None:
    client.force_login(world.people["sven"])
    url = address(line, place_of(world, line))

    with_session = client.get(url)

    assert LETTERS[with_session.status_code] == line.expected("GET").get("vera", "")
    assert not with_session.cookies

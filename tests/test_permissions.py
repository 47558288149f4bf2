"""Every route, method and actor against the policy table; what must not be seen looks like what is not there."""

from typing import Any

import pytest
from django.urls import reverse

from tests.policy import ACTORS, EXEMPT, LINES, SUBJECTS, Line
from tests.policy.rows import LEGEND
from tests.support.places import missing_place
from tests.support.routes import route_names
from tests.support.visitors import Seen, Visitors
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("undone")

LETTERS = {200: "o", 403: "3", 404: "4", 405: "5", 409: "9", 422: "2"}
CASES = [pytest.param(line, method, id=f"{line}-{method}") for line in LINES for method in ("GET", "POST")]
# of things that somebody sees, to those who do not
HIDDEN = [
    pytest.param(line, method, id=f"{line}-{method}")
    for line in LINES
    for method in ("GET", "POST")
    if line.place and "4" in line.expected(method).values()
]


def address(line: Line, place: dict[str, Any]) -> str:
    return reverse(line.route, kwargs={**place, **line.also}) + line.query


def place_of(world: World, line: Line) -> dict[str, Any]:
    return world[line.place] if line.place else {}


def outcome(seen: Seen) -> str:
    """The letter of the table for an answer."""
    if seen.status in (301, 302):
        return "L" if seen.location.startswith("/accounts/login/?next=") else ">"
    return LETTERS[seen.status]


@pytest.mark.parametrize(("line", "method"), CASES)
def test_everybody_gets_what_the_table_says(
    world: World, visitors: Visitors, line: Line, method: str
) -> None:
    url = address(line, place_of(world, line))

    found = {name: outcome(visitors.ask(name, method, url, line.posted())) for name in ACTORS}

    assert found == line.expected(method)


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    pages = {name for name in route_names() if not name.startswith("api:")}  # the API has a table of its own
    routes, listed = pages, {line.route for line in LINES}

    assert routes - listed - set(EXEMPT) == set(), "these routes have no line in tests/policy/"
    assert (listed | set(EXEMPT)) - routes == set(), "these lines have no route any more"
    assert [route for route, reason in EXEMPT.items() if not reason.strip()] == []


def test_every_line_of_the_table_is_exercised(request: pytest.FixtureRequest) -> None:
    """Both methods of each line stand in this run; a selection by name or place may leave some out."""
    chosen = request.config.option.keyword or any("::" in argument for argument in request.config.args)
    asked = test_everybody_gets_what_the_table_says
    items = [item for item in request.session.items if getattr(item, "function", None) is asked]
    exercised = {(str(item.callspec.params["line"]), item.callspec.params["method"]) for item in items}  # type: ignore[attr-defined]  # parametrised

    assert chosen or exercised == {(str(line), method) for line in LINES for method in ("GET", "POST")}
    assert len({str(line) for line in LINES}) == len(LINES)


def test_every_module_of_the_table_explains_its_letters() -> None:
    assert [subject.__name__ for subject in SUBJECTS if LEGEND not in (subject.__doc__ or "")] == []


@pytest.mark.parametrize(("line", "method"), HIDDEN)
def test_what_is_hidden_answers_like_what_is_missing(
    world: World, visitors: Visitors, line: Line, method: str
) -> None:
    """Byte for byte, headers too: nothing is taken out before they are compared."""
    there, missing = place_of(world, line), missing_place(place_of(world, line))
    hidden_from = [name for name, letter in line.expected(method).items() if letter == "4"]

    answers = {
        name: [visitors.ask(name, method, address(line, place), line.posted()) for place in (there, missing)]
        for name in hidden_from
    }

    assert [name for name, (one, other) in answers.items() if one != other] == []
    assert [name for name, (one, _other) in answers.items() if b"csrf" in one.body or one.cookies] == []


@pytest.mark.parametrize("line", LINES, ids=str)
def test_no_route_takes_another_method(world: World, visitors: Visitors, line: Line) -> None:
    url = address(line, place_of(world, line))
    methods = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

    assert {visitors.ask("mona", method, url).status for method in methods} == {405}


@pytest.mark.parametrize("line", LINES, ids=str)
def test_head_answers_as_get_does_without_a_body(world: World, visitors: Visitors, line: Line) -> None:
    url, expected = address(line, place_of(world, line)), line.expected("GET")
    somebody = next((name for name, letter in expected.items() if letter == "o"), "sven")

    heads = {name: visitors.ask(name, "HEAD", url) for name in ("vera", somebody)}

    assert {name: outcome(seen) for name, seen in heads.items()} == {name: expected[name] for name in heads}
    assert {seen.body for seen in heads.values()} == {b""}

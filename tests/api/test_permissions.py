"""Every route of the API and method against the policy table: one set of answers, judged for all that must hold.

By default one actor answers for all who get the same letter (tests/policy/sampling.py); `--full` asks everybody.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import resolve, reverse

from tests.policy import api_desk, api_practices, api_readers, api_reports
from tests.policy.api import ACTORS, API_CASES, ApiCase
from tests.policy.api_rows import LEGEND
from tests.policy.sampling import actors_to_ask
from tests.support import api_contract
from tests.support.bearers import Bearers, comparable
from tests.support.canaries import AUDIENCE, leaks
from tests.support.missing import missing_url_kwargs
from tests.support.routes import route_names
from tests.support.visitors import CapturedAnswer
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("rollback")

LETTERS = {
    200: "o", 201: "c", 204: "-", 401: "u", 403: "3", 404: "4", 405: "5", 409: "9", 412: "7", 422: "2", 428: "8",
}  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CASES = [(line, method) for line in API_CASES for method in line.methods]
# one line for each route: what follows from the route alone is asked once
ROUTES = {line.route: line for line in reversed(API_CASES)}


@pytest.fixture(scope="module")
def operations(world: World) -> dict[str, Any]:
    return api_contract.operations(api_contract.read_schema())


def place_of(world: World, line: ApiCase) -> Mapping[str, Any]:
    return world[line.object_name] if line.object_name else {}


def address(line: ApiCase, place: Mapping[str, Any]) -> str:
    return reverse(line.route, kwargs={**place, **line.extra_kwargs}) + line.query


def ask(bearers: Bearers, name: str, line: ApiCase, method: str, place: Mapping[str, Any]) -> CapturedAnswer:
    return bearers.ask(name, method, address(line, place), line.request_body(), line.headers)


@pytest.mark.parametrize("line", API_CASES, ids=str)
def test_every_answer_is_as_its_line_says(
    world: World, bearers: Bearers, operations: dict[str, Any], full: bool, line: ApiCase
) -> None:
    faults = [
        f"{method} as {name}: {fault}"
        for method in line.methods
        for name in actors_to_ask(line, method, full=full)
        for fault in faults_of(world, bearers, operations, line, method, name)
    ]

    assert faults == []


def faults_of(
    world: World, bearers: Bearers, operations: dict[str, Any], line: ApiCase, method: str, name: str
) -> Iterator[str]:
    """What is wrong with one answer: its letter, what it shows, what the schema says of it, how it hides."""
    place, expected = place_of(world, line), line.expected(method)[name]
    captured_answer = ask(bearers, name, line, method, place)
    if LETTERS[captured_answer.status] != expected:
        yield f"answers {LETTERS[captured_answer.status]} where the table says {expected}"
    for field in sorted(leaks(f"{dict(captured_answer.headers)} {captured_answer.text}")):
        if name not in AUDIENCE.get(field, ()):
            yield f"shows {field}"
    if captured_answer.cookies:
        yield "sets a cookie"
    operation = api_contract.operation_at(operations, method, address(line, place))
    if operation is not None:
        yield from api_contract.faults_of(operation, address(line, place), captured_answer)
    if expected == "4" and line.object_name:
        missing = ask(bearers, name, line, method, missing_url_kwargs(dict(place)))
        if comparable(captured_answer) != comparable(
            missing
        ):  # byte for byte, headers too; only the id of the request is its own
            yield "what is hidden does not answer like what is missing"


def test_no_route_takes_another_method(world: World, bearers: Bearers, full: bool) -> None:
    """What a route takes is written in its class, and refused before anything else is looked at: so it is asked once
    for each route, by default one method of those that its class has nothing for."""
    answers = {}
    for number, (route, line) in enumerate(ROUTES.items()):
        url, known = address(line, place_of(world, line)), methods_of(route)
        others = [method for method in (*METHODS, "TRACE") if method not in known]
        assert [method for method in others if handles(url, method)] == [], route
        for method in others if full else [others[number % len(others)]]:
            cache.clear()  # with it what was spent of the limits
            answers[route, method] = bearers.ask(
                "mona", method, url, line.request_body(), line.headers
            ).status

    assert {pair: status for pair, status in answers.items() if status != 405} == {}


def methods_of(route: str) -> set[str]:
    return {method for line in API_CASES if line.route == route for method in line.methods}


def handles(url: str, method: str) -> bool:
    """Whether the class of the view has something for the method."""
    view: Any = resolve(url.partition("?")[0]).func
    return hasattr(getattr(view, "cls", None), method.lower())


def test_no_session_opens_anything(world: World, bearers: Bearers, client: Any) -> None:
    """Who acts is found before any view, by the token alone: once for each route, without one."""
    client.force_login(world.people["sven"])
    answers = {}
    for route, line in ROUTES.items():
        answer = client.get(address(line, place_of(world, line)))
        answers[route] = (LETTERS[answer.status_code], bool(answer.cookies))

    assert answers == {route: (line.expected("GET")["vera"], False) for route, line in ROUTES.items()}


# --- The table itself ------------------------------------------------------------------------


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    routes = {name for name in route_names() if name.startswith("api:")}
    listed = {line.route for line in API_CASES}

    assert routes - listed == set(), "these routes have no line in tests/policy/api.py"
    assert listed - routes == set(), "these lines have no route any more"
    assert len({str(line) for line in API_CASES}) == len(API_CASES)


def test_every_operation_of_the_schema_is_in_the_table(world: World, operations: dict[str, Any]) -> None:
    matches = [
        api_contract.operation_at(operations, method, address(line, place_of(world, line)))
        for line, method in CASES
    ]

    assert set(operations) == {operation.label for operation in matches if operation is not None}


def test_every_module_of_the_table_explains_its_letters() -> None:
    assert [
        module.__name__
        for module in (api_desk, api_practices, api_readers, api_reports)
        if LEGEND not in (module.__doc__ or "")
    ] == []


def test_everybody_is_asked_and_every_letter() -> None:
    actors = {name for line, method in CASES for name in actors_to_ask(line, method)}

    assert actors == set(ACTORS)
    for line, method in CASES:
        expected = line.expected(method)
        assert {expected[name] for name in actors_to_ask(line, method)} == set(expected.values()), line

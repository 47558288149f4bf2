"""Every route, method and actor against the policy table; what must not be seen looks like what is not there."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.policy import ACTORS, EXEMPT, LINES, Line
from tests.support import database
from tests.support.visitors import Seen, Visitors
from tests.support.world import World, lock_out, make_world

METHODS = ("GET", "POST")
CASES = [pytest.param(line, method, id=f"{line}-{method}") for line in LINES for method in METHODS]
LETTERS = {200: "o", 403: "3", 404: "4", 405: "5", 409: "9", 422: "2"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, database_state: dict[str, bool]) -> Iterator[World]:
    """Made once, in a transaction that is never committed; each test gives back what it has changed."""
    with django_db_blocker.unblock():
        if database_state["touched"]:
            database.renew()
            database_state["touched"] = False
        with transaction.atomic():
            yield make_world()
            transaction.set_rollback(True)


@pytest.fixture(scope="module")
def visitors(world: World) -> Visitors:
    """Everybody signed in; only then some of them lose their access."""
    found = Visitors(world.people)
    lock_out(world)
    return found


@pytest.fixture(autouse=True)
def _undone(world: World, visitors: Visitors, django_db_blocker: Any) -> Iterator[None]:
    cache.clear()
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def address(world: World, line: Line) -> str:
    return reverse(line.route, kwargs={**(world[line.place] if line.place else {}), **line.also}) + line.query


def outcome(seen: Seen) -> str:
    """The letter of the table for an answer."""
    if seen.status in (301, 302):
        return "L" if seen.location.startswith("/accounts/login/?next=") else ">"
    return LETTERS[seen.status]


@pytest.mark.parametrize(("line", "method"), CASES)
def test_everybody_gets_what_the_table_says(world: World, visitors: Visitors, line: Line, method: str) -> None:
    url = address(world, line)

    found = {name: outcome(visitors.ask(name, method, url, line.posted())) for name in ACTORS}

    assert found == line.expected(method)

"""Scopes: an endpoint accepts the scope that it names for a method, and no other, for every holder of a token."""

from typing import Any
from zlib import crc32

import pytest
from django.urls import resolve, reverse

from portal.kernel.access import available_scopes
from tests.policy.api import API_CASES, ApiCase
from tests.support.bearers import Bearers, token_of
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("rollback")
OF_MEMBERS, OF_HOST = (
    [scope.name for scope in available_scopes(for_host=is_host)] for is_host in (False, True)
)
SCOPES = list(dict.fromkeys([*OF_MEMBERS, *OF_HOST]))
ROUTES = {(line.route, *line.methods): line for line in reversed(API_CASES)}


def scope_of(world: World, line: ApiCase, method: str) -> str:
    """The scope that the endpoint names; empty or `*` where none is needed."""
    view: Any = resolve(address_of(world, line)).func
    return str(view.cls.required_scopes.get(method, "")) if hasattr(view, "cls") else ""


def address_of(world: World, line: ApiCase) -> str:
    return reverse(
        line.route, kwargs={**(world[line.object_name] if line.object_name else {}), **line.extra_kwargs}
    )


@pytest.fixture(scope="module")
def single(world: World) -> dict[str, str]:
    """Tokens of one scope each: of Sven, who may do all that a member's person may, else of Mona at the desk."""
    return {
        scope: token_of(world.people["sven" if scope in OF_MEMBERS else "mona"], scope, name=f"only {scope}")
        for scope in SCOPES
    }


@pytest.mark.parametrize("line", ROUTES.values(), ids=str)
def test_a_token_of_another_scope_learns_which_it_needs(
    world: World, bearers: Bearers, single: dict[str, str], full: bool, line: ApiCase
) -> None:
    """The scope is written in the class of the view: once for each route, by default with one other scope."""
    url = address_of(world, line) + line.query
    for method in line.methods:
        needed = scope_of(world, line, method)
        others = [scope for scope in SCOPES if scope != needed]
        scopes = [needed, *(others if full else [others[crc32(url.encode()) % len(others)]])]
        for scope in scopes if needed not in ("", "*") else ():
            answer = bearers.ask_with(single[scope], method, url, line.request_body(), line.headers)

            if scope == needed:
                assert "/problems/scope/" not in answer.text
            else:
                assert answer.status == 403
                assert "/problems/scope/" in answer.text
                assert f"“{needed}”" in answer.text


def test_every_private_address_names_a_known_scope(world: World) -> None:
    named = {scope_of(world, line, method) for line in API_CASES for method in line.methods}

    assert named <= {"", "*", *SCOPES}
    assert named >= set(SCOPES)

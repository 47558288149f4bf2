"""Every address of the API that takes a write refuses a field that it does not list, by name."""

import pytest

from tests.api.test_permissions import address, place_of
from tests.policy.api import API_CASES, ApiCase
from tests.support.bearers import Bearers
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("rollback")

FIELD = "is_superuser"
TAKEN = "oc-29"  # the letters of who may write, also where what the line sends comes too late
# what a DELETE carries means nothing (RFC 9110, 9.3.5)
WRITES = [(line, method) for line in API_CASES for method in line.methods if method not in ("GET", "DELETE")]


def ids(value: object) -> str:
    return str(value)


@pytest.mark.parametrize(("line", "method"), WRITES, ids=ids)
def test_a_field_that_nobody_asked_for_is_refused_by_name(
    world: World, bearers: Bearers, line: ApiCase, method: str
) -> None:
    expected = line.expected(method)
    names = [name for name, letter in expected.items() if letter in TAKEN]
    assert names, "nobody may write here"

    body = {**(line.request_body() or {}), FIELD: "1"}
    answer = bearers.ask(names[0], method, address(line, place_of(world, line)), body, line.headers)

    assert answer.status in (400, 422)
    assert FIELD in answer.text

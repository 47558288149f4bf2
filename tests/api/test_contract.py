"""Every operation of the schema with what nobody thought of: nothing breaks, and no answer is untold by the schema.

What is asked in earnest, by everybody, is held to the schema in test_permissions.py.
"""

from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans

from tests.support import api_contract
from tests.support.bearers import Bearers
from tests.support.world import World

# a member's person and the secretariat's who may do most; the others are asked with --full
ROLES = ("sven", "mona")
OTHERS = ("vera", "alice", "bob", "carol", "rita", "otto", "petra", "selma")
EXAMPLES, ALL_EXAMPLES = 3, 12

# the schema takes seconds to read: once, in one process
pytestmark = [pytest.mark.usefixtures("rollback"), pytest.mark.xdist_group("schema")]


@pytest.fixture(scope="module")
def operations(world: Any) -> dict[str, Any]:
    return api_contract.operations()


@pytest.fixture(scope="module")
def places(world: World) -> dict[str, Any]:
    """What half of the requests is about: Aurora's report in draft."""
    named = ("report.pledge", "report.measure", "api.figure", "api.evidence", "api.question", "receipt")
    values = {name: value for place in named for name, value in world[place].items()}
    return {**values, "indicator": "search-story", **world["report"]}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "role" in metafunc.fixturenames:
        metafunc.parametrize("role", [*ROLES, *OTHERS] if metafunc.config.getoption("--full") else ROLES)


def test_every_answer_is_in_the_schema(
    operations: dict[str, Any], bearers: Bearers, places: dict[str, Any], full: bool, role: str
) -> None:
    """By default half of the operations as one of the two roles, half as the other; with `--full` all as everybody."""
    limits = {"API_REQUESTS_PER_TOKEN": 10**9, "API_REQUESTS_PER_ADDRESS": 10**9}
    every = list(operations.values())
    for operation in every if full else every[ROLES.index(role) :: len(ROLES)]:

        @settings(
            max_examples=ALL_EXAMPLES if full else EXAMPLES, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(), there=booleans())
        def holds(case: Any, there: bool) -> None:
            api_contract.check_case(case, bearers.tokens[role], places if there else None)

        with override_settings(**limits):
            holds()

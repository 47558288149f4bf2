"""Every operation of the schema as each role: nothing breaks, and nothing is answered that the schema does not tell."""

from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans

from tests.support import contracts
from tests.support.bearers import Bearers
from tests.support.world import World

# another role is one more name here; another operation comes by itself
ROLES = ("vera", "alice", "sven", "bob", "carol", "rita", "mona", "otto", "petra", "selma")
EXAMPLES = 12

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def operations(world: Any) -> dict[str, Any]:
    return contracts.operations()


@pytest.fixture(scope="module")
def places(world: World) -> dict[str, Any]:
    """What half of the requests is about: Aurora's report in draft."""
    named = ("report.pledge", "report.measure", "api.figure", "api.evidence", "api.question", "receipt")
    found = {name: value for place in named for name, value in world[place].items()}
    return {**found, "indicator": "search-story", **world["report"]}


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_in_the_schema(
    operations: dict[str, Any], bearers: Bearers, places: dict[str, Any], role: str
) -> None:
    limits = {"API_REQUESTS_PER_TOKEN": 10**9, "API_REQUESTS_PER_ADDRESS": 10**9}
    for operation in operations.values():

        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(), there=booleans())
        def holds(case: Any, there: bool) -> None:
            contracts.hold(case, bearers.tokens[role], places if there else None)

        with override_settings(**limits):
            holds()

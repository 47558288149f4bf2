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
OPTIONS = settings(
    deadline=None,
    derandomize=True,
    database=None,
    stateful_step_count=8,
    suppress_health_check=list(HealthCheck),
)
LIMITS = {"API_REQUESTS_PER_TOKEN": 10**9, "API_REQUESTS_PER_ADDRESS": 10**9}

# the schema takes seconds to read: once, in one process
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("rollback"), pytest.mark.xdist_group("schema")]


@pytest.fixture(scope="module")
def schema(world: Any) -> Any:
    return api_contract.read_schema()


@pytest.fixture(scope="module")
def operations(schema: Any) -> dict[str, Any]:
    return api_contract.operations(schema)


@pytest.fixture(scope="module")
def places(world: World) -> dict[str, Any]:
    """What half of the requests is about: Aurora's report in draft."""
    named = ("report.pledge", "report.measure", "api.figure", "api.evidence", "api.question", "receipt")
    values = {name: value for place in named for name, value in world[place].items()}
    return {**values, "indicator": "search-story", **world["report"]}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "role" in metafunc.fixturenames:
        metafunc.parametrize("role", [*ROLES, *OTHERS] if metafunc.config.getoption("--full") else ROLES)


@pytest.fixture(scope="module")
def examples(request: pytest.FixtureRequest, full: bool) -> int:
    """How many requests are made up for an operation: as many as `--examples` says."""
    return int(request.config.getoption("--examples")) or (ALL_EXAMPLES if full else EXAMPLES)


def test_every_answer_is_in_the_schema(
    operations: dict[str, Any],
    bearers: Bearers,
    places: dict[str, Any],
    full: bool,
    examples: int,
    role: str,
) -> None:
    """Each operation as one of the two roles; with `--full` as two of the ten, who take turns."""
    every = list(operations.values())
    roles = [*ROLES, *OTHERS] if full else ROLES
    turns = len(roles) // 2 if full else len(roles)
    for operation in every[roles.index(role) % turns :: turns]:

        @settings(OPTIONS, max_examples=examples)
        @given(case=operation.as_strategy(), there=booleans())
        def holds(case: Any, there: bool) -> None:
            api_contract.check_case(case, bearers.tokens[role], places if there else None)

        with override_settings(**LIMITS):
            holds()


def test_every_answer_of_a_sequence_is_in_the_schema(
    schema: Any, bearers: Bearers, examples: int, role: str
) -> None:
    """What an answer names is asked for next; by default few sequences, as the two roles."""
    with override_settings(**LIMITS):
        statuses = api_contract.follow_answers(
            schema, bearers.tokens[role], settings(OPTIONS, max_examples=examples)
        )

    assert sum(statuses.values()) > examples

"""Nothing confidential comes through the API to anybody it is not for."""

from collections.abc import Callable
from functools import cache

import pytest
from django.urls import reverse

from tests.policy.api import API_CASES
from tests.support.bearers import Bearers
from tests.support.canaries import AUDIENCE, leaks
from tests.support.world import World

# what one person reads is asked for once, and two tests look it through
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("rollback"), pytest.mark.xdist_group("api canaries")]
# the public, the member, the rival, the secretariat, the partner; each answer of the policy table is looked through
# in test_permissions.py, for the others too
READERS = ("vera", "alice", "carol", "mona", "petra")
OTHERS = ("bob", "rita", "selma", "emil")


Walk = Callable[[str], dict[str, str]]


@pytest.fixture(scope="module")
def canaries_read(world: World, bearers: Bearers) -> Walk:
    """The canaries of everything that a person's program can read, each with an address; read once."""

    @cache
    def walk(name: str) -> dict[str, str]:
        leaked: dict[str, str] = {}
        for line in API_CASES:
            place = {**(world[line.object_name] if line.object_name else {}), **line.extra_kwargs}
            url = reverse(line.route, kwargs=place) + line.query
            seen = bearers.ask(name, "GET", url)
            leaked |= dict.fromkeys(leaks(f"{seen.headers} {seen.text}", ()), url)
        return leaked

    return walk


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", [*READERS, *OTHERS] if metafunc.config.getoption("--full") else READERS)


def test_no_program_reads_what_is_not_for_its_owner(canaries_read: Walk, name: str) -> None:
    assert {
        field: url for field, url in canaries_read(name).items() if name not in AUDIENCE.get(field, ())
    } == {}


def test_a_working_copy_is_read_by_its_own_and_by_nobody_else(canaries_read: Walk) -> None:
    drafts = {"answer", "pledge-answer", "figure-note", "draft-evidence"}

    assert drafts <= set(canaries_read("alice"))
    assert not drafts & set(canaries_read("mona"))

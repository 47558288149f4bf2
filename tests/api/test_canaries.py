"""Nothing confidential comes through the API to anybody it is not for."""

import pytest
from django.urls import reverse

from tests.policy.api import API_LINES
from tests.support.bearers import Bearers
from tests.support.canaries import AUDIENCE, leaks
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("undone")
READERS = ("vera", "alice", "bob", "carol", "rita", "mona", "petra", "selma", "emil")


def sung(world: World, bearers: Bearers, name: str) -> dict[str, str]:
    """The canaries of everything that this person's program can read, each with an address."""
    found = {}
    for line in API_LINES:
        place = {**(world[line.place] if line.place else {}), **line.also}
        url = reverse(line.route, kwargs=place) + line.query
        seen = bearers.ask(name, "GET", url)
        found |= dict.fromkeys(leaks(f"{seen.headers} {seen.text}", ()), url)
    return found


@pytest.mark.parametrize("name", READERS)
def test_no_program_reads_what_is_not_for_its_owner(world: World, bearers: Bearers, name: str) -> None:
    found = sung(world, bearers, name)

    assert {field: url for field, url in found.items() if name not in AUDIENCE.get(field, ())} == {}


def test_a_working_copy_is_read_by_its_own_and_by_nobody_else(world: World, bearers: Bearers) -> None:
    drafts = {"answer", "pledge-answer", "figure-note", "draft-evidence"}

    assert drafts <= set(sung(world, bearers, "alice"))
    assert not drafts & set(sung(world, bearers, "mona"))

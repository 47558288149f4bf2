"""What tests of the API may ask for."""

import pytest

from tests.support.bearers import Bearers
from tests.support.world import World, lock_out


@pytest.fixture(scope="module")
def bearers(world: World) -> Bearers:
    """A token for everybody of the world; only then some of them lose their access."""
    bearers = Bearers(world.people)
    lock_out(world)
    return bearers

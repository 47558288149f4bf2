"""When a schema counts as another one."""

import pytest

from portal.local.data import SCHEMA_SOURCES
from portal.local.environment import ROOT


@pytest.mark.parametrize("pattern", SCHEMA_SOURCES)
def test_every_source_of_the_schema_is_there(pattern: str) -> None:
    """A file that was moved would be left out of the digest in silence, and an old database be taken for a new one."""
    assert list(ROOT.glob(pattern))

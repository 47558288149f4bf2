"""What tests of the services may ask for."""

from collections.abc import Iterator

import pytest

from portal.kernel.access import SYSTEM, acting_as


@pytest.fixture
def row_security_open(db: None) -> Iterator[None]:
    """The services alone are tested; row-level security has tests of its own."""
    with acting_as(SYSTEM):
        yield

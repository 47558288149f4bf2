"""What every test of the alliance app starts from."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Reset the language that an earlier test's request has set."""
    with translation.override("en"):
        yield

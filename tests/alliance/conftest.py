"""What every test of the ground floor starts from."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """The language of an earlier test's request does not speak in the next test."""
    with translation.override("en"):
        yield

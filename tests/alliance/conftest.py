"""What every test of the alliance app starts from."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.support.pages import show_at_once


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Reset the language that an earlier test's request has set."""
    with translation.override("en"):
        yield


@pytest.fixture
def pages_are_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published shows on public pages at once, not after the seconds that a process remembers them."""
    show_at_once(monkeypatch)

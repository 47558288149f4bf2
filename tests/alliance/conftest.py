"""What every test of the alliance app starts from."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from alliance.enums import Role
from alliance.models import Person
from tests.factories import Cast, make_person


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Reset the language that an earlier test's request has set."""
    with translation.override("en"):
        yield


@pytest.fixture
def pages_are_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published shows on public pages at once, not after the seconds that a process remembers them."""
    monkeypatch.setattr("portal.kernel.publishing.revision._REFRESH_SECONDS", 0.0)


@pytest.fixture
def roy(cast: Cast) -> Person:
    """Another reviewer than Rita."""
    return make_person("Roy", cast.secretariat, Role.REVIEWER)

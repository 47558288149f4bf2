"""What tests of several public pages share."""

import pytest

from alliance.enums import CycleState
from alliance.models import Cycle
from alliance.services import public_documents
from tests.factories import Cast, make_cycle, read_charter


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    """The first period of 2026, published."""
    return make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)


@pytest.fixture
def one_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON alone, which takes no time."""
    monkeypatch.setattr(public_documents, "REPORT_FORMATS", ("json",))

"""What tests of the grid of all figures start from."""

from typing import Any

import pytest

from alliance.models import Report
from tests.factories import Cast, make_charter, make_cycle, make_report
from tests.factories.cast import make_services
from tests.factories.charters import COUNT
from tests.support.grid_pages import ROWS, SERVICES


@pytest.fixture
def report(cast: Cast) -> Report:
    """Twelve indicators by six services."""
    rows = [(f"row-{number}", COUNT | {"breakdowns": []}) for number in range(8)]
    more = [(f"row-{number}", COUNT | {"breakdowns": []}) for number in range(8, ROWS)]
    tree = {"count": {"first": rows, "second": more}}
    make_services(*((cast.aurora, f"aurora-{number}") for number in range(SERVICES - 2)))
    return make_report(make_cycle(make_charter("wide", tree=tree)), cast.aurora)


@pytest.fixture
def address(live_server: Any, report: Report) -> str:
    return f"{live_server.url}/workspace/reports/{report.pk}/figures/"

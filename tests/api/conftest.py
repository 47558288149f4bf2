"""What tests of the API may ask for."""

import pytest

from alliance.models import Report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.bearers import Bearers
from tests.support.report_program import ReportProgram
from tests.support.world import World, lock_out


@pytest.fixture(scope="module")
def bearers(world: World) -> Bearers:
    """A token for everybody of the world; only then some of them lose their access."""
    bearers = Bearers(world.people)
    lock_out(world)
    return bearers


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report for an open cycle."""
    with acting_as(SYSTEM):
        return make_report(make_cycle(read_charter()), cast.aurora)


@pytest.fixture
def alice(cast: Cast, report: Report) -> ReportProgram:
    """The editor's program."""
    return ReportProgram(cast.alice, report)


@pytest.fixture
def sven(cast: Cast, report: Report) -> ReportProgram:
    """The signatory's program."""
    return ReportProgram(cast.sven, report)

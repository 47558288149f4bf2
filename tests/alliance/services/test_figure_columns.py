"""Many figures at once: all of them or none, and never over somebody's figure."""

from decimal import Decimal

import pytest

from alliance.enums import FigureStatus, ReportState
from alliance.models import Figure, Indicator, Report
from alliance.services.figure_columns import FigureRow, add_figures
from alliance.services.reports import FigureInput, save_figure
from portal.kernel.errors import Conflict, Forbidden, WrongState
from portal.kernel.row_security import acting_as
from tests.factories import Cast, make_cast, make_charter, make_cycle, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(make_charter()), cast.aurora)


def rows(*values: int) -> list[FigureRow]:
    """The moderators and whatever else the organisation counts as a whole."""
    indicators = Indicator.objects.filter(scope="organisation").order_by("pk")
    return [
        FigureRow(indicator, None, "", FigureInput(FigureStatus.REPORTED, value=Decimal(value)))
        for indicator, value in zip(indicators, values, strict=False)
    ]


def test_add_figures_saves_them_as_the_editors(cast: Cast, report: Report) -> None:
    with acting_as(cast.actor("alice")) as alice:
        count = add_figures(alice, report, rows(412))

        figure = Figure.objects.get(report=report)
    assert (count, figure.value, figure.updated_by_id, figure.version) == (
        1,
        Decimal(412),
        alice.person_id,
        1,
    )


def test_add_figures_overwrites_nobody(cast: Cast, report: Report) -> None:
    with acting_as(cast.actor("alice")) as alice:
        (row,) = rows(412)
        save_figure(alice, report, row.indicator, None, "", row.given, version=0)

        with pytest.raises(Conflict):
            add_figures(alice, report, rows(500))

        assert Figure.objects.get(report=report).value == Decimal(412)


@pytest.mark.parametrize("name", ["bob", "carol", "rita"])
def test_add_figures_is_the_organisations_editors_alone(cast: Cast, report: Report, name: str) -> None:
    with acting_as(cast.actor(name)) as actor, pytest.raises(Forbidden):
        add_figures(actor, report, rows(412))


def test_add_figures_needs_a_report_in_work(cast: Cast, report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)

    with acting_as(cast.actor("alice")) as alice, pytest.raises(WrongState):
        add_figures(alice, report, rows(412))

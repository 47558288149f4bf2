"""The lines of an indicator: totals where there are any, services where nothing is added up."""

from decimal import Decimal
from typing import Any

import pytest

from alliance.enums import Aggregation
from alliance.models import Cycle, Indicator
from alliance.queries.public.charters import indicator
from alliance.queries.public.readings import (
    PublishedReading,
    Reading,
    ReadingSeries,
    reading_series,
    service_readings,
)
from tests.factories import Cast, make_cycle, read_charter
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> Cycle:
    return make_cycle(read_charter())


def by_service(key: str, *values: str | None, **others: Any) -> list[dict[str, Any]]:
    services = ("aurora-kids", "aurora-live")
    return [
        submitted_figure(key, value, service=service, **others)
        for service, value in zip(services, values, strict=True)
    ]


def series_of(key: str) -> list[ReadingSeries]:
    public_indicator = indicator(key)
    assert public_indicator is not None
    return reading_series(public_indicator)


def test_counts_of_services_are_one_line_with_their_total(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, {"search": by_service("content-actioned", "100", "20")})

    (line,) = series_of("content-actioned")

    assert (line.name, line.readings[cycle.pk].value) == ("Aurora Video", Decimal(120))
    assert (line.readings[cycle.pk].parts, line.readings[cycle.pk].of) == (2, 2)


def test_a_total_with_an_unmeasured_part_says_of_how_many(cast: Cast, cycle: Cycle) -> None:
    figures = by_service("content-actioned", "100", None)
    figures[1]["status"] = "not_measured"
    make_published_report(cycle, cast.aurora, {"search": figures})

    reading = series_of("content-actioned")[0].readings[cycle.pk]

    assert (reading.value, reading.parts, reading.of, reading.is_partial) == (Decimal(100), 1, 2, True)


def test_a_total_with_one_withheld_part_is_withheld(cast: Cast, cycle: Cycle) -> None:
    figures = by_service("content-actioned", "100", "20")
    figures[1]["disclosure"] = "secretariat"
    make_published_report(cycle, cast.aurora, {"search": figures})

    reading = series_of("content-actioned")[0].readings[cycle.pk]

    assert (reading.withheld, reading.value, reading.has_value) == (True, None, False)


@pytest.mark.parametrize(
    ("values", "entered", "expected"),
    [
        (["7"], None, "7"),  # one service: nothing is entered beside it
        (["7", "8"], "12", "12"),  # people reached by both count once
        (["7", "8"], None, None),
    ],
)
def test_an_entered_total_is_the_organisations_or_that_of_its_only_service(
    values: list[str], entered: str | None, expected: str | None
) -> None:
    rows = [
        PublishedReading(1, service, 5, Reading(value=Decimal(value)))
        for service, value in enumerate(values, 10)
    ]
    if entered:
        rows.append(PublishedReading(1, None, 5, Reading(value=Decimal(entered))))

    readings = service_readings(Indicator(aggregation=Aggregation.ENTERED), rows)

    assert list(readings) == [(1, None)]
    assert readings[1, None][5].value == (Decimal(expected) if expected else None)


def test_medians_stay_with_their_services(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, {"speed": by_service("time-to-removal", "3.2", "0.9")})

    values = {line.name: line.readings[cycle.pk].value for line in series_of("time-to-removal")}

    assert values == {"Aurora Kids": Decimal("3.2"), "Aurora Live": Decimal("0.9")}


def test_a_total_is_broken_where_one_service_counts_differently(cast: Cast, cycle: Cycle) -> None:
    figures = by_service("content-actioned", "100", "20")
    figures[0] |= {"definition_changed": True, "definition_note": "Live broadcasts are counted too."}
    make_published_report(cycle, cast.aurora, {"search": figures})

    reading = series_of("content-actioned")[0].readings[cycle.pk]

    assert (reading.broken, reading.reason) == (True, "Live broadcasts are counted too.")

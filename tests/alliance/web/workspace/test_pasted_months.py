"""Tables that are pasted into the grid of figures, with months or quarters as their rows or their columns."""

import re

import pytest

from alliance.models import Report
from alliance.queries.report_frame import report_frame
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report
from tests.support.charter_content import (
    MONTHLY,
    indicator,
    load_in_force,
    with_indicators,
)
from tests.support.every_kind import make_report_by_harm_and_month
from tests.support.pages import signed_in


@pytest.fixture
def report(db: None, cast: Cast) -> Report:
    return make_report_by_harm_and_month(cast)


def whole_of_i1(report: Report) -> str:
    """The name of the cell of the total of `i-1`."""
    [indicator] = [row for row in report_frame(report).measures[0].figures if row.key == "i-1"]
    return f"f{indicator.pk}-0"


def pasted(cast: Cast, report: Report, text: str, at: str = "") -> tuple[dict[str, str], list[str]]:
    """What was taken, by the month or the part of its place; what was skipped."""
    address = f"/workspace/reports/{report.pk}/figures/paste/"
    answer = signed_in(cast.alice).post(address, {"text": text, "at": at}).json()
    frame = report_frame(report)
    with acting_as(SYSTEM):
        cells = {
            f"{indicator.pk}-{number}": f"{indicator.key} {cell}"
            for indicator in frame.measures[0].figures
            for number, cell in enumerate(["", *frame.measures[0].cells(indicator)])
        }
    numbers = ((re.findall(r"\d+", name), text) for name, text, *_read in answer["cells"])
    return {cells[f"{n[0]}-{n[2] if len(n) > 2 else 0}"]: text for n, text in numbers}, answer["skipped"]


@pytest.mark.parametrize(
    "labels",
    [
        ("January 2026", "February 2026"), ("январь 2026", "Февраль 2026"), ("2026-01", "2026-02"),
        ("period=2026-01", "period=2026-02"),
    ],
)  # fmt: skip
def test_rows_that_are_months_are_known_in_both_languages_and_by_their_keys(
    cast: Cast, report: Report, labels: tuple[str, str]
) -> None:
    block = f"Indicator 1\t\n{labels[0]}\t11\n{labels[1]}\tn/a\n"

    taken, skipped = pasted(cast, report, block, at=whole_of_i1(report))

    assert taken == {"i-1 period=2026-01": "11", "i-1 period=2026-02": "n/a"}
    assert skipped == []


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        # indicators down, months to the right, with the total that the table has
        ("\tJanuary\tFebruary 2026\tTotal\nIndicator 1\t11\t12\t140\n",
         {"i-1 period=2026-01": "11", "i-1 period=2026-02": "12", "i-1 ": "140"}),
        # the name of who it is of beside that of the indicator
        ("Показатель\tСервис\tянв\tфевраль\tмарт\ni-1\tИтого\t1\t2\t3\n",
         {"i-1 period=2026-01": "1", "i-1 period=2026-02": "2", "i-1 period=2026-03": "3"}),
        # one month with the total behind it; and a month that is the title of a table without months
        ("\tJanuary\tTotal\nIndicator 1\t11\t12\n", {"i-1 period=2026-01": "11", "i-1 ": "12"}),
        ("January\tTotal\nIndicator 1\t12\n", {"i-1 ": "12"}),
        # without labels: months of the indicator in whose row it is pasted
        ("2026-05\t2026-06\n5\t6\n", {"i-1 period=2026-05": "5", "i-1 period=2026-06": "6"}),
    ],
)  # fmt: skip
def test_columns_that_are_months_are_known_for_rows_that_ask_for_them(
    cast: Cast, report: Report, block: str, expected: dict[str, str]
) -> None:
    taken, _skipped = pasted(cast, report, block, at=whole_of_i1(report))

    assert taken == expected


def test_what_months_as_columns_cannot_place_is_said_with_its_reason(cast: Cast, report: Report) -> None:
    block = "\tJanuary 2026\tJuly 2026\tJanuary\nIndicator 0\t1\t2\t3\nUnheard of\t4\t5\t6\n"

    taken, skipped = pasted(cast, report, block)

    assert taken == {}
    assert [line.partition(": ")[2] for line in skipped] == [
        "no month or quarter has this name",
        "this column is there twice",
        "no figure is asked for here",
        "no indicator has this name",
    ]


def test_a_column_of_figures_without_a_head_among_months_is_said(cast: Cast, report: Report) -> None:
    block = "\tJanuary 2026\t\tFebruary 2026\nIndicator 1\t1\t2\t3\t4\n"

    taken, skipped = pasted(cast, report, block)

    assert taken == {"i-1 period=2026-01": "1", "i-1 period=2026-02": "3"}
    assert skipped == [f"line 2, “{cell}”: this column has no heading" for cell in ("2", "4")]


@pytest.fixture
def by_service(db: None, cast: Cast) -> Report:
    """A report on two figures by month and service, `i-0` and `i-1`; the cycle is the first half of 2026."""
    monthly = {**MONTHLY, "scope": "service"}
    content = with_indicators(indicator(0, **monthly), indicator(1, **monthly))
    return make_report(make_cycle(load_in_force(content)), cast.aurora)


def placed(cast: Cast, report: Report, text: str, at: str = "") -> tuple[dict[str, str], list[str]]:
    """What was taken, by indicator, service and number of the month (0: the total); why the rest was not."""
    address = f"/workspace/reports/{report.pk}/figures/paste/"
    answer = signed_in(cast.alice).post(address, {"text": text, "at": at}).json()
    frame = report_frame(report)
    indicators = {row.pk: row.key for row in frame.measures[0].figures}
    services = {row.pk: row.slug.removeprefix("aurora-") for row in frame.services}
    taken = {}
    for name, value, *_read in answer["cells"]:
        indicator, service, month = [*map(int, re.findall(r"\d+", name)), 0][:3]
        taken[f"{indicators[indicator]} {services[service]} {month}"] = value
    return taken, [line.partition(": ")[2] for line in answer["skipped"]]


@pytest.mark.parametrize(
    "block",
    [
        # services down, in the row of whose indicator it is pasted
        "\tJanuary\tFebruary\n{kids}\t1\t2\n{live}\t3\t4\n",
        # two columns of labels; a total before the months; a cell that was merged; a number before each row
        "No.\tFigure\tService\tTotal\tJanuary\tFebruary\n1\ti-1\t{kids}\t\t1\t2\n2\t\t{live}\t\t3\t4\n",
        # a heading of the whole block, and one of each part
        "Indicator 1\n\tJanuary\tFebruary\n{kids}\t1\t2\n{live}\t3\t4\n",
        "Service\tJanuary\tFebruary\n{kids}\t\t\nIndicator 1\t1\t2\n{live}\nIndicator 1\t3\t4\n",
    ],
)
def test_services_are_rows_where_months_are_columns(cast: Cast, by_service: Report, block: str) -> None:
    services = report_frame(by_service).services
    names = {row.slug.removeprefix("aurora-"): row.name for row in services}
    at = whole_of_i1(by_service).removesuffix("0") + str(services[0].pk)

    taken, skipped = placed(cast, by_service, block.format(**names), at=at)

    assert taken == {"i-1 kids 1": "1", "i-1 kids 2": "2", "i-1 live 1": "3", "i-1 live 2": "4"}
    assert skipped == []


@pytest.mark.parametrize(
    ("block", "expected", "why"),
    [
        # a label that names nothing: the number goes nowhere else
        ("\t\tJanuary\ni-1\tAurora Kidz\t1\n", {}, ["no service has this name"]),
        ("\t\tJanuary\nUnheard of\t{kids}\t1\n\t{live}\t2\n", {}, ["no indicator has this name"]),
        # several services are asked for, and none is named
        ("\tJanuary\ni-1\t1\n", {}, ["several services can be meant: name one in its row"]),
        ("\t{kids}\t\t{live}\t\n\tJanuary\tFebruary\tMarch\tApril\ni-1\t1\t2\t3\t4\n", {},
         ["several services can be meant: name one in its row"]),
        # a total stands before the months, and is there twice
        ("\t\tTotal\tJanuary\tFebruary\tTotal\ni-1\t{kids}\t7\t1\t\t8\n", {"i-1 kids 0": "7", "i-1 kids 1": "1"},
         ["this column is there twice"]),
        # a month that has no value yet is no header; its indicator stands above
        ("\t{kids}\t{live}\nIndicator 1\n2026-01\t5\t\n2026-02\t\t\n2026-03\t7\t8\n",
         {"i-1 kids 1": "5", "i-1 kids 3": "7", "i-1 live 3": "8"}, []),
        ("\t{kids}\nIndicator 1\t\n2026-01\t5\n2026-02\t\n2026-03\t7\n",
         {"i-1 kids 1": "5", "i-1 kids 3": "7"}, []),
    ],
)  # fmt: skip
def test_no_number_goes_where_its_row_does_not_say(
    cast: Cast, by_service: Report, block: str, expected: dict[str, str], why: list[str]
) -> None:
    names = {row.slug.removeprefix("aurora-"): row.name for row in report_frame(by_service).services}

    taken, skipped = placed(cast, by_service, block.format(**names))

    assert (taken, skipped) == (expected, why)

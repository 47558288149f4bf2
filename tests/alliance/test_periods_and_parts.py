"""Figures by month or quarter, and breakdowns of two levels: from the charter's file to what is public."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies

from alliance.charter_file import CharterFaults, read_charter
from alliance.charter_file.export import write_charter_file
from alliance.enums import CharterState, FigureStatus
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Charter, Report
from alliance.queries.attention_items import AttentionKind
from alliance.queries.charter_text import charter_text
from alliance.queries.public.wording import cell_title, in_charter_order
from alliance.queries.report_frame import report_frame
from alliance.queries.report_progress import progress_of
from alliance.queries.working_copy import working_copy
from alliance.services.charters import load_charter
from alliance.services.figures import FigureChange, save_figures
from alliance.validators.cells import period_cells, worked_out
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.test_charter_limits import Data, indicator, options, raw, with_indicators, words
from tests.factories import Cast, make_cycle, make_report
from tests.support.editor import form_data
from tests.support.pages import signed_in
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure
from tests.support.working_copies import save_one_figure

HARM = {
    "key": "harm",
    "title": words("Harm"),
    "cells": [
        {"key": "grooming", "title": words("Grooming"), "parts": [
            {"key": "enticement", "title": words("Enticement")}, {"key": "extortion", "title": words("Extortion")},
        ]},
        {"key": "bullying", "title": words("Bullying")},
    ],
}  # fmt: skip
MONTHLY = {"period": "month", "period_aggregation": "sum", "scope": "organisation"}
CATEGORY, PART, OTHER = "harm=grooming", "harm=grooming/enticement", "harm=grooming/extortion"


def faults(data: Data) -> list[str]:
    with pytest.raises(CharterFaults) as refusal:
        read_charter(raw(data), lambda key, version: None)
    return [fault.message for fault in refusal.value.faults]


# --- The file --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"period": "month"}, "State with “period_aggregation” how the total of the whole cycle comes about"),
        ({"period_aggregation": "sum"}, "“period_aggregation” refers to “period”"),
        ({"period": "month", "period_aggregation": "mean"}, "“mean” does not fit the value “count”"),
        (
            {"period": "quarter", "period_aggregation": "maximum", "value": "duration", "unit": "hours",
             "aggregation": "none"},
            "The median of a period cannot be worked out from those of its months",
        ),
        (
            {**MONTHLY, "breakdowns": ["harm"], "exclusive": True},
            "A figure by month or quarter can have no breakdown",
        ),
        (
            {"breakdowns": ["harm", "other"], "exclusive": True},
            "The cells of “harm” have parts: an indicator that is broken down by it can have no second breakdown.",
        ),
    ],
)  # fmt: skip
def test_contradictory_properties_are_refused_with_a_sentence(changes: Data, sentence: str) -> None:
    other = {"key": "other", "title": words("Other"), "cells": options(2)}

    messages = faults(with_indicators(indicator(**changes), breakdowns=[HARM, other]))

    assert [message for message in messages if sentence in message] == messages


def test_the_key_of_months_is_taken_and_no_part_stands_twice() -> None:
    twice = {**HARM["cells"][0], "parts": [*options(1), *options(1)]}
    own = {"key": "period", "title": words("Period"), "cells": [twice, *options(1)]}

    first, second = faults(with_indicators(indicator(), breakdowns=[own]))

    assert "taken" in first + second
    assert "already used" in first + second


# --- From the file to the pages --------------------------------------------------------------


@pytest.fixture
def report(db: None, cast: Cast) -> Report:
    """A report on one figure by harm with parts, and one by month; the cycle is the first half of 2026."""
    data = with_indicators(
        indicator(0, breakdowns=["harm"], exclusive=True, scope="organisation"),
        indicator(1, **MONTHLY),
        breakdowns=[HARM],
    )
    with acting_as(SYSTEM):
        charter: Charter = load_charter(SYSTEM, raw(data)).charter
        Charter.objects.filter(pk=charter.pk).update(state=CharterState.IN_FORCE)
        charter.refresh_from_db()
    return make_report(make_cycle(charter), cast.aurora)


def save(cast: Cast, report: Report, **values: int | None) -> None:
    """Figures of the indicator `i-0` or `i-1` by their cells, `_` for the total."""
    frame = report_frame(report)
    changes = []
    for name, value in values.items():
        key, cell = ("i-1", f"period=2026-{name[1:]}") if name[0] == "m" else ("i-1", "")
        target = frame.find(FigurePlace(key, None, cell))
        changes.append(
            FigureChange(target, None if value is None else FigureValues(value=Decimal(value)), None)
        )
    with acting_as(cast.actor("alice")) as alice:
        save_figures(alice, report, changes)


def total(cast: Cast, report: Report) -> Decimal | None:
    with acting_as(cast.actor("alice")):
        figure = working_copy(report).figures.get(FigurePlace("i-1", None))
    return figure.value if figure else None


MONTHS = {"m01": 1, "m02": 2, "m03": 3, "m04": 4, "m05": 5, "m06": 6}


def errors(cast: Cast, report: Report) -> list[str]:
    with acting_as(cast.actor("alice")):
        return [str(finding) for finding in working_copy(report).errors]


def test_a_charter_with_parts_and_months_is_written_as_it_was_read(report: Report) -> None:
    text = charter_text(report.charter)

    again = read_charter(write_charter_file(text), lambda key, version: None)

    assert again.breakdowns == text.breakdowns
    assert [part.key for part in text.breakdowns[0].cells[0].parts] == ["enticement", "extortion"]
    assert [(row.period, row.period_aggregation) for row in again.indicators()] == [
        ("", ""),
        ("month", "sum"),
    ]


def test_months_are_asked_for_and_their_total_follows_them(cast: Cast, report: Report) -> None:
    save(cast, report, **{**MONTHS, "m06": None})
    incomplete = total(cast, report)
    save(cast, report, m06=6)
    complete = total(cast, report)
    save(cast, report, m01=11)

    assert (incomplete, complete, total(cast, report)) == (None, Decimal(21), Decimal(31))
    assert errors(cast, report) == []


def test_a_total_that_follows_is_emptied_with_the_first_month_that_is_missing(
    cast: Cast, report: Report
) -> None:
    save(cast, report, **MONTHS)
    save(cast, report, m01=None)
    incomplete = total(cast, report)
    save(cast, report, m01=11)

    assert (incomplete, total(cast, report)) == (None, Decimal(31))
    assert errors(cast, report) == []


def test_a_total_with_more_digits_than_one_may_enter_is_not_worked_out(cast: Cast, report: Report) -> None:
    save(cast, report, **dict.fromkeys(MONTHS, 5 * 10**14 + 1))

    assert total(cast, report) is None
    assert errors(cast, report) == []


def test_a_total_that_was_entered_stays_and_is_compared_with_its_months(cast: Cast, report: Report) -> None:
    save(cast, report, total=22)
    save(cast, report, **MONTHS)

    assert total(cast, report) == Decimal(22)
    assert errors(cast, report) == [
        "The months or quarters give 21, and the total says 22. Correct one of them."
    ]


def test_a_total_that_is_emptied_is_worked_out_again(cast: Cast, report: Report) -> None:
    save(cast, report, total=22)
    save(cast, report, **MONTHS)
    save(cast, report, total=None)

    assert total(cast, report) == Decimal(21)
    assert errors(cast, report) == []


def test_the_editor_is_answered_with_the_total_that_months_gave(cast: Cast, report: Report) -> None:
    """Else the page would show none, and the next number that somebody types there were a conflict with themselves."""
    save(cast, report, **{**MONTHS, "m06": None})
    url, alice = f"/workspace/reports/{report.pk}/measures/m-1-1/", signed_in(cast.alice)
    posted = form_data(alice, url)
    [june] = [name for name in posted if name.startswith("f") and name.endswith("-6-version")]
    total_name = june.removesuffix("-6-version")

    answer = alice.post(url, {**posted, june.replace("version", "value"): "1,006", "autosave": "1"}).text

    assert f'<data value="1,021" data-field="{total_name}-value">' in answer
    assert f'name="{total_name}-version" id="id_{total_name}-version" value="1" hx-swap-oob="true"' in answer
    assert "6 months" in alice.get(url).text


def test_parts_are_checked_against_their_category_and_categories_against_the_total(
    cast: Cast, report: Report
) -> None:
    alice = cast.actor("alice")
    for cell, value in (("", 9), (CATEGORY, 7), (PART, 5), (OTHER, 4), ("harm=bullying", 3)):
        save_one_figure(alice, report, FigurePlace("i-0", None, cell), FigureValues(value=Decimal(value)), 0)

    assert sorted(errors(cast, report)) == [
        "The parts come to 10, more than the total of 9.",
        "The parts come to 9, more than the total of 7.",
    ]


def test_the_editor_shows_parts_behind_their_category_and_months_by_name(cast: Cast, report: Report) -> None:
    page = signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/measures/m-1-1/").content.decode()

    names = [
        "Grooming",
        "Grooming: Enticement",
        "Grooming: Extortion",
        "Bullying",
        "January 2026",
        "June 2026",
    ]
    positions = [page.index(f'<th scope="row">{name}</th>') for name in names]
    assert positions == sorted(positions)


def test_parts_and_months_are_published_in_order_and_in_words(cast: Cast, report: Report) -> None:
    cycle, member = report.cycle, report.organisation
    cells = [("i-0", ""), ("i-0", PART), ("i-0", CATEGORY), ("i-1", ""), ("i-1", "period=2026-02")]
    rows = [submitted_figure(key, cell=cell) for key, cell in [*cells, ("i-1", "period=2026-01")]]
    with acting_as(SYSTEM):
        report.delete()
    cycle.state = "closed"
    cycle.save()
    make_published_report(cycle, member, figures={"m-1-1": rows}, verdicts={"c-1": "limited"})
    make_published_cycle(cycle)

    address = f"reports/{member.slug}/{cycle.slug}/indicators"
    parts, months = (Client().get(f"/en/{address}/{key}/").text for key in ("i-0", "i-1"))
    russian = "".join(Client().get(f"/ru/{address}/{key}/").text for key in ("i-0", "i-1"))

    assert "Grooming: Enticement" in parts
    assert months.index("January 2026") < months.index("February 2026")
    assert "Январь 2026" in russian
    assert "2 of 6 months" in months
    table = b"".join(Client().get(f"/en/reports/{member.slug}/{cycle.slug}.csv")).decode()
    assert table.index("Grooming: Enticement") < table.index("January 2026")
    facts = Client().get("/api/v1/figures/").json()["results"]
    assert {row["cell"] for row in facts} == {"", PART, CATEGORY, "period=2026-01", "period=2026-02"}


# --- Months are asked for ------------------------------------------------------------------------


def missing(cast: Cast, report: Report) -> list[str]:
    with acting_as(cast.actor("alice")):
        copy = working_copy(report)
        assert copy.total == progress_of(report)
        return [item.title for item in copy.blockers if item.place and item.kind == AttentionKind.EMPTY]


def test_a_total_alone_is_not_enough_and_each_month_that_is_missing_is_named(
    cast: Cast, report: Report
) -> None:
    save(cast, report, **{**MONTHS, "m02": None, "m06": None, "total": 21})

    page = signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/check/?kind=empty").text

    months = ["Indicator 1, February 2026", "Indicator 1, June 2026"]
    assert missing(cast, report) == ["Indicator 0", *months]
    assert all(month in page for month in months)


def test_months_of_what_has_no_number_are_not_asked_for(cast: Cast, report: Report) -> None:
    values = FigureValues(status=FigureStatus.NOT_APPLICABLE)
    save_one_figure(cast.actor("alice"), report, FigurePlace("i-1", None), values, 0)

    assert missing(cast, report) == ["Indicator 0"]


def test_a_month_says_on_each_page_why_it_has_no_number(cast: Cast, report: Report) -> None:
    alice, measure = signed_in(cast.alice), f"/workspace/reports/{report.pk}/measures/m-1-1/"
    grid = f"/workspace/reports/{report.pk}/figures/?parts=i-1"
    posted = form_data(alice, measure)
    [january] = [name for name in posted if name.startswith("f") and name.endswith("-1-status")]
    february = january.replace("-1-status", "-2")

    in_measure = alice.post(measure, {**posted, january: "not_measured"})
    read = next(
        cell.read
        for group in alice.get(grid).context["groups"]
        for row in group.rows
        for cell in row.all_cells
        if cell.prefix == february
    )
    in_grid = alice.post(grid, {f"{february}-read": read, f"{february}-value": "n/a"})

    with acting_as(SYSTEM):
        statuses = dict(report.figures.values_list("cell", "status"))
    assert (in_measure.status_code, in_grid.status_code) == (302, 302)
    assert statuses == {"period=2026-01": "not_measured", "period=2026-02": "not_applicable"}


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
    data = with_indicators(indicator(0, **monthly), indicator(1, **monthly))
    with acting_as(SYSTEM):
        charter: Charter = load_charter(SYSTEM, raw(data)).charter
        Charter.objects.filter(pk=charter.pk).update(state=CharterState.IN_FORCE)
        charter.refresh_from_db()
    return make_report(make_cycle(charter), cast.aurora)


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


# --- Keys and words of cells -----------------------------------------------------------------


# a busy machine is slow to make the first examples
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    starts_on=strategies.dates(date(1990, 1, 1), date(2090, 1, 1)),
    days=strategies.integers(0, 1200),
    period=strategies.sampled_from(["month", "quarter"]),
)
def test_the_cells_of_a_cycle_are_in_order_and_each_has_a_name(
    starts_on: date, days: int, period: str
) -> None:
    charter = Charter(breakdowns=[])
    ends_on = date.fromordinal(starts_on.toordinal() + days)

    cells = period_cells(period, starts_on, ends_on)

    assert in_charter_order(charter, reversed(cells)) == cells == sorted(set(cells))
    with translation.override("en"):
        assert len({cell_title(charter, cell) for cell in cells}) == len(cells)
    assert str(starts_on.year) in cells[0]
    assert str(ends_on.year) in cells[-1]


@given(strategies.lists(strategies.integers(0, 10**9).map(Decimal), min_size=1, max_size=12))
def test_a_worked_out_total_is_what_its_name_says(values: list[Decimal]) -> None:
    results: dict[str, Any] = {
        name: worked_out(name, values) for name in ("sum", "mean", "last", "maximum", "entered")
    }

    assert (results["sum"], results["last"], results["maximum"]) == (sum(values), values[-1], max(values))
    assert min(values) <= results["mean"] <= max(values)
    assert results["entered"] is None

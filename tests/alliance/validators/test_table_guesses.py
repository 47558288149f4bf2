"""What a table is guessed to be: labels that stand once, periods of the report, a kept plan for the next file."""

from datetime import date

import pytest

from alliance.validators.table_guesses import (
    ReportWords,
    guess_plan,
    periods_of,
    reuse_plan,
    shape_of,
    table_blocks,
)
from alliance.validators.table_plans import ColumnRole, TableBlock, TablePlan

HALF = ReportWords(["2026-04"], ["status"], date(2026, 1, 1), date(2026, 6, 30))
YEAR = ReportWords(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
PIVOT = [
    ["service", "indicator", "count"],
    ["Kids", "Removed", "1"],
    ["", "Seen", "2"],
    ["Live", "Removed", "3"],
    ["", "Seen", "4"],
    ["", "", "7"],
    ["", "", ""],
    ["", "Removed", "4"],
]


def test_a_label_stands_for_the_empty_rows_below_it() -> None:
    plan = guess_plan(PIVOT)
    assert plan.below == {0}
    names = [[name.text for name in cell.names[1:]] for cell in plan.cells(PIVOT)]
    assert names == [
        ["Kids", "Removed"],
        ["Kids", "Seen"],
        ["Live", "Removed"],
        ["Live", "Seen"],
        ["Live"],
        ["Removed"],
    ]


def test_three_levels_of_labels_begin_anew_with_the_one_before() -> None:
    rows = [
        ["service", "indicator", "part", "count"],
        ["Kids", "Removed", "Spam", "1"],
        ["", "", "Fraud", "2"],
        ["Live", "", "", "3"],
        ["", "Seen", "Spam", "4"],
    ]
    plan = guess_plan(rows)
    assert plan.below == {0, 1}
    assert [tuple(row.labels.values()) for row in plan.labelled_rows(rows)] == [
        ("Kids", "Removed", "Spam"),
        ("Kids", "Removed", "Fraud"),
        ("Live", "", ""),
        ("Live", "Seen", "Spam"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        [["Removed", "", "9"], ["Removed", "Spam", "4"], ["Removed", "Fraud", "5"], ["Seen", "", "3"]],
        [["Spam", "Removed", "4"], ["Fraud", "Removed", "5"], ["", "Removed", "9"]],
        [["", "Removed", "4"], ["", "Seen", "5"]],
    ],
    ids=["a total before its parts", "a total behind its parts", "no label at all"],
)
def test_an_empty_cell_that_says_something_stays_empty(body: list[list[str]]) -> None:
    assert guess_plan([["part", "indicator", "count"], *body]).below == set()


def test_a_filter_reads_the_rows_below_its_text() -> None:
    rows = [
        ["quarter", "name", "count"],
        ["2025Q1", "a", "1"],
        ["", "b", "2"],
        ["2025Q2", "a", "3"],
        ["", "b", "4"],
    ]
    plan = guess_plan(rows)
    assert (plan.only, plan.below) == ({0: ("2025Q2",)}, {0})
    assert [cell.text for cell in plan.cells(rows)] == ["3", "4"]
    assert plan.rows_left_out(rows) == 2


@pytest.mark.parametrize(
    ("texts", "words", "chosen"),
    [
        (["2025Q4", "2026Q1", "2026Q2", "2026Q3"], HALF, ("2026Q1", "2026Q2")),
        (["2026", "2026H1", "2026Q1", "2026-01"], HALF, ("2026H1",)),
        (["2026Q1", "2026", "2025"], YEAR, ("2026",)),
        (["2024", "2025", "2023", "2025"], HALF, ("2025",)),
        (["2026Q1", "2026Q2"], ReportWords(), ("2026Q2",)),
    ],
)
def test_of_periods_those_of_the_report_are_read(
    texts: list[str], words: ReportWords, chosen: tuple[str, ...]
) -> None:
    assert periods_of(texts, words) == chosen


def test_months_that_the_report_asks_for_name_their_rows_and_a_status_is_a_value() -> None:
    rows = [["month", "Status", "count"], ["2026-04", "not measured", ""], ["2026-05", "reported", "3"]]
    assert guess_plan(rows, words=HALF).roles == [ColumnRole.NAME, ColumnRole.VALUE, ColumnRole.VALUE]


TABLES = [
    ["Requests 2025", ""], ["", ""], ["Country", "Sent"], ["France", "1"], ["", ""],
    ["Requests 2025", ""], ["", ""], ["Country", "Sent"], ["France", "2"], ["Spain", "3"],
]  # fmt: skip
LATER = [
    ["Requests 2026", ""], ["", ""], ["Country", "Sent"], ["France", "1"], ["Spain", "2"], ["", ""],
    ["Requests 2026", ""], ["", ""], ["Country", "Sent"], ["France", "2"], ["", ""],
    ["Appeals 2026", ""], ["", ""], ["Country", "Sent"], ["France", "2"],
]  # fmt: skip


def test_tables_with_one_title() -> None:
    blocks, later = table_blocks(TABLES), table_blocks(LATER)
    assert [block.number for block in blocks] == [1, 2]
    shapes = [shape_of(TABLES, block) for block in blocks]
    assert shapes == [shape_of(LATER, block) for block in later[:2]]
    assert len({*shapes, shape_of(LATER, later[2]), shape_of(TABLES)}) == 4


def test_a_kept_plan_begins_and_ends_where_its_table_does_now() -> None:
    earlier = guess_plan(TABLES, first_row=6)
    guess = guess_plan(LATER, first_row=7)
    plan = reuse_plan(TablePlan.from_json(earlier.to_json()), guess, LATER, ReportWords())
    assert (earlier.first_row, earlier.last_row, plan.first_row, plan.last_row) == (8, 0, 9, 10)
    assert plan.block == TableBlock(7, 10, "Requests 2026", 2)


def test_a_plan_of_the_portal_before_begins_and_ends_as_guessed() -> None:
    rows = [["name", "count"], *([str(number), "1"] for number in range(149))]
    earlier = {**guess_plan(rows).to_json(), "first_row": 2, "last_row": 120}
    del earlier["guessed"]
    plan = reuse_plan(TablePlan.from_json(earlier), guess_plan(rows), rows, ReportWords())
    assert (plan.first_row, plan.headers, plan.last_row) == (1, 1, 0)


def test_a_plan_of_the_portal_before_is_read_and_reads_this_one() -> None:
    plan = TablePlan(roles=[ColumnRole.ONLY, ColumnRole.VALUE], only={0: ("a", "b")}, below=frozenset({0}))
    data = plan.to_json()
    assert data["only"] == {"0": "a"}
    before = {
        name: data[name] for name in ("first_row", "headers", "style", "roles", "only", "names", "last_row")
    }
    assert TablePlan.from_json(before).only == {0: ("a",)}
    assert TablePlan.from_json(data) == plan

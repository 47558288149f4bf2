"""Workbooks of one's own that are not as they look: hidden rows, formulas, merged cells, dates, numbers as texts."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from alliance.enums import UploadState
from alliance.figure_fields import FigurePlace
from alliance.models import Report, ReportUpload
from alliance.report_proposals import Proposal
from alliance.validators.table_plans import TableName
from alliance.web.forms.table_plans import name_field
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.report_uploads import sheet

pytestmark = pytest.mark.django_db
KIDS, LIVE = (FigurePlace("content-actioned", f"aurora-{name}") for name in ("kids", "live"))
MEANINGS = {"aurora-kids": "aurora-kids", "aurora-live": "aurora-live", "Removed": "content-actioned"}
HEADER = ["name", "aurora-kids", "aurora-live"]


@pytest.fixture
def cast() -> Cast:
    return read_cast()


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter(), "2026-h1"), cast.aurora)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


def workbook(fill: Callable[[Any, Any], object], *rows: list[object]) -> bytes:
    """A workbook with one sheet: these rows, then what `fill` does to book and sheet."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("Figures")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        fill(book, page)
    return stream.getvalue()


def send(client: Client, report: Report, content: bytes) -> str:
    """Upload it and have it read; the address of the page that asks what it holds."""
    file = SimpleUploadedFile("ours.xlsx", content)
    answer = client.post(sheet(report), {"table": file, "own": "1"})
    run_all_jobs()
    return f"{answer['Location']}columns/"


def apply(client: Client, path: str, **entries: str) -> dict[FigurePlace | None, Proposal]:
    """Say what its names stand for, and give back what it proposes."""
    fields = {
        name_field(TableName(level, name)): meaning
        for name, meaning in MEANINGS.items()
        for level in ("row", "column")
    }
    answer = client.post(path, {"act": "apply", **fields, **entries})
    assert answer.status_code == 302, words_of(answer)
    return {each.place: each for each in map(Proposal.from_json, upload().proposals)}


def upload() -> ReportUpload:
    with acting_as(SYSTEM):
        return ReportUpload.objects.latest("pk")


def reason(proposal: Proposal) -> tuple[str, str]:
    [refusal] = proposal.refusals
    return refusal.address, str(refusal.reason)


def hide(_book: Any, page: Any) -> None:
    page.set_row(2, None, None, {"hidden": True})
    page.set_column(2, 2, None, None, {"hidden": True})


def test_hidden_rows_and_columns_are_named_and_not_read_unless_a_person_wants_them(
    alice: Client, report: Report
) -> None:
    content = workbook(hide, HEADER, ["Removed", 5, 7], ["Removed", 100, 200], ["Removed", 1, 2])
    path = send(alice, report, content)
    words = words_of(alice.get(path))
    assert "Hidden rows, not read: 3." in words
    assert "Hidden columns, not read: C." in words
    assert upload().table_rows == [["name", "aurora-kids"], ["Removed", "5"], ["", ""], ["Removed", "1"]]
    assert apply(alice, path)[KIDS].values == {"value": Decimal(6)}
    assert "Hidden rows, not read: 3." in words_of(alice.get(path.removesuffix("columns/")))

    words = words_of(alice.post(path, {"act": "reread", "hidden": "yes"}))
    assert "Hidden rows, read all the same: 3." in words
    assert "Hidden columns, read all the same: C." in words
    proposals = apply(alice, path)
    assert {place: each.values["value"] for place, each in proposals.items()} == {KIDS: 106, LIVE: 209}


def test_a_sheet_that_is_hidden_altogether_is_refused_with_what_to_do(alice: Client, report: Report) -> None:
    content = workbook(lambda _book, page: page.set_column(0, 5, None, None, {"hidden": True}), HEADER)
    path = send(alice, report, content)
    assert "is hidden. Show it in the spreadsheet" in words_of(alice.get(path.removesuffix("columns/")))
    assert upload().state == UploadState.FAILED


def test_hidden_sheets_are_named(alice: Client, report: Report) -> None:
    def fill(book: Any, _page: Any) -> None:
        other = book.add_worksheet("Raw data")
        other.write(0, 0, 1)
        other.hide()

    path = send(alice, report, workbook(fill, HEADER, ["Removed", 5, 7]))
    assert "Hidden sheets were not read: “Raw data”." in words_of(alice.get(path))


def test_of_a_formula_the_last_result_is_read_as_it_is_shown(alice: Client, report: Report) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_formula("B2", "=2+3", None, 5)
        page.write_formula("C2", "=1/3", book.add_format({"num_format": "0.00"}), 1 / 3)
        page.write_formula("D2", "=1/4", book.add_format({"num_format": "0%"}), 0.25)
        page.write_formula("E2", "=TODAY()", book.add_format({"num_format": "yyyy-mm-dd"}), 46054)
        page.write_formula("F2", "=0.1+0.2", None, 0.1 + 0.2)

    path = send(alice, report, workbook(fill, [*HEADER, "x", "y", "z"], ["Removed"]))
    remark = "Cells with a formula, of which the last result was read: B2, C2, D2, E2, F2."
    assert remark in words_of(alice.get(path))
    row = upload().table_rows[1]
    assert row == ["Removed", "5", "0.333333333333333", "25%", "2026-02-01", "0.3"]
    assert apply(alice, path)[KIDS].values == {"value": Decimal(5)}


def test_a_formula_without_a_result_is_refused_at_its_cell_and_never_left_out_of_a_sum(
    alice: Client, report: Report
) -> None:
    book = Workbook()  # openpyxl computes nothing
    for row in (HEADER, ["Removed", "=2+3", "=2+3"], ["Removed", 5]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)

    path = send(alice, report, content.getvalue())
    assert "Cells with a formula that was never computed: B2, C2." in words_of(alice.get(path))
    proposals = apply(alice, path)
    assert reason(proposals[LIVE])[0] == "C2"
    assert reason(proposals[LIVE])[1].startswith("The formula of this cell was never computed.")
    assert reason(proposals[KIDS]) == ("B2 + B3", reason(proposals[LIVE])[1])


def test_merged_names_are_those_of_all_their_cells_and_a_merged_value_of_the_first(
    alice: Client, report: Report
) -> None:
    def fill(_book: Any, page: Any) -> None:
        page.merge_range("B1:C1", "aurora-kids")
        page.merge_range("A3:A4", "Removed")
        page.merge_range("B4:C4", 40)

    path = send(
        alice, report, workbook(fill, [], ["name", "H1", "H2", "aurora-live"], ["", 1, 2, 3], ["", "", "", 4])
    )
    assert "Merged cells: B1:C1, A3:A4, B4:C4." in words_of(alice.get(path))
    proposals = apply(alice, path)
    assert {place: each.values["value"] for place, each in proposals.items()} == {KIDS: 43, LIVE: 7}
    assert proposals[KIDS].address == "B3 + C3 + B4"


def test_a_merged_name_whose_first_column_is_hidden_stands_over_the_others(
    alice: Client, report: Report
) -> None:
    def fill(_book: Any, page: Any) -> None:
        page.merge_range("B1:C1", "aurora-kids")
        page.set_column(1, 1, None, None, {"hidden": True})

    path = send(alice, report, workbook(fill, ["", "", "", "aurora-live"], ["Removed", 5, 7, 9]))
    assert "Merged cells: C1:C1." not in words_of(alice.get(path))
    assert upload().table_rows[0] == ["", "", "aurora-kids", "aurora-live"]
    proposals = apply(alice, path)
    assert {place: each.values["value"] for place, each in proposals.items()} == {KIDS: 7, LIVE: 9}


def test_a_merged_title_is_no_header(alice: Client, report: Report) -> None:
    content = workbook(
        lambda _book, page: page.merge_range("A1:C1", "Our year"), [], HEADER, ["Removed", 5, 7]
    )
    path = send(alice, report, content)
    assert alice.get(path).context["plan"].first_row == 2


def test_a_date_for_a_number_is_refused_with_its_cell(alice: Client, report: Report) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_datetime("B2", date(2026, 2, 1), book.add_format({"num_format": "d mmm"}))

    path = send(alice, report, workbook(fill, HEADER, ["Removed", "", "01.02.2026"]))
    proposals = apply(alice, path, **{"role-1": "value", "role-2": "value"})
    assert reason(proposals[KIDS]) == (
        "B2",
        "“2026-02-01” is a date and no number. Format the cell as a number, and enter it again.",
    )
    assert reason(proposals[LIVE])[1].startswith("“01.02.2026” is a date")


def test_numbers_written_as_texts_stand_beside_real_ones(alice: Client, report: Report) -> None:
    """The texts have commas for decimals; the numbers of the workbook are numbers all the same."""
    content = workbook(
        lambda *_all: None,
        [*HEADER, "x"],
        ["Removed", "~ 1\u00a0200", "<5", ""],
        ["Removed", 1, "", ""],
        ["Share", 1.234, 84.5, "2 500,5"],
    )
    path = send(alice, report, content)
    assert alice.get(path).context["plan"].style == "comma"
    share = {name_field(TableName("row", "Share")): "found-proactively"}
    proposals = apply(alice, path, **share)
    assert proposals[KIDS].values == {"value": Decimal(1201), "estimate": True}
    assert reason(proposals[LIVE])[0] == "C2"
    assert reason(proposals[LIVE])[1].startswith("“<5” is a bound and no value.")
    shares = [proposals[FigurePlace("found-proactively", f"aurora-{name}")] for name in ("kids", "live")]
    assert [each.values["value"] for each in shares] == [Decimal("1.234"), Decimal("84.5")]

"""Forms of a report that are refused, in a cell or whole, with words that say how to mend it."""

import io
from datetime import datetime, timedelta
from zipfile import ZipFile

import pytest
from openpyxl.utils import get_column_letter

from alliance.figure_fields import FigurePlace
from alliance.models import Charter, Cycle, Report
from alliance.services.form_layout import figure_key
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.report_forms import (
    FilledForm,
    differences_of,
    failure,
    filled,
    kinds,
    refusals,
    take_form,
    upload_form,
)

pytestmark = pytest.mark.django_db

MODERATORS_KEY = figure_key(FigurePlace("moderators", None))
KIDS_KEY = figure_key(FigurePlace("content-actioned", "aurora-kids"))


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter(), "2026-h1"), cast.aurora)


@pytest.fixture
def alice(cast: Cast) -> Actor:
    return cast.actor("alice")


# --- Cells that cannot be taken --------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "reason"),
    [
        ("=1+1", "General", "This cell has a formula. Copy it and paste it as a value."),
        (datetime(2026, 5, 3), "yyyy-mm-dd", "This cell is formatted as a date or a time."),
        (5, "[h]", "This cell is formatted as a date or a time."),
        ("many", "General", "“many” is not a number."),
        (-5, "General", ""),
    ],
)
def test_a_cell_that_is_no_answer_is_refused_with_its_address(
    report: Report, alice: Actor, value: object, number_format: str, reason: str
) -> None:
    def fill(form: FilledForm) -> None:
        cell = form.cell(MODERATORS_KEY)
        cell.value, cell.number_format = value, number_format

    [(address, why)] = refusals(alice, report, filled(take_form(alice, report), fill))
    assert address.startswith("Protect!J")
    assert why.startswith(reason)
    assert why


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (datetime(2026, 5, 3), "d mmm", "2026-05-03"),
        (1.5, "[h]", "36:00"),
        (1.5, "[h]:mm", "36:00"),
        (0.3125, "hh:mm", "7:30"),
    ],
)
def test_a_date_or_a_time_is_shown_as_such_where_it_is_refused(
    report: Report, alice: Actor, value: object, number_format: str, shown: str
) -> None:
    """A spreadsheet makes one of `5.3` or `7:30` without being asked; its number of days would say nothing."""

    def fill(form: FilledForm) -> None:
        cell = form.cell(MODERATORS_KEY)
        cell.value, cell.number_format = value, number_format

    upload = upload_form(alice, report, filled(take_form(alice, report), fill))
    [row] = differences_of(alice, upload).rows
    assert [each.text for each in row.refusals] == [shown]
    assert "formatted as a date or a time" in str(row.refusals[0].reason)


def test_a_formula_is_refused_with_its_last_result_too(report: Report, alice: Actor) -> None:
    content = filled(
        take_form(alice, report), lambda form: setattr(form.cell(MODERATORS_KEY), "value", "=1+1")
    )
    computed = rewritten(content, b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    [(_address, why)] = refusals(alice, report, computed)
    assert why.startswith("This cell has a formula.")


def test_a_rounded_number_and_a_bound_are_refused(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        form.cell(MODERATORS_KEY).value, form.cell(KIDS_KEY).value = "1.2 k", "<5"

    reasons = sorted(why for _address, why in refusals(alice, report, filled(take_form(alice, report), fill)))
    assert reasons == [
        "Write the number in full instead of “1.2 k”.",
        "“<5” is not a number. Enter a number, for example 1,234.5.",
    ]


def rewritten(content: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with other bytes in its sheets."""
    stream = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(stream, "w") as target:
        parts = {name: source.read(name) for name in source.namelist()}
        assert any(old in part for part in parts.values())
        for name, part in parts.items():
            target.writestr(name, part.replace(old, new))
    return stream.getvalue()


MERGED = "This cell is merged with others. Undo the merge, so that each has its own answer."


def merge(form: FilledForm, corner: str, *, rows: int = 0, before: int = 0) -> None:
    """Merge the answer of this key with so many rows below and so many columns before it; their contents stay."""
    cell = form.cell(corner)
    first, last = get_column_letter(cell.column - before), get_column_letter(cell.column)
    cell.parent.merged_cells.add(f"{first}{cell.row}:{last}{cell.row + rows}")


def test_a_merged_cell_is_refused(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        cell = form.cell(MODERATORS_KEY)
        cell.value = 5
        cell.parent.merge_cells(
            start_row=cell.row, end_row=cell.row, start_column=cell.column, end_column=cell.column + 1
        )

    [(_address, why)] = refusals(alice, report, filled(take_form(alice, report), fill))
    assert why == MERGED


def test_what_a_merged_range_hides_is_refused_too(report: Report, alice: Actor) -> None:
    """A spreadsheet may keep the contents of the cells that it covers: nobody sees them any more."""

    def fill(form: FilledForm) -> None:
        form.cell(KIDS_KEY).value = 120
        below = form.cell(KIDS_KEY).offset(1)
        below.value = 45
        merge(form, KIDS_KEY, rows=1)

    row = FilledForm(take_form(alice, report)).cell(KIDS_KEY).row
    assert refusals(alice, report, filled(take_form(alice, report), fill)) == [
        (f"Protect!J{row}", MERGED),
        (f"Protect!J{row + 1}", MERGED),
    ]


def test_an_answer_in_a_cell_that_was_merged_with_its_label_is_refused(report: Report, alice: Actor) -> None:
    """It is stored in the cell of the label: that of the answer is empty."""

    def fill(form: FilledForm) -> None:
        form.cell(MODERATORS_KEY).offset(0, -2).value = 5
        merge(form, MODERATORS_KEY, before=2)

    row = FilledForm(take_form(alice, report)).cell(MODERATORS_KEY).row
    assert refusals(alice, report, filled(take_form(alice, report), fill)) == [(f"Protect!J{row}", MERGED)]


def test_merged_ranges_that_overlap_are_refused(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        merge(form, KIDS_KEY, rows=1)
        merge(form, KIDS_KEY, rows=2)

    content = filled(take_form(alice, report), fill)
    assert failure(alice, report, content) == "Merged cells of this sheet overlap. Undo the merges."


def test_a_number_beside_a_reason_for_having_none_is_refused(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        form.cell(MODERATORS_KEY).value = 5
        form.cell(MODERATORS_KEY, "status").value = "Not measured"

    [(_address, why)] = refusals(alice, report, filled(take_form(alice, report), fill))
    assert why == "The row has a number and also says “not measured”. Clear one of the two."


def test_a_changed_key_is_refused_and_the_rest_is_read(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        form.cell(KIDS_KEY).value = 120
        row = form.cell(MODERATORS_KEY)
        row.value = 5
        row.parent.cell(row.row, 1).value = "anything"

    assert kinds(alice, report, filled(take_form(alice, report), fill)) == {"new": 1, "refused": 1}


@pytest.mark.parametrize("column", ["value", "note"])
def test_the_error_of_a_formula_is_no_answer_and_no_text(report: Report, alice: Actor, column: str) -> None:
    """Pasted as a value it is an error still; “#N/A” of a search that has found nothing is no “n/a”."""

    def fill(form: FilledForm) -> None:
        cell = form.cell(MODERATORS_KEY, column)
        cell.value, cell.data_type = "#N/A", "e"

    [(_address, why)] = refusals(alice, report, filled(take_form(alice, report), fill))
    assert why == (
        "“#N/A” is an error of the spreadsheet and no answer. Enter the value, or why there is none."
    )


def test_a_second_row_for_one_place_is_refused_with_what_it_holds(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        cell = form.cell(KIDS_KEY)
        sheet, cell.value = cell.parent, 120
        last = sheet.max_row + 1
        for column in range(1, sheet.max_column + 1):
            sheet.cell(last, column).value = sheet.cell(cell.row, column).value
        sheet.cell(last, cell.column).value = 130

    upload = upload_form(alice, report, filled(take_form(alice, report), fill))
    first, second = differences_of(alice, upload).rows
    assert first.values is not None
    assert (first.values.value, first.is_taken) == (120, True)
    [refusal] = second.refusals
    assert (str(refusal.reason), refusal.text) == (
        f"Another row has the same place: {first.proposal.address}.",
        "130",
    )


def test_answers_in_rows_without_a_key_are_refused_and_not_passed_over(report: Report, alice: Actor) -> None:
    """A row of one's own at the end, a note in a heading, a row whose hidden cells were emptied with the rest."""

    def fill(form: FilledForm) -> None:
        row = form.cell(MODERATORS_KEY)
        sheet = row.parent
        row.value = 5
        for column in (1, 2, 3):
            sheet.cell(row.row, column).value = None
        sheet.cell(sheet.max_row + 2, row.column).value = 400

    cells = refusals(alice, report, filled(take_form(alice, report), fill))
    assert [address.partition("!J")[0] for address, _why in cells] == ["Protect", "Protect"]
    assert {why for _address, why in cells} == {
        "This row is not one of the form, or its hidden key was emptied. "
        "Enter the answer in its row of the form, or take the form again."
    }


def test_rows_sorted_without_their_hidden_columns_are_refused(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        form.cell(MODERATORS_KEY).value, form.cell(KIDS_KEY).value = 5, 120
        sheet, first, second = (
            form.cell(KIDS_KEY).parent,
            form.cell(KIDS_KEY).row,
            form.cell(MODERATORS_KEY).row,
        )
        for column in range(4, sheet.max_column + 1):
            upper, lower = sheet.cell(first, column), sheet.cell(second, column)
            upper.value, lower.value = lower.value, upper.value

    content = filled(take_form(alice, report), fill)
    assert [why[:48] for _address, why in refusals(alice, report, content)] == [
        "What this row shows does not belong to its hidde"
    ] * 2
    assert kinds(alice, report, content) == {"refused": 2}


def test_columns_that_somebody_has_deleted_are_named(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        note = form.cell(KIDS_KEY, "note")
        form.cell(KIDS_KEY).value = 120
        note.parent.delete_cols(note.column)

    upload = upload_form(alice, report, filled(take_form(alice, report), fill))
    [remark] = upload.remark_sentences
    assert str(remark) == "The sheet “Protect” has lost columns, of which nothing was read: Note."
    assert differences_of(alice, upload).counts == {"new": 1}


# --- Files that are not this form ------------------------------------------------------------


def test_the_form_of_another_organisation_is_refused(report: Report, cast: Cast, alice: Actor) -> None:
    other = make_report(Cycle.objects.get(slug="2026-h1"), cast.beacon)
    content = take_form(cast.actor("carol"), other)
    assert failure(alice, report, content).startswith(f"This form was made for {cast.beacon.name}.")


def test_the_form_of_another_cycle_is_refused(report: Report, cast: Cast, alice: Actor) -> None:
    earlier = make_report(make_cycle(Charter.objects.get(), "2025-h2"), cast.aurora)
    assert failure(alice, report, take_form(alice, earlier)).startswith(
        f"This form is for {earlier.cycle.title}."
    )


def test_the_form_of_another_version_of_the_charter_is_refused(report: Report, alice: Actor) -> None:
    content = take_form(alice, report)
    Charter.objects.update(version=2)
    assert "asks what version 1 of the charter asks" in failure(alice, report, content)


def test_a_workbook_that_is_no_form_is_refused(report: Report, alice: Actor) -> None:
    def strip(form: FilledForm) -> None:
        del form.book["_form"]

    assert failure(alice, report, filled(take_form(alice, report), strip)).startswith(
        "This is not the form of a report"
    )


def test_a_form_without_its_hidden_columns_is_refused(report: Report, alice: Actor) -> None:
    def strip(form: FilledForm) -> None:
        form.cell(MODERATORS_KEY).parent.delete_cols(1)

    assert "lost their hidden columns" in failure(alice, report, filled(take_form(alice, report), strip))


@pytest.mark.parametrize(("column", "key"), [("value", "status"), ("version", ""), ("note", "value")])
def test_a_form_whose_columns_have_lost_their_keys_is_refused(
    report: Report, alice: Actor, column: str, key: str
) -> None:
    def forge(form: FilledForm) -> None:
        sheet = form.cell(MODERATORS_KEY).parent
        head = next(row for row in sheet.iter_rows() if row[0].value == "portal:columns")
        next(cell for cell in head if cell.value == column).value = key

    assert "lost their hidden columns" in failure(alice, report, filled(take_form(alice, report), forge))


def test_a_form_of_tomorrow_is_refused(report: Report, alice: Actor) -> None:
    def forge(form: FilledForm) -> None:
        sheet = form.book["_form"]
        row = next(row for row in sheet.iter_rows() if row[0].value == "taken-at")
        row[1].value = (clock.now() + timedelta(days=1)).isoformat()

    assert "does not say when it was taken" in failure(alice, report, filled(take_form(alice, report), forge))


def test_too_many_rows_are_refused(report: Report, alice: Actor) -> None:
    def grow(form: FilledForm) -> None:
        sheet = form.book.create_sheet("More")
        for number in range(20_001):
            sheet.append([number])

    assert "more than can be read here" in failure(alice, report, filled(take_form(alice, report), grow))


@pytest.mark.parametrize("name", ["form.xlsm", "form.xls", "form.ods", "form"])
def test_another_kind_of_workbook_is_refused_with_what_to_do(report: Report, alice: Actor, name: str) -> None:
    with pytest.raises(DomainError, match="as XLSX, without macros"):
        upload_form(alice, report, take_form(alice, report), name)


def test_half_a_form_is_refused_at_once(report: Report, alice: Actor) -> None:
    content = take_form(alice, report)
    with pytest.raises(DomainError):
        upload_form(alice, report, content[: len(content) // 2])

"""Checking a file of supporters: what each row becomes, how its text is read, corrections for many rows and one."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.models import Charter, Supporter
from alliance.services import supporter_imports as services
from alliance.services.supporter_file import HEADINGS, read_supporter_file
from alliance.services.supporter_rows import RowFault, checked_values, kinds_by_word
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.supporter_imports import HEADING, ROWS, checked, imported_names, make_directory, send
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def directory(charter: Charter) -> None:
    make_directory(charter)


def test_corrections_of_an_earlier_check_are_not_taken_for_other_rows(cast: Cast) -> None:
    """Two managers have the page open: after one has corrected, the first word is another one."""
    words = "School 1;lyceum 1;Eastport;;one@a.example;;\nSchool 2;nursery 2;Eastport;;two@a.example;;\n"
    upload = send(cast, (HEADING + words).encode())
    mona = signed_in(cast.mona)
    url = f"/secretariat/supporters/import/{upload.pk}/correct/"
    mona.post(url, {"kind_0": "school", "kind_1": "", "round": "1"})
    assert checked(upload).counts == {"new": 1, "faulty": 1}

    refused = mona.post(url, {"kind_0": "school", "kind_1": "", "round": "1"}, follow=True)

    assert "You changed this in another window or on another device" in words_of(refused)
    assert checked(upload).counts == {"new": 1, "faulty": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_a_line_of_excel_that_names_the_separator_is_no_heading(cast: Cast, encoding: str) -> None:
    upload = send(cast, f"sep=;\r\n{HEADING}{ROWS.splitlines()[0]}\n".encode(encoding))

    assert upload.counts == {"new": 1}


def test_a_cell_that_was_typed_meanwhile_stays_in_its_field(cast: Cast) -> None:
    upload = send(cast)
    mona = signed_in(cast.mona)
    url = f"/secretariat/supporters/import/{upload.pk}/correct/"
    mona.post(url, {"cell_12_name": "School 8", "round": "1"})
    assert checked(upload).counts["faulty"] == 5

    refused = mona.post(url, {"cell_10_email": "six@a.example", "cell_12_name": "School 8", "round": "1"})

    assert refused.status_code == 422
    assert 'value="six@a.example"' in refused.content.decode()


def test_a_text_that_is_too_long_for_a_cell_is_said_and_loses_no_other(cast: Cast) -> None:
    upload = send(cast)
    cells = {"cell_12_name": "x" * 301, "cell_10_email": "six@a.example", "round": "1"}
    refused = signed_in(cast.mona).post(f"/secretariat/supporters/import/{upload.pk}/correct/", cells)
    assert refused.status_code == 422
    assert "There is a problem" in words_of(refused)
    assert 'value="six@a.example"' in refused.content.decode()


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_a_table_in_another_encoding_is_read_and_how_is_said(cast: Cast, encoding: str) -> None:
    upload = send(cast, (HEADING + ROWS).encode(encoding))
    assert upload.counts == {"new": 2, "unclear": 1, "known": 1, "repeated": 1, "faulty": 6}
    page = words_of(signed_in(cast.mona).get(f"/secretariat/supporters/import/{upload.pk}/"))
    assert "Read as text in Windows-1251" in page or "Read as text in UTF-16" in page
    assert "МБОУ «Школа 2»" in page


def test_a_workbook_tells_its_rows_and_one_that_does_not_is_not_guessed() -> None:
    workbook, lazy = Workbook(), Workbook(write_only=True)
    totals = []
    for book, sheet in ((workbook, workbook.active), (lazy, lazy.create_sheet())):
        for row in (
            ["name", "kind", "region", "e-mail"],
            ["School 1", "school", "Eastport", "one@a.example"],
        ):
            sheet.append(row)
        stream = io.BytesIO()
        book.save(stream)
        totals.append(read_supporter_file("march.xlsx", stream.getvalue()).total)
    assert totals == [1, 0]
    assert read_supporter_file("march.csv", (HEADING + ROWS).encode()).total == 11


@pytest.mark.parametrize(
    "heading", ["acceded_on", "Acceded  On", "Date of accession", "Дата\u00a0присоединения"]
)
def test_a_heading_is_known_as_people_and_programs_write_it(heading: str) -> None:
    """Else each of them would have acceded today."""
    file = read_supporter_file(
        "march.csv",
        f"Name,Kind,Region,E-mail,{heading}\nSchool 1,school,Eastport,one@a.example,2026-03-01\n".encode(),
    )

    assert (file.left_columns, [cells["acceded_on"] for _row, cells in file.rows]) == ((), ["2026-03-01"])


def test_the_counts_come_to_the_rows_of_the_file(cast: Cast) -> None:
    upload = send(cast)
    assert upload.counts == {"new": 2, "unclear": 1, "known": 1, "repeated": 1, "faulty": 6}
    assert (sum(upload.counts.values()), upload.left_columns) == (11, ["Notes"])
    with acting_as(SYSTEM):
        faults = list(upload.rows.filter(outcome="faulty").values_list("number", "fault_column", "fault"))
    assert faults == [
        (7, "kind", "kind"), (8, "kind", "kind"), (9, "acceded_on", "date-order"), (10, "email", "email"),
        (11, "acceded_on", "date"), (12, "name", "empty"),
    ]  # fmt: skip
    assert imported_names(upload) == set()


def test_a_choice_corrects_all_rows_of_a_kind_and_a_cell_one(cast: Cast) -> None:
    upload = send(cast)
    with acting_as(cast.actor("mona")) as mona:
        services.correct_rows(
            mona,
            upload,
            date_order="day",
            kinds={"детсад": "kindergarten"},
            cells={10: ("email", "six@a.example")},
        )
    upload = checked(upload)
    assert (upload.counts["new"], upload.counts["faulty"]) == (6, 2)
    with acting_as(SYSTEM):
        assert upload.rows.get(number=9).values["acceded_on"] == "2025-04-03"
        assert upload.rows.get(number=7).values["kind"] == "kindergarten"


def test_a_workbook_is_read_like_a_table(cast: Cast) -> None:
    workbook, stream = Workbook(), io.BytesIO()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Organisation", "Type", "Region", "Email", "Date"])
    sheet.append(["School 9", "School", "Eastport", "nine@a.example", clock.now().replace(tzinfo=None)])
    workbook.save(stream)
    assert send(cast, stream.getvalue(), "march.xlsx").counts == {"new": 1}


def test_a_file_without_the_columns_ends_with_its_reason(cast: Cast) -> None:
    upload = send(cast, b"name,region\nSchool,Eastport\n")
    assert "kind, e-mail" in upload.refusal
    assert upload.file == ""


def test_a_name_much_like_that_of_a_row_before_is_left_to_a_person_unless_its_town_differs(
    cast: Cast, charter: Charter
) -> None:
    rows = (
        "Northern Lights Community Centre;culture;Eastport;;a@a.example;;\n"
        "Northern Light Communal Centre;culture;Eastport;;b@b.example;;\n"
        "Southern Stars;culture;Eastport;;c@c.example;;\n"
        "Northern Light Communal Centre;culture;Westport;;d@d.example;;\n"
    )
    upload = send(cast, (HEADING + rows).encode())

    assert upload.counts == {"unclear": 1, "new": 3}
    with acting_as(SYSTEM):
        unclear = upload.rows.get(outcome="unclear")
        assert (unclear.twin_id, unclear.twin_row, unclear.number) == (None, 2, 3)
    page = words_of(signed_in(cast.mona).get(f"/secretariat/supporters/import/{upload.pk}/"))
    assert "row 2 of this file" in page
    with acting_as(cast.actor("mona")) as mona:
        services.decide_twins(mona, upload, {3: "apart"})
        services.confirm_import(mona, upload, is_public_at_once=True)
    run_all_jobs()
    with acting_as(SYSTEM):
        assert Supporter.objects.filter(import_number=upload.pk).count() == 4


def test_a_name_that_is_much_alike_is_left_to_a_person_unless_its_number_or_region_differs(
    cast: Cast, charter: Charter
) -> None:
    here = make_supporter(
        charter, "Northern Lights Community Centre", name_key="northern lights community centre"
    )
    make_supporter(charter, "Gymnasium 12 of Eastport", name_key="gymnasium 12 of eastport")
    rows = (
        "Northern Light Communal Centre;club;Eastport;;a@a.example;;\n"
        "Gymnasium 13 of Eastport;school;Eastport;;b@a.example;;\n"
        "Northern Light Communal Centre;club;Westport;;c@a.example;;\n"
        "Southern Stars;club;Eastport;;d@a.example;;\n"
    )
    upload = send(cast, (HEADING + rows.replace(";club;", ";culture;")).encode())

    assert upload.counts == {"unclear": 1, "new": 3}
    with acting_as(SYSTEM):
        unclear = upload.rows.get(outcome="unclear")
        assert (unclear.twin_id, unclear.number) == (here.pk, 2)
        assert 60 <= (unclear.likeness or 0) < 100
    page = words_of(signed_in(cast.mona).get(f"/secretariat/supporters/import/{upload.pk}/"))
    assert f"names alike: {unclear.likeness} %" in page


@pytest.mark.parametrize("text", ["0202-11-02", "02.11.0202"])
def test_an_implausible_year_of_accession_is_a_faulty_row(text: str) -> None:
    cells = dict.fromkeys(HEADINGS, "") | {
        "name": "School 1",
        "kind": "school",
        "region": "Eastport",
        "email": "one@a.example",
        "acceded_on": text,
    }

    with pytest.raises(RowFault) as fault:
        checked_values(cells, kinds_by_word(), "", date(2026, 12, 1))

    assert fault.value.key == "acceded_on.date"

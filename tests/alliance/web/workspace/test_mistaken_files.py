"""Files that are not what their reader expects: the form sent as CSV, or as a table; each says what to send instead."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.models import Report
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.report_forms import take_form
from tests.support.report_uploads import sheet
from tests.support.uploads import zips

pytestmark = pytest.mark.django_db


def as_csv(form: bytes, separator: str) -> str:
    """The first sheet of the form as a spreadsheet saves it: with what is hidden in it."""
    rows = load_workbook(io.BytesIO(form)).worksheets[0].iter_rows(values_only=True)
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows(rows)
    return file.getvalue()


def words_on(client: Client, report: Report, field: str, name: str, content: bytes) -> str:
    """What the page says of the file, at once or once it was read."""
    own = {"own": "1"} if field == "table" else {}
    answer = client.post(sheet(report), {field: SimpleUploadedFile(name, content), **own})
    run_all_jobs()
    return words_of(client.get(answer["Location"], follow=True) if answer.status_code == 302 else answer)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("separator", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), (";", "cp1251"), ("\t", "utf-16")]
)
def test_a_sheet_of_the_form_saved_as_csv_is_refused_with_the_way_out(
    cast: Cast, report: Report, alice: Client, language: str, separator: str, encoding: str
) -> None:
    text = as_csv(take_form(cast.actor("alice"), report, language), separator)

    page = words_on(alice, report, "file", "form.csv", text.encode(encoding, "replace"))

    assert "This is one sheet of the form, saved as CSV." in page
    assert "save it as XLSX, and upload that" in page
    assert "There is no column" not in page


def test_a_table_with_other_columns_leads_to_the_upload_for_ones_own(report: Report, alice: Client) -> None:
    page = words_on(alice, report, "file", "own.csv", b"Service;Notices\nAurora Kids;12\n")

    assert "There is no column “Service”" in page
    assert "Upload it as a table of your own" in page
    assert "Take the figures as CSV" in page


@pytest.mark.parametrize("name", ["form.xlsx", "form.csv"])
def test_form_uploaded_as_a_foreign_table_has_a_remark_that_names_the_form_upload(
    cast: Cast, report: Report, alice: Client, name: str
) -> None:
    form = take_form(cast.actor("alice"), report)
    content = form if name.endswith("x") else as_csv(form, ",").encode()

    assert "This is the form of a report. Upload it under “Upload”" in words_on(
        alice, report, "table", name, content
    )
    own = words_on(alice, report, "table", "own.csv", b"Service;Notices\nAurora Kids;12\n")
    assert "This is the form of a report" not in own


@pytest.mark.parametrize("field", ["file", "table"])
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("answers.ods", "Save another workbook (XLS, XLSM, ODS, Numbers) as XLSX"),
        ("answers.numbers", "Save another workbook (XLS, XLSM, ODS, Numbers) as XLSX"),
        ("answers.zip", "unpack a ZIP first"),
        ("answers.pdf", "A PDF has no answers that can be read"),
        ("answers.xlsx", "This is not an XLSX workbook."),
    ],
)
def test_refusal_of_another_kind_of_file_names_the_kind_to_send(
    report: Report, alice: Client, field: str, name: str, sentence: str
) -> None:
    content = zips.archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})

    assert sentence in words_on(alice, report, field, name, content)

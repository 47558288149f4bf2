"""Files that are no answers: bombs, macros, far too many rows. Each is refused in words, and nothing of it stays."""

import io
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import UploadState
from alliance.models import Report, ReportUpload
from portal.kernel.access import SYSTEM, acting_as
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.uploads import workbooks, zips

pytestmark = pytest.mark.django_db

ROWS = 200_000
FIELDS = ("file", "table")  # the form of the report or its figures; a table of one's own


def send(client: Client, report: Report, field: str, name: str, content: bytes) -> Any:
    """What the page says of the file, at once or once it was read."""
    own = {"own": "1"} if field == "table" else {}
    url = f"/workspace/reports/{report.pk}/spreadsheet/"
    answer = client.post(url, {field: SimpleUploadedFile(name, content), **own})
    run_all_jobs()
    return client.get(answer["Location"]) if answer.status_code == 302 else answer


def waiting_uploads() -> int:
    with acting_as(SYSTEM):
        return ReportUpload.objects.exclude(state=UploadState.FAILED).count()


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (zips.HOSTILE["bomb"][2](), "suspicious way"),
        (workbooks.changed(workbooks.HOSTILE["macros"][2]), "macros"),
        (workbooks.changed(workbooks.HOSTILE["external-link"][2]), "xl/data9.xml"),
    ],
    ids=["bomb", "macros", "external link"],
)
def test_a_workbook_that_does_more_than_hold_answers_is_refused(
    report: Report, alice: Client, field: str, content: bytes, sentence: str
) -> None:
    answer = send(alice, report, field, "answers.xlsx", content)

    assert sentence in words_of(answer)
    assert waiting_uploads() == 0


TOO_MANY = {
    "file": "The file has more than 20,000 rows: split it.",
    "table": "has at most 20,000 rows, 60 columns and 200,000 cells. Leave out what is not needed.",
}


@pytest.mark.parametrize("end", ["\n", "\r"], ids=["line ends", "carriage returns"])
@pytest.mark.parametrize("field", FIELDS)
def test_a_table_of_200_000_rows_is_refused_with_the_limit(
    report: Report, alice: Client, field: str, end: str
) -> None:
    lines = ("indicator,value" + end + ("a,1" + end) * ROWS).encode()

    answer = send(alice, report, field, "answers.csv", lines)

    assert len(lines) < 5 * 1024 * 1024
    assert TOO_MANY[field] in words_of(answer)
    assert waiting_uploads() == 0


@pytest.mark.slow  # so many rows are written first
@pytest.mark.parametrize("field", FIELDS)
def test_a_workbook_of_200_000_rows_is_refused_with_the_limit(
    report: Report, alice: Client, field: str
) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(ROWS):
            sheet.write_row(row, 0, (f"content-actioned {row % 97}", "aurora-kids", row))

    answer = send(alice, report, field, "answers.xlsx", stream.getvalue())

    assert "20,000" in words_of(answer)
    assert waiting_uploads() == 0

"""Files that are no answers: bombs, macros, far too many rows. Each is refused in words, and nothing of it stays."""

import io
import tracemalloc
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import UploadState
from alliance.models import Report, ReportUpload
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.inspection import Refusal
from portal.kernel.inspection.workbook_cells import inspect
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


def workbook(rows: int) -> bytes:
    """A workbook of so many rows."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(rows):
            sheet.write_row(row, 0, (f"content-actioned {row % 97}", "aurora-kids", row))
    return stream.getvalue()


CELLS = {"file": "400,000", "table": "200,000"}


@pytest.mark.slow  # so many rows are written first
@pytest.mark.parametrize("field", FIELDS)
def test_a_workbook_of_200_000_rows_is_refused_with_the_limit_and_a_way_out(
    report: Report, alice: Client, field: str
) -> None:
    answer = send(alice, report, field, "answers.xlsx", workbook(ROWS))

    assert (
        f"The workbook has more than can be read here: at most 20,000 rows with {CELLS[field]} cells. "
        "Delete what is not needed, or split the workbook." in words_of(answer)
    )
    assert waiting_uploads() == 0


def most_memory(content: bytes) -> int:
    """The bytes that reading the workbook takes at most beside its own, until it is refused."""
    tracemalloc.start()
    try:
        with pytest.raises(Refusal, match="too-many-rows"):
            inspect(content, rows=20_000, cells=400_000)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow  # so many rows are written first
def test_a_workbook_of_many_times_as_many_rows_takes_no_more_memory() -> None:
    small, large = (most_memory(workbook(rows)) for rows in (ROWS // 9, ROWS))

    assert large < 1.2 * small

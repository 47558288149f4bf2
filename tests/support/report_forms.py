"""The form of a report as tests take it, fill it in and upload it."""

import io
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import load_workbook

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.documents.report_form.facts import form_facts
from alliance.documents.report_form.workbook import form_plan
from alliance.enums import UploadState
from alliance.models import Report, ReportUpload
from alliance.queries.upload_differences import UploadDifferences
from alliance.queries.working_copy import working_copy
from alliance.services.report_uploads import upload_file
from portal.kernel.access import Actor, acting_as
from portal.kernel.documents.workbooks import write_entry_form
from tests.support.jobs import run_all_jobs


def take_form(actor: Actor, report: Report, *languages: str) -> bytes:
    """The form as it is made for the report now, in English unless languages are given."""
    languages = languages or ("en",)
    with acting_as(actor), translation.override(languages[0]):
        return write_entry_form(form_plan(form_facts(Report.objects.get(pk=report.pk), languages)))


class FilledForm:
    """A form while it is filled in, cell by cell."""

    def __init__(self, content: bytes) -> None:
        self.book = load_workbook(io.BytesIO(content))

    def cell(self, key: str, column: str = "value") -> Any:
        """The cell of this row and column, by their keys."""
        for sheet in self.book.worksheets:
            head = next(
                (row for row in sheet.iter_rows(max_row=20) if row[0].value == "portal:columns"), None
            )
            if head is None:
                continue
            place = next(cell.column for cell in head if cell.value == column)
            for row in sheet.iter_rows(min_row=head[0].row + 1):
                if row[0].value == key:
                    return sheet.cell(row[0].row, place)
        raise LookupError(key)

    def content(self) -> bytes:
        buffer = io.BytesIO()
        self.book.save(buffer)
        return buffer.getvalue()


def filled(content: bytes, fill: Callable[[FilledForm], object]) -> bytes:
    """The form after somebody has filled it in."""
    form = FilledForm(content)
    fill(form)
    return form.content()


def upload_form(actor: Actor, report: Report, content: bytes, name: str = "form.xlsx") -> ReportUpload:
    """Upload a file and have it read."""
    with acting_as(actor):
        sent, _is_new = upload_file(actor, report, SimpleUploadedFile(name, content))
    run_all_jobs()
    with acting_as(actor):
        return ReportUpload.objects.get(pk=sent.pk)


def differences_of(actor: Actor, upload: ReportUpload) -> UploadDifferences:
    """What the file would change now."""
    with acting_as(actor):
        return UploadDifferences(upload, working_copy(Report.objects.get(pk=upload.report_id)))


def kinds(actor: Actor, report: Report, content: bytes) -> dict[str, int]:
    """How many answers of each kind a file would bring."""
    return dict(differences_of(actor, upload_form(actor, report, content)).counts)


def refusals(actor: Actor, report: Report, content: bytes) -> list[tuple[str, str]]:
    """The addresses of the cells that a file cannot bring, each with its reason."""
    upload = upload_form(actor, report, content)
    return [
        (refusal.address, str(refusal.reason))
        for row in differences_of(actor, upload).rows
        for refusal in row.refusals
    ]


def failure(actor: Actor, report: Report, content: bytes) -> str:
    """Why the whole file cannot be taken."""
    upload = upload_form(actor, report, content)
    assert upload.state == UploadState.FAILED
    return str(upload.refusal_sentence)

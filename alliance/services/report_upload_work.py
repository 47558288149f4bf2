"""The worker's part of an uploaded file: read it in stages, compare it, and leave the decision to a person."""

import json
from collections.abc import Callable, Mapping, Sequence

from django.utils.functional import Promise

from alliance.enums import UploadKind, UploadStage, UploadState
from alliance.models import ReportUpload
from alliance.queries.upload_differences import UploadDifferences
from alliance.queries.working_copy import working_copy
from alliance.report_proposals import CellCount, Proposal
from alliance.services.form_reading import read_form
from alliance.services.next_tables import saved_tables
from alliance.services.table_sources import read_source, table_changes
from alliance.services.upload_reading import FileReading, ReadFile, read_figures
from alliance.validators.foreign_tables import ENCODINGS
from alliance.workflows import REPORT_UPLOAD
from portal.kernel import clock
from portal.kernel.access import SYSTEM
from portal.kernel.database import run_apart
from portal.kernel.text import sentence as _
from portal.kernel.text import to_stored

# how each kind of file is read that says itself what it holds
READERS: Mapping[str, Callable[[FileReading], ReadFile]] = {
    UploadKind.FORM: read_form,
    UploadKind.FIGURES: read_figures,
}


class UploadEnded(Exception):
    """Somebody has thrown the file away while it was read: nothing is left to do."""


def read_upload(upload_id: int, content: bytes, language: str) -> None:
    """Read the file and note what it proposes. Acts as SYSTEM, in one transaction.

    Raises UploadEnded when it was thrown away meanwhile, and DomainError for a file that cannot be taken.
    """
    upload = ReportUpload.objects.select_related("report__cycle__charter", "report__organisation").get(
        pk=upload_id
    )
    if upload.state != UploadState.READING:
        return
    if upload.kind == UploadKind.TABLE:
        _ask_for_columns(upload, content)
        return
    copy = working_copy(upload.report)
    progress = ReadingProgress(upload_id)
    file = READERS[upload.kind](FileReading(content, copy.frame, language, progress.show))
    upload.proposals = [proposal.to_json() for proposal in file.proposals]
    upload.taken_at = file.taken_at
    rows = len(file.proposals) + file.left_empty
    progress.show(rows, rows, file.proposals, UploadStage.COMPARING)
    UploadDifferences(upload, copy)  # what cannot be compared is found out here, not on the page
    locked = ReportUpload.objects.select_for_update(of=("self",)).get(pk=upload_id)
    if locked.state != UploadState.READING:
        raise UploadEnded
    changes = {
        "proposals": upload.proposals,
        "taken_at": file.taken_at,
        "left_empty": file.left_empty,
        "remarks": [*map(to_stored, [*_encoding_remark(upload), *file.remarks])],
        "stage": UploadStage.COMPARING,
        "rows_done": rows,
        "rows_total": rows,
        "ready_at": clock.now(),
    }
    REPORT_UPLOAD.apply(SYSTEM, locked, "finish", changes=changes)


def _encoding_remark(upload: ReportUpload) -> list[Promise]:
    """From which encoding a file of figures was decoded, where that was told from its bytes."""
    encoding = upload.table.get("decoded_from")
    if not encoding:
        return []
    message = _(
        "Read as text in %(encoding)s. If letters look wrong, save the file in UTF-8 and upload it again."
    )
    return [message % {"encoding": ENCODINGS[encoding]}]


def _ask_for_columns(upload: ReportUpload, content: bytes) -> None:
    """Leave it to a person to say what the rows and columns of their own table are."""
    show_progress(upload.pk, UploadStage.READING)
    table = read_source(upload, content)
    locked = ReportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if locked.state != UploadState.READING:
        raise UploadEnded
    rows, read = len(table.rows), table_changes(locked, table)
    locked.table = read["table"]
    changes = {
        **read,
        "table": {**locked.table, "read": saved_tables(locked)},
        "rows_done": rows,
        "rows_total": rows,
        "ready_at": clock.now(),
    }
    REPORT_UPLOAD.apply(SYSTEM, locked, "ask", changes=changes)


class ReadingProgress:
    """What the page of a file sees while it is read: its rows, and the cells of what they propose."""

    def __init__(self, upload_id: int) -> None:
        self._upload_id = upload_id
        self._counted = 0  # proposals
        self._cells = CellCount()

    def show(
        self,
        done: int,
        total: int,
        proposals: Sequence[Proposal],
        stage: UploadStage = UploadStage.READING,
    ) -> None:
        """Write that so many rows are done; `proposals` only grow. Raises what `show_progress` raises."""
        for proposal in proposals[self._counted :]:
            self._cells = self._cells.plus(proposal.cells)
        self._counted = len(proposals)
        show_progress(self._upload_id, stage, done, total, self._cells)


def show_progress(
    upload_id: int, stage: UploadStage, done: int = 0, total: int = 0, cells: CellCount | None = None
) -> None:
    """Write how far the work is, apart from its transaction, so that the page sees it.

    Raises UploadEnded when somebody has thrown the file away.
    """
    facts = {} if cells is None else {"cells": list(cells)}
    run_apart(
        "SELECT set_config('portal.kind', 'system', true);"
        " UPDATE alliance_reportupload SET stage = %(stage)s, rows_done = %(done)s, rows_total = %(total)s,"
        ' "table" = "table" || %(facts)s::jsonb'
        " WHERE id = %(upload)s AND state = 'reading' RETURNING id",
        {
            "stage": str(stage),
            "done": done,
            "total": total,
            "facts": json.dumps(facts),
            "upload": upload_id,
        },
    )
    if not ReportUpload.objects.filter(pk=upload_id, state=UploadState.READING).exists():
        raise UploadEnded

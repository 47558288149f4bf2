"""A file with several tables of one's own: what is left of it once answers are saved, or taken back."""

from datetime import datetime

from alliance.enums import OPEN_UPLOAD_STATES, UploadKind, UploadStage, UploadState
from alliance.models import ReportUpload
from alliance.queries.report_uploads import tables_left
from alliance.validators.table_guesses import blocks_within, table_blocks
from alliance.validators.table_plans import TablePlan
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of
from portal.kernel.jobs import enqueue

_OF_FILE = ("rows", "source", "sheets", "facts", "decoded_from", "names", "names_of")


def leave_next_tables(actor: Actor, upload: ReportUpload, expires_at: datetime) -> ReportUpload | None:
    """The rest of the file as an upload of its own, which waits for somebody to say what it holds; it takes the bytes.

    None where no table is left. The upload is locked, and ends in this transaction.
    """
    if upload.kind != UploadKind.TABLE or "plan" not in upload.table:
        return None
    table = {name: upload.table[name] for name in _OF_FILE if name in upload.table}
    remarks = upload.table.get("remarks", [])
    read = sorted({*upload.tables_read, *tables_of_plan(upload)})
    table |= {"remarks": remarks, "read": {**upload.table.get("read", {}), upload.reading_digest: read}}
    rest = ReportUpload(
        report_id=upload.report_id,
        organisation_id=upload.organisation_id,
        person_id=person_of(actor),
        kind=upload.kind,
        state=UploadState.MAPPING,
        name=upload.name,
        file=upload.file,
        sha256=upload.sha256,
        size=upload.size,
        stage=UploadStage.READING,
        rows_done=upload.rows_done,
        rows_total=upload.rows_total,
        table=table,
        remarks=remarks,
        ready_at=clock.now(),
        expires_at=expires_at,
    )
    if not tables_left(rest):
        return None
    rest.save()
    journal.record(actor, "report_upload.send", rest)
    enqueue(
        "expire_report_upload", key=f"expire-upload:{rest.pk}", payload={"upload": rest.pk}, at=expires_at
    )
    return rest


def saved_tables(upload: ReportUpload) -> dict[str, list[int]]:
    """The first rows of the tables of a file whose answers the report has from earlier uploads of it, by their reading.

    None of the reading that it has now where that leaves no table: such a file begins anew. One query.
    """
    saved: dict[str, set[int]] = {}
    earlier = ReportUpload.objects.filter(
        report_id=upload.report_id, sha256=upload.sha256, kind=upload.kind, state=UploadState.SAVED
    )
    for tables in earlier.values_list("table__read", flat=True):
        for reading, rows in (tables or {}).items():
            saved.setdefault(reading, set()).update(rows)
    here = saved.get(upload.reading_digest, set())
    if here.issuperset(block.first for block in table_blocks(upload.table_rows)):
        saved.pop(upload.reading_digest, None)
    return {reading: sorted(rows) for reading, rows in saved.items()}


def offer_tables_again(upload: ReportUpload) -> None:
    """Let what waits of the file offer the tables of this upload again. The report is locked."""
    saved = upload.table.get("read", {})
    waiting = ReportUpload.objects.filter(
        report_id=upload.report_id, sha256=upload.sha256, kind=upload.kind, state__in=OPEN_UPLOAD_STATES
    )
    for rest in waiting.select_for_update(of=("self",)):
        read = {
            reading: [row for row in rows if row not in saved.get(reading, ())]
            for reading, rows in rest.table.get("read", {}).items()
        }
        rest.table = {**rest.table, "read": {reading: rows for reading, rows in read.items() if rows}}
        rest.save(update_fields=["table"])


def tables_of_plan(upload: ReportUpload) -> list[int]:
    """The first rows of the tables that the plan of an upload reads; of one without a plan none."""
    if "plan" not in upload.table:
        return []
    plan = TablePlan.from_json(upload.table["plan"])
    return [block.first for block in blocks_within(table_blocks(upload.table_rows), plan)]

"""A file with several tables of one's own: what is left to read of it once the answers of one are saved."""

from datetime import datetime

from alliance.enums import UploadKind, UploadStage, UploadState
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
    plan = TablePlan.from_json(upload.table["plan"])
    read = {block.first for block in blocks_within(table_blocks(upload.table_rows), plan)}
    table = {name: upload.table[name] for name in _OF_FILE if name in upload.table}
    remarks = upload.table.get("remarks", [])
    table |= {"remarks": remarks, "read": sorted({*upload.table.get("read", ()), *read})}
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

"""Files with answers that an organisation has uploaded to its reports."""

from django.db.models import QuerySet

from alliance.enums import OPEN_UPLOAD_STATES, UploadKind
from alliance.models import Report, ReportUpload
from alliance.validators.table_guesses import blocks_within, table_blocks
from alliance.validators.table_plans import TableBlock, TablePlan
from portal.kernel.access import Actor

_LISTED = 20


def uploads_with_reports(actor: Actor) -> QuerySet[ReportUpload]:
    """The files that the actor may see, each with who sent it, its report and charter."""
    rows: QuerySet[ReportUpload] = ReportUpload.objects.visible_to(actor).select_related(
        "person", "report__organisation", "report__cycle__charter", "report__earlier_charter"
    )
    return rows


def latest_uploads(actor: Actor, report: Report) -> QuerySet[ReportUpload]:
    """The last files of a report, the newest first, without what was read from them."""
    rows: QuerySet[ReportUpload] = ReportUpload.objects.visible_to(actor).filter(report=report)
    return rows.select_related("person").defer("table", "proposals", "choices", "written")[:_LISTED]


def tables_left(upload: ReportUpload) -> list[TableBlock]:
    """The tables that nobody has saved yet, in the order of the file as it is read now. No query."""
    read = upload.tables_read
    return [block for block in table_blocks(upload.table_rows) if block.first not in read]


def next_table(upload: ReportUpload) -> TableBlock | None:
    """The table that comes after the one that is read now, or was last; of those not saved yet."""
    left, last = tables_left(upload), max(upload.tables_read, default=0)
    if "plan" in upload.table:
        plan = TablePlan.from_json(upload.table["plan"])
        within, last = blocks_within(left, plan), plan.first_row
        left = [block for block in left if block not in within]
    return next((block for block in left if block.first > last), left[0] if left else None)


def waiting_upload(actor: Actor, upload: ReportUpload) -> ReportUpload | None:
    """What waits of the file of a table whose answers were saved, or taken back; at most one query.

    A file waits once in a report. Before answers of it are taken back and after it this is what offers their table
    again; where nothing waits, the file is to be uploaded again.
    """
    if upload.kind != UploadKind.TABLE:
        return None
    rows = uploads_with_reports(actor).filter(
        report_id=upload.report_id, sha256=upload.sha256, kind=upload.kind, state__in=OPEN_UPLOAD_STATES
    )
    return rows.first()


def more_tables(saved: ReportUpload, waiting: ReportUpload | None) -> list[TableBlock]:
    """The tables that follow the one that was saved, in what waits of its file. No query.

    None where the file was uploaded again to begin anew: then the table that was saved is among those that wait.
    """
    if waiting is None:
        return []
    read: dict[str, list[int]] = waiting.table.get("read", {})
    own: dict[str, list[int]] = saved.table.get("read", {})
    follows = all(set(rows) <= set(read.get(reading, ())) for reading, rows in own.items())
    return tables_left(waiting) if own and follows else []

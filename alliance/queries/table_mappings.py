"""Kept mappings of tables: the one for a file of the same make, and all of the organisation."""

from django.db.models import QuerySet

from alliance.models import ReportUpload, TableMapping
from alliance.validators.table_plans import TablePlan, shape_of
from portal.kernel.access import Actor


def table_mappings(actor: Actor, charter_key: str) -> QuerySet[TableMapping]:
    """The mappings that the organisation has kept for reports on this charter, the latest first."""
    rows: QuerySet[TableMapping] = TableMapping.objects.visible_to(actor).filter(charter_key=charter_key)
    return rows.select_related("saved_by")


def mapping_for(actor: Actor, upload: ReportUpload) -> TableMapping | None:
    """The mapping that was kept for a file of the same make and still fits this one. One query."""
    mapping = (
        table_mappings(actor, upload.report.charter.key).filter(shape=shape_of(upload.table_rows)).first()
    )
    if mapping is None or not TablePlan.from_json(mapping.plan).fits(upload.table_rows):
        return None
    return mapping

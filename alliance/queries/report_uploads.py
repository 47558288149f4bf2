"""Files with answers that an organisation has uploaded to its reports."""

from django.db.models import QuerySet

from alliance.models import Report, ReportUpload
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

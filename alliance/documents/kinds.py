"""The documents of this floor, as the kernel's worker knows them."""

from django.utils.translation import gettext_lazy as _

from alliance.documents import (
    cycle_book,
    personal_data,
    report,
    report_book,
    report_file,
    report_json,
    report_pdf,
)
from alliance.queries.personal_data import PERSONAL_DATA
from alliance.services.documents import (
    CYCLE_WORKBOOK,
    CYCLE_WORKING,
    FILED,
    REPORT_PDF,
    REPORT_PREVIEW,
    WORKING,
    report_kind,
)
from portal.kernel.documents import Kind, register

_KINDS = (
    Kind(REPORT_PDF, report.collect_published, report_pdf.render, words=_("Report, PDF")),
    Kind(REPORT_PREVIEW, report.collect_preview, report_pdf.render, words=_("Preview of a report, PDF")),
    Kind(CYCLE_WORKBOOK, cycle_book.collect_published, cycle_book.render, words=_("Workbook of a cycle")),
    Kind(
        CYCLE_WORKING, cycle_book.collect_working, cycle_book.render, words=_("Working workbook of a cycle")
    ),
    Kind(PERSONAL_DATA, personal_data.collect, personal_data.render, words=_("What is kept about you")),
)
# a report as a workbook and as JSON, of each of its three bases
_REPORTS = (
    ("", report_file.collect_published, _("Report, XLSX"), _("Report, JSON")),
    (FILED, report_file.collect_filed, _("Report as filed, XLSX"), _("Report as filed, JSON")),
    (
        WORKING,
        report_file.collect_working,
        _("Working copy of a report, XLSX"),
        _("Working copy of a report, JSON"),
    ),
)


def register_kinds() -> None:
    """Hand the kinds to the kernel; called once, when the app is ready."""
    for kind in _KINDS:
        register(kind)
    for basis, collect, book, data in _REPORTS:
        register(Kind(report_kind(basis, "xlsx"), collect, report_book.render, words=book))
        register(Kind(report_kind(basis, "json"), collect, report_json.render, words=data))

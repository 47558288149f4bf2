"""The documents of this floor, as the kernel's worker knows them."""

from django.utils.text import format_lazy
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
    Kind(REPORT_PDF, report.collect_published, report_pdf.render, words=format_lazy("{}, PDF", _("Report"))),
    Kind(
        REPORT_PREVIEW,
        report.collect_preview,
        report_pdf.render,
        words=format_lazy("{}, PDF", _("Preview of the report")),
    ),
    Kind(CYCLE_WORKBOOK, cycle_book.collect_published, cycle_book.render, words=_("Cycle workbook")),
    Kind(CYCLE_WORKING, cycle_book.collect_working, cycle_book.render, words=_("Draft workbook")),
    Kind(PERSONAL_DATA, personal_data.collect, personal_data.render, words=_("Your personal data")),
)
# a report as a workbook and as JSON, of each of its three bases
_REPORTS = (
    (
        "",
        report_file.collect_published,
        format_lazy("{}, XLSX", _("Report")),
        format_lazy("{}, JSON", _("Report")),
    ),
    (
        FILED,
        report_file.collect_filed,
        format_lazy("{}, XLSX", _("Report as submitted")),
        format_lazy("{}, JSON", _("Report as submitted")),
    ),
    (
        WORKING,
        report_file.collect_working,
        format_lazy("{}, XLSX", _("Draft report")),
        format_lazy("{}, JSON", _("Draft report")),
    ),
)


def register_kinds() -> None:
    """Hand the kinds to the kernel; called once, when the app is ready."""
    for kind in _KINDS:
        register(kind)
    for basis, collect, book, data in _REPORTS:
        register(Kind(report_kind(basis, "xlsx"), collect, report_book.render, words=book))
        register(Kind(report_kind(basis, "json"), collect, report_json.render, words=data))

"""The documents of this floor, as the kernel's worker knows them."""

from alliance.documents import personal_data, report, report_pdf
from alliance.queries.personal_data import PERSONAL_DATA
from alliance.services.documents import REPORT_PDF, REPORT_PREVIEW
from portal.kernel.documents import Kind, register


def register_kinds() -> None:
    """Hand the kinds to the kernel; called once, when the app is ready."""
    register(Kind(REPORT_PDF, report.collect_published, report_pdf.render))
    register(Kind(REPORT_PREVIEW, report.collect_preview, report_pdf.render))
    register(Kind(PERSONAL_DATA, personal_data.collect, personal_data.render))

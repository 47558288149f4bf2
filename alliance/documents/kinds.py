"""The documents of the alliance, registered with the platform's worker."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.documents import certificate, charter_difference, member_archive, own_archive, personal_data
from alliance.documents.cycle import draft_summary, summary_content, workbook
from alliance.documents.cycle import pdf as cycle_pdf
from alliance.documents.report import export, json_export, pdf, pdf_content
from alliance.documents.report.workbook import render
from alliance.documents.report_form import collect_bilingual_form, collect_form, render_form
from alliance.queries.documents import drafts_of_own_reports
from alliance.queries.own_archives import OWN_ARCHIVE, archives_of_own_organisation
from alliance.queries.personal_archives import PERSONAL_DATA_KIND
from alliance.queries.public.certificates import CERTIFICATE_KIND
from alliance.queries.public.withdrawn_records import REPORT_PDF
from alliance.services.documents import (
    BILINGUAL_FORM,
    CHARTER_DRAFT_DIFFERENCE,
    CYCLE_DRAFT_SUMMARY,
    CYCLE_WORKING,
    FILED,
    FORM,
    MEMBER_ARCHIVE,
    REPORT_DRAFT,
    REPORT_PREVIEW,
    WORKING,
)
from alliance.services.public_documents import (
    CHARTER_DIFFERENCE,
    CYCLE_MATRIX_PDF,
    CYCLE_MATRIX_XLSX,
    CYCLE_SUMMARY,
    CYCLE_WORKBOOK,
    report_kind,
)
from alliance.services.public_files import end_public_document
from portal.kernel.documents import DocumentKind, register

_KINDS = (
    DocumentKind(
        REPORT_PDF,
        pdf_content.collect_published_pdf,
        pdf.render,
        on_end=end_public_document,
        label=format_lazy("{}, PDF", _("Report")),
    ),
    DocumentKind(
        REPORT_PREVIEW,
        pdf_content.collect_preview,
        pdf.render,
        label=format_lazy("{}, PDF", _("Preview of the report")),
    ),
    DocumentKind(
        REPORT_DRAFT,
        pdf_content.collect_draft,
        pdf.render,
        visibility=drafts_of_own_reports,
        label=format_lazy("{}, PDF", _("Draft report")),
    ),
    DocumentKind(
        CYCLE_WORKBOOK,
        workbook.collect_published_cycle,
        workbook.render,
        on_end=end_public_document,
        label=_("Cycle workbook"),
        is_long=True,
    ),
    DocumentKind(
        CYCLE_SUMMARY,
        summary_content.collect_published_summary,
        cycle_pdf.render_summary,
        on_end=end_public_document,
        label=_("Summary of the alliance"),
        is_long=True,
    ),
    DocumentKind(
        CYCLE_MATRIX_PDF,
        summary_content.collect_published_matrix,
        cycle_pdf.render_matrix,
        on_end=end_public_document,
        label=format_lazy("{}, PDF", _("Members by commitment")),
        is_long=True,
    ),
    DocumentKind(
        CYCLE_MATRIX_XLSX,
        workbook.collect_published_matrix,
        workbook.render_matrix,
        on_end=end_public_document,
        label=format_lazy("{}, XLSX", _("Members by commitment")),
        is_long=True,
    ),
    DocumentKind(
        CERTIFICATE_KIND,
        certificate.collect_certificate,
        certificate.render,
        on_end=end_public_document,
        label=_("Certificate of accession"),
    ),
    DocumentKind(
        CHARTER_DIFFERENCE,
        charter_difference.collect_published_difference,
        charter_difference.render,
        on_end=end_public_document,
        label=_("Changes between two charter versions"),
    ),
    DocumentKind(
        CHARTER_DRAFT_DIFFERENCE,
        charter_difference.collect_difference,
        charter_difference.render,
        label=_("Changes between two charter versions, with pledges and signatures"),
    ),
    DocumentKind(
        CYCLE_WORKING,
        workbook.collect_working_cycle,
        workbook.render,
        label=_("Draft workbook"),
        is_long=True,
    ),
    DocumentKind(
        CYCLE_DRAFT_SUMMARY,
        draft_summary.collect_draft_summary,
        cycle_pdf.render_summary,
        label=_("Draft of the summary"),
        is_long=True,
    ),
    DocumentKind(MEMBER_ARCHIVE, build_step=member_archive.build_step, label=_("Archive of an organisation")),
    DocumentKind(
        OWN_ARCHIVE,
        build_step=own_archive.build_step,
        visibility=archives_of_own_organisation,
        label=_("Everything filed"),
    ),
    DocumentKind(
        report_kind(FORM, "xlsx"),
        collect_form,
        render_form,
        label=format_lazy("{}, XLSX", _("Form to fill in")),
    ),
    DocumentKind(
        report_kind(BILINGUAL_FORM, "xlsx"),
        collect_bilingual_form,
        render_form,
        label=format_lazy("{}, XLSX", _("Form to fill in, in both languages")),
    ),
    DocumentKind(PERSONAL_DATA_KIND, build_step=personal_data.build_step, label=_("Your personal data")),
)
# a report as a workbook and as JSON, of each of its three bases
_REPORTS = (
    (
        "",
        export.collect_published_report,
        format_lazy("{}, XLSX", _("Report")),
        format_lazy("{}, JSON", _("Report")),
    ),
    (
        FILED,
        export.collect_filed,
        format_lazy("{}, XLSX", _("Report as submitted")),
        format_lazy("{}, JSON", _("Report as submitted")),
    ),
    (
        WORKING,
        export.collect_working_report,
        format_lazy("{}, XLSX", _("Draft report")),
        format_lazy("{}, JSON", _("Draft report")),
    ),
)


def register_kinds() -> None:
    """Hand the kinds to the kernel; called once, when the app is ready."""
    for kind in _KINDS:
        register(kind)
    for basis, collect, book, data in _REPORTS:
        # what is not public belongs to its requester alone: the hook leaves it
        for format_, make, label in (("xlsx", render, book), ("json", json_export.render, data)):
            name = report_kind(basis, format_)
            register(DocumentKind(name, collect, make, on_end=end_public_document, label=label))

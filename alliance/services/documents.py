"""Asking for generated documents: what is public is built once for everybody, a preview for whoever asks."""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.enums import ReportState
from alliance.models import Report
from alliance.queries.public.report_editions import ReportEdition, report_edition
from alliance.queries.public.texts import in_reader_language
from alliance.queries.report_previews import report_preview
from portal.kernel import clock
from portal.kernel.access import ANYONE, Actor, require
from portal.kernel.documents import request_document, retry_document
from portal.kernel.errors import DomainError
from portal.kernel.models import Document, DocumentState

REPORT_PDF = "report.pdf"
REPORT_PREVIEW = "report.preview"


@transaction.atomic
def request_report_document(actor: Actor, report: Report, language: str) -> Document:
    """Ask for a report as PDF; gives back the row to watch.

    Of a published report everybody watches the same document. Else it is a preview of what was filed last,
    for this actor alone. Refuses with Forbidden, or DomainError while nothing was filed.
    """
    require(actor, "document.request", report)
    edition = report_edition(report.organisation.slug, report.cycle.slug)
    if report.state == ReportState.PUBLISHED and edition is not None:
        return request_public_report(edition, language)
    preview = report_preview(actor, report.pk)
    if preview is None:
        raise DomainError(_("Nothing was filed yet, so there is nothing to print."))
    with translation.override(language):
        values = {"name": report.organisation.name, "cycle": report.cycle.title}
        title = _("%(name)s, %(cycle)s: preview of the report") % values
    return request_document(actor, REPORT_PREVIEW, report.pk, title=title, language=language)


@transaction.atomic
def request_public_report(edition: ReportEdition, language: str) -> Document:
    """Ask for the PDF of a published report, as anyone may: once for each edition and language.

    One that failed is tried again.
    """
    with translation.override(language):
        title = in_reader_language(edition.report.title)
    key = public_report_key(edition, language)
    document = request_document(
        ANYONE, REPORT_PDF, edition.report.number, title=title[:300], language=language, cache_key=key
    )
    return retry_document(ANYONE, document) if document.state == DocumentState.FAILED else document


def public_report_key(edition: ReportEdition, language: str) -> str:
    """By what the document of this edition is found again."""
    return f"report:{edition.key}:{language}"


@transaction.atomic
def prepare_public_report(slug: str, cycle: str) -> None:
    """Have the PDF of a published report built in every language, before anybody asks for it.

    Of the past that a demonstration tells nothing is built ahead: that is done when somebody asks.
    """
    edition = None if clock.is_set() else report_edition(slug, cycle)
    if edition is not None:
        for language, _name in settings.LANGUAGES:
            request_public_report(edition, language)

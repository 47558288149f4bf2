"""Asking for the documents of what is published: each is built once for everybody, some before anybody asks."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from alliance.models import Charter
from alliance.queries.documents import document_for_everybody
from alliance.queries.public.certificates import CERTIFICATE_KIND, CertificateEdition
from alliance.queries.public.charter_editions import CharterEdition
from alliance.queries.public.cycle_editions import CycleEdition, cycle_edition
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.record import standing_publications
from alliance.queries.public.report_editions import ReportEdition, report_edition
from alliance.queries.public.texts import in_reader_language
from portal.kernel import clock
from portal.kernel.access import ANYONE
from portal.kernel.documents import Document, DocumentState, request_document, retry_document
from portal.kernel.jobs import enqueue
from portal.kernel.publishing import Publication
from portal.kernel.text import LANGUAGES

REPORT_FORMATS = ("pdf", "xlsx", "json")  # of a published report
CYCLE_WORKBOOK = "cycle.workbook"
CYCLE_SUMMARY = "cycle.summary"
CYCLE_MATRIX_PDF = "cycle.matrix.pdf"
CYCLE_MATRIX_XLSX = "cycle.matrix.xlsx"
CHARTER_DIFFERENCE = "charter.difference"
# how pages and addresses name the documents of a published cycle
CYCLE_KINDS = {
    "pdf": CYCLE_SUMMARY,
    "xlsx": CYCLE_WORKBOOK,
    "matrix-pdf": CYCLE_MATRIX_PDF,
    "matrix-xlsx": CYCLE_MATRIX_XLSX,
}
_CYCLE_TITLES = {
    "pdf": gettext_noop("Summary of the alliance"),
    "xlsx": gettext_noop("Workbook"),
    "matrix-pdf": gettext_noop("Members by commitment"),
    "matrix-xlsx": gettext_noop("Members by commitment"),
}
_PREPARED = ("pdf", "matrix-pdf")  # built before anybody asks
# seconds: publications of so long have the documents of their cycle built once, so long after the last of them
_GATHERED, _COMMITTED_AFTER = 120, 60


def report_kind(basis: str, format_: str) -> str:
    """The kind of document: `report.xlsx` is the published one, `report.filed.json` what was filed."""
    return f"report.{basis}.{format_}" if basis else f"report.{format_}"


@transaction.atomic
def request_public_report(
    edition: ReportEdition, language: str, format_: str = "pdf", *, is_bulk: bool = False
) -> Document:
    """Ask for a published report as a file, as anyone may: once for each edition, language and format.

    One that failed is tried again. `is_bulk`: nobody waits for it.
    """
    with translation.override(language):
        title = in_reader_language(edition.report.title)
    key = public_report_key(edition, language, format_)
    kind = report_kind("", format_)
    return _request_public(kind, edition.report.number, title, language, key, edition.number, is_bulk=is_bulk)


def _request_public(
    kind: str, target_id: int, title: str, language: str, key: str, as_of: int, *, is_bulk: bool = False
) -> Document:
    """The one document of this key, with publications up to `as_of`; queued again where it had failed."""
    document = request_document(
        ANYONE,
        kind,
        target_id,
        title=title[:300],
        language=language,
        cache_key=key,
        as_of=as_of,
        is_bulk=is_bulk,
    )
    return retry_document(ANYONE, document) if document.state == DocumentState.FAILED else document


def public_report_key(edition: ReportEdition, language: str, format_: str = "pdf") -> str:
    """By what the document of this edition is found again."""
    return f"{'report' if format_ == 'pdf' else f'report.{format_}'}:{edition.key}:{language}"


@transaction.atomic
def prepare_public_report(slug: str, cycle: str) -> None:
    """Have the files of a published report built in every language, before anybody asks for them.

    Nothing is built ahead for the past of a demonstration: that is done when somebody asks.
    """
    if not clock.is_set():
        _prepare_report(slug, cycle)


@transaction.atomic
def prepare_latest_reports(count: int) -> None:
    """Have the files of the reports built that were published last, also in a demonstration."""
    rows = standing_publications(Publication.objects.filter(type="report")).order_by("-number")
    for record in rows.values_list("record", flat=True)[:count]:
        _prepare_report(*record.split("/", 1))


def _prepare_report(slug: str, cycle: str) -> None:
    edition = report_edition(slug, cycle)
    if edition is None:
        return
    for format_ in REPORT_FORMATS:
        for language in LANGUAGES:
            request_public_report(edition, language, format_, is_bulk=True)


@transaction.atomic
def request_public_cycle(
    edition: CycleEdition, language: str, format_: str = "xlsx", *, is_bulk: bool = False
) -> Document:
    """Ask for a document of a published cycle, as anyone may: once for each edition, language and format.

    One that failed is tried again. `is_bulk`: nobody waits for it.
    """
    key = public_cycle_key(edition, language, format_)
    with translation.override(language):
        title = f"{capfirst(edition.cycle.title)}: {_(_CYCLE_TITLES[format_])}"
    return _request_public(
        CYCLE_KINDS[format_], edition.number, title, language, key, edition.number, is_bulk=is_bulk
    )


def public_cycle_key(edition: CycleEdition, language: str, format_: str = "xlsx") -> str:
    """By what a document of this edition is found again."""
    return f"{'cycle' if format_ == 'xlsx' else f'cycle.{format_}'}:{edition.key}:{language}"


@transaction.atomic
def prepare_public_cycle(slug: str) -> None:
    """Have summary and matrix of a published cycle built in every language, before anybody asks for them.

    One that failed is left to those who ask. Nothing is built ahead for the past of a demonstration.
    """
    edition = None if clock.is_set() else cycle_edition(slug)
    if edition is None:
        return
    for language, _name in settings.LANGUAGES:
        for format_ in _PREPARED:
            if document_for_everybody(public_cycle_key(edition, language, format_)) is None:
                request_public_cycle(edition, language, format_, is_bulk=True)


def enqueue_public_cycle(slug: str) -> None:
    """Queue that for a cycle of which something is published now: once for all that is within two minutes.

    It is done a minute later, when what was published by then is committed; the schedule looks once more.
    """
    if clock.is_set():
        return
    at = _GATHERED * (1 + clock.now().timestamp() // _GATHERED)
    due = datetime.fromtimestamp(at + _COMMITTED_AFTER, UTC)
    enqueue("prepare_cycle", key=f"prepare_cycle:{slug}:{int(at)}", payload={"cycle": slug}, at=due)


def prepare_public_cycles() -> None:
    """The same for each published cycle that has changed since: corrections and late reports make new editions."""
    for cycle in published_cycles():
        prepare_public_cycle(cycle.slug)


@transaction.atomic
def request_certificate(edition: CertificateEdition, language: str) -> Document:
    """Ask for a member's certificate, as anyone may: once for each edition and language.

    One that failed is tried again.
    """
    with translation.override(language):
        title = _("%(name)s: certificate of accession") % {"name": edition.organisation.name}
    key = certificate_key(edition, language)
    number = edition.publication.number
    return _request_public(CERTIFICATE_KIND, number, title, language, key, edition.number)


def certificate_key(edition: CertificateEdition, language: str) -> str:
    """By what the certificate of this edition is found again."""
    return f"certificate:{edition.key}:{language}"


@transaction.atomic
def request_public_difference(edition: CharterEdition, language: str) -> Document:
    """Ask for a published version against the one before, as anyone may: once for each edition and language.

    One that failed is tried again.
    """
    with translation.override(language):
        title = difference_title(edition.charter)
    key = public_difference_key(edition, language)
    return _request_public(CHARTER_DIFFERENCE, edition.charter.pk, title, language, key, edition.number)


def public_difference_key(edition: CharterEdition, language: str) -> str:
    """By what the difference of this edition is found again."""
    return f"charter.difference:{edition.key}:{language}"


def difference_title(charter: Charter) -> str:
    """Of the document that compares this version with the one before."""
    values = {"title": charter.title, "version": charter.version}
    return (_("%(title)s, version %(version)s: what changed") % values)[:300]

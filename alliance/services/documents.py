"""Asking for generated documents: what is public is built once for everybody, a preview for the actor alone."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from alliance.enums import ReportState
from alliance.models import Charter, Cycle, Organisation, Report
from alliance.queries.documents import document_for_everybody
from alliance.queries.own_archives import OWN_ARCHIVE, own_archives
from alliance.queries.public.certificates import CERTIFICATE_KIND, CertificateEdition
from alliance.queries.public.charter_editions import CharterEdition
from alliance.queries.public.cycle_editions import CycleEdition, cycle_edition
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.record import standing_publications
from alliance.queries.public.report_editions import ReportEdition, report_edition
from alliance.queries.public.texts import in_reader_language
from alliance.queries.report_previews import report_preview
from alliance.workflows import REPORT_EDITABLE
from alliance.workflows.delegations import refuse_unwritten
from portal.kernel import clock
from portal.kernel.access import ANYONE, Actor, can, require
from portal.kernel.documents import Document, DocumentState, request_document, retry_document
from portal.kernel.errors import DomainError
from portal.kernel.jobs import enqueue
from portal.kernel.publishing import Publication
from portal.kernel.text import LANGUAGES

REPORT_PDF = "report.pdf"
REPORT_FORMATS = ("pdf", "xlsx", "json")  # of a published report
REPORT_PREVIEW = "report.preview"
REPORT_DRAFT = "report.draft"
CYCLE_WORKBOOK = "cycle.workbook"
CYCLE_SUMMARY = "cycle.summary"
CYCLE_MATRIX_PDF = "cycle.matrix.pdf"
CYCLE_MATRIX_XLSX = "cycle.matrix.xlsx"
CYCLE_WORKING = "cycle.working"
MEMBER_ARCHIVE = "member.archive"
CHARTER_DIFFERENCE = "charter.difference"
CHARTER_DRAFT_DIFFERENCE = "charter.draft.difference"
# a report for those who see more of it than the public: what was filed last, and what is being written
FILED = "filed"
WORKING = "working"
FORM = "form"  # to be filled in elsewhere
BILINGUAL_FORM = "form.both"
_BOTH = "both"
DRAFT_PDF = "draft.pdf"
# seconds: publications of so long have the documents of their cycle built once, so long after the last of them
_GATHERED, _COMMITTED_AFTER = 120, 60
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
_NAMES = (
    "pdf",
    "xlsx",
    "json",
    "filed.xlsx",
    "filed.json",
    "working.xlsx",
    "working.json",
    f"{FORM}.xlsx",
    *(f"{FORM}-{language}.xlsx" for language in (*LANGUAGES, _BOTH)),
    DRAFT_PDF,
)


@dataclass(frozen=True, slots=True)
class DocumentOption:
    """A document of a report that an actor may ask for: `name` is how a form asks for it."""

    name: str
    label: str


def report_kind(basis: str, format_: str) -> str:
    """The kind of document: `report.xlsx` is the published one, `report.filed.json` what was filed."""
    return f"report.{basis}.{format_}" if basis else f"report.{format_}"


def document_options(actor: Actor, report: Report) -> list[DocumentOption]:
    """What the actor may ask for of a report that they see; nothing that is not there yet."""
    public = _edition_of(report) is not None
    options = []
    if public:
        options += [
            DocumentOption("pdf", f"{_('Report')}, PDF"),
            DocumentOption("xlsx", f"{_('Report')}, XLSX"),
        ]
        options += [DocumentOption("json", f"{_('Report')}, JSON")]
    if report.submitted_at is not None:
        options += [] if public else [DocumentOption("pdf", f"{_('Preview of the report')}, PDF")]
        options += [
            DocumentOption("filed.xlsx", f"{_('Report as submitted')}, XLSX"),
            DocumentOption("filed.json", f"{_('Report as submitted')}, JSON"),
        ]
    if can(actor, "report.edit", report) and report.state in REPORT_EDITABLE:
        options += [DocumentOption("form.xlsx", f"{_('Form to fill in')}, XLSX")]
    if is_draft_offered(actor, report):
        options += [
            DocumentOption(DRAFT_PDF, f"{_('Draft report')}, PDF"),
            DocumentOption("working.xlsx", f"{_('Draft report')}, XLSX"),
            DocumentOption("working.json", f"{_('Draft report')}, JSON"),
        ]
    return options


def is_draft_offered(actor: Actor, report: Report) -> bool:
    """Whether the actor may have the working copy as a file: while it is written, and until it is signed."""
    return can(actor, "report.export", report) and report.state in (
        *REPORT_EDITABLE,
        ReportState.AWAITING_SIGN_OFF,
    )


@transaction.atomic
def request_report_document(actor: Actor, report: Report, language: str, name: str = "pdf") -> Document:
    """Ask for a document of a report by the name of its offer; returns the row to watch.

    What is published everybody watches together; anything else is built for this actor alone. Raises
    Forbidden, DomainError while nothing was filed, or WrongState for a draft of a report that is filed.
    """
    require(actor, "document.request", report)
    basis, _dot, format_ = name.rpartition(".")
    if name not in _NAMES:
        raise DomainError(_("Not found"))
    if name == DRAFT_PDF:
        require(actor, "report.export", report)
        refuse_unwritten(report)
        title = gettext_noop("Draft, not filed: %(name)s, %(cycle)s")
        return _request_private(actor, report, REPORT_DRAFT, language, title)
    if basis == WORKING:
        require(actor, "report.export", report)
        refuse_unwritten(report)
        title = gettext_noop("%(name)s, %(cycle)s: draft report")
        return _request_private(actor, report, report_kind(WORKING, format_), language, title)
    if basis.partition("-")[0] == FORM:
        return _request_form(actor, report, language, basis.partition("-")[2])
    edition = _edition_of(report)
    if not basis and edition is not None:
        return request_public_report(edition, language, format_)
    if report_preview(actor, report.pk) is None:
        raise DomainError(_("Nothing submitted yet"))
    if format_ == "pdf":
        title = gettext_noop("%(name)s, %(cycle)s: preview of the report")
        return _request_private(actor, report, REPORT_PREVIEW, language, title)
    title = gettext_noop("%(name)s, %(cycle)s: report as submitted")
    return _request_private(actor, report, report_kind(FILED, format_), language, title)


def _request_form(actor: Actor, report: Report, language: str, wanted: str) -> Document:
    """The form to fill in, in the wanted language, in both, or in the reader's. Raises Forbidden."""
    require(actor, "report.edit", report)
    if wanted == _BOTH:
        title = gettext_noop("%(name)s, %(cycle)s: form to fill in, in both languages")
        return _request_private(actor, report, report_kind(BILINGUAL_FORM, "xlsx"), language, title)
    title = gettext_noop("%(name)s, %(cycle)s: form to fill in")
    return _request_private(actor, report, report_kind(FORM, "xlsx"), wanted or language, title)


def _edition_of(report: Report) -> ReportEdition | None:
    """The published edition; None, without a query, while the report is not public."""
    if report.state != ReportState.PUBLISHED:
        return None
    return report_edition(report.organisation.slug, report.cycle.slug)


def _request_private(actor: Actor, report: Report, kind: str, language: str, title: str) -> Document:
    with translation.override(language):
        file_title = _(title) % {"name": report.organisation.name, "cycle": report.cycle.title}
    return request_document(actor, kind, report.pk, title=file_title[:300], language=language)


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


# --- Cycles ----------------------------------------------------------------------------------


@transaction.atomic
def request_public_cycle(
    edition: CycleEdition, language: str, format_: str = "xlsx", *, is_bulk: bool = False
) -> Document:
    """Ask for a document of a published cycle, as anyone may: once for each edition, language and format.

    One that failed is tried again. `is_bulk`: nobody waits for it.
    """
    key = public_cycle_key(edition, language, format_)
    with translation.override(language):
        title = f"{edition.cycle.title}: {_(_CYCLE_TITLES[format_])}"
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
def request_working_cycle(actor: Actor, cycle: Cycle, language: str) -> Document:
    """Ask for the secretariat's working workbook of a cycle, for this actor alone. Raises Forbidden."""
    require(actor, "cycle.export", cycle)
    with translation.override(language):
        title = f"{cycle.title}: {_('Draft workbook')}"
    return request_document(actor, CYCLE_WORKING, cycle.pk, title=title[:300], language=language)


@transaction.atomic
def request_member_archive(actor: Actor, organisation: Organisation, language: str) -> Document:
    """Ask for everything about an organisation as one file, for this actor alone. Raises Forbidden."""
    require(actor, "organisation.export", organisation)
    with translation.override(language):
        title = f"{organisation.name}: {_('Archive')}"
    return request_document(actor, MEMBER_ARCHIVE, organisation.pk, title=title[:300], language=language)


@transaction.atomic
def request_own_archive(actor: Actor, organisation: Organisation, language: str) -> Document:
    """Ask for everything that one's own organisation has ever filed as one zip, for this actor alone.

    While one is being built, that one is returned. Raises Forbidden.
    """
    require(actor, "organisation.archive", organisation)
    under_way = own_archives(actor).filter(state__in=(DocumentState.QUEUED, DocumentState.BUILDING)).first()
    if under_way is not None:
        return under_way
    with translation.override(language):
        title = f"{organisation.name}: {_('everything filed')}"
    return request_document(actor, OWN_ARCHIVE, organisation.pk, title=title[:300], language=language)


# --- Certificates ----------------------------------------------------------------------------


@transaction.atomic
def request_certificate(edition: CertificateEdition, language: str) -> Document:
    """Ask for a member's certificate, as anyone may: once for each edition and language.

    One that failed is tried again.
    """
    values = {"name": edition.organisation.name}
    with translation.override(language):
        title = _("%(name)s: certificate of accession") % values
    key = certificate_key(edition, language)
    number = edition.publication.number
    return _request_public(CERTIFICATE_KIND, number, title, language, key, edition.number)


def certificate_key(edition: CertificateEdition, language: str) -> str:
    """By what the certificate of this edition is found again."""
    return f"certificate:{edition.key}:{language}"


# --- Charters --------------------------------------------------------------------------------


@transaction.atomic
def request_charter_difference(
    actor: Actor, charter: Charter, language: str, *, earlier: Charter | None = None
) -> Document:
    """Ask for a version against the one before, with pledges and signatures, or against `earlier`, for this actor.

    Raises Forbidden.
    """
    require(actor, "charter.export", charter)
    with translation.override(language):
        title = _difference_title(charter)
        if earlier is not None:
            require(actor, "charter.export", earlier)
            values = {"title": charter.title, "later": charter.version, "earlier": earlier.version}
            title = (_("%(title)s, version %(later)s against version %(earlier)s") % values)[:300]
    return request_document(
        actor,
        CHARTER_DRAFT_DIFFERENCE,
        charter.pk,
        title=title,
        language=language,
        compared_id=earlier.pk if earlier else None,
    )


@transaction.atomic
def request_public_difference(edition: CharterEdition, language: str) -> Document:
    """Ask for a published version against the one before, as anyone may: once for each edition and language.

    One that failed is tried again.
    """
    with translation.override(language):
        title = _difference_title(edition.charter)
    key = public_difference_key(edition, language)
    return _request_public(CHARTER_DIFFERENCE, edition.charter.pk, title, language, key, edition.number)


def public_difference_key(edition: CharterEdition, language: str) -> str:
    """By what the difference of this edition is found again."""
    return f"charter.difference:{edition.key}:{language}"


def _difference_title(charter: Charter) -> str:
    values = {"title": charter.title, "version": charter.version}
    return (_("%(title)s, version %(version)s: what changed") % values)[:300]

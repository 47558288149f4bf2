"""Asking for generated documents that are for the actor alone; a report that is public everybody watches together."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from alliance.enums import CycleState, ReportState
from alliance.models import Charter, Cycle, Organisation, Report
from alliance.queries.own_archives import OWN_ARCHIVE, own_archives
from alliance.queries.public.report_editions import ReportEdition, report_edition
from alliance.queries.report_frame import ReportFrame, report_frame
from alliance.queries.report_previews import report_preview
from alliance.services.form_layout import form_refusal, refuse_too_many_answers
from alliance.services.public_documents import difference_title, report_kind, request_public_report
from alliance.workflows import REPORT_EDITABLE
from alliance.workflows.delegations import refuse_unwritten
from portal.kernel.access import Actor, can, require
from portal.kernel.documents import Document, DocumentState, request_document
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import LANGUAGES

REPORT_PREVIEW = "report.preview"
REPORT_DRAFT = "report.draft"
CYCLE_WORKING = "cycle.working"
CYCLE_DRAFT_SUMMARY = "cycle.summary.draft"
MEMBER_ARCHIVE = "member.archive"
CHARTER_DRAFT_DIFFERENCE = "charter.draft.difference"
# a report for those who see more of it than the public: what was filed last, and what is being written
FILED = "filed"
WORKING = "working"
FORM = "form"  # to be filled in elsewhere
BILINGUAL_FORM = "form.both"
_BOTH = "both"
DRAFT_PDF = "draft.pdf"
# how each is asked for
REPORT_DOCUMENTS = (
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


def document_options(actor: Actor, report: Report, frame: ReportFrame | None = None) -> list[DocumentOption]:
    """What the actor may ask for of a report that they see; no form that is too large, nothing that is not there.

    `frame`: the report's, where it was read already.
    """
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
    may_fill_in = can(actor, "report.edit", report) and report.state in REPORT_EDITABLE
    if may_fill_in and not form_refusal(frame or report_frame(report)):
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
    if name not in REPORT_DOCUMENTS:
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
    """The form in the wanted language, in both, or in the reader's. Raises Forbidden; DomainError if too large."""
    require(actor, "report.edit", report)
    refuse_too_many_answers(report_frame(report))
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


# --- Cycles ----------------------------------------------------------------------------------


@transaction.atomic
def request_working_cycle(actor: Actor, cycle: Cycle, language: str) -> Document:
    """Ask for the secretariat's working workbook of a cycle, for this actor alone. Raises Forbidden."""
    require(actor, "cycle.export", cycle)
    with translation.override(language):
        title = f"{capfirst(cycle.title)}: {_('Draft workbook')}"
    return request_document(actor, CYCLE_WORKING, cycle.pk, title=title[:300], language=language)


@transaction.atomic
def request_draft_summary(actor: Actor, cycle: Cycle, language: str) -> Document:
    """Ask for the summary of a cycle as it would be published now, for this actor alone.

    Raises Forbidden, WrongState before there are reports and once the cycle is published.
    """
    require(actor, "cycle.export", cycle)
    if cycle.state == CycleState.PUBLISHED:
        raise WrongState(_("The cycle is published: its summary is on its public page."))
    if cycle.state == CycleState.PLANNED:
        raise WrongState(_("There is nothing to summarise before the cycle is open."))
    with translation.override(language):
        title = f"{capfirst(cycle.title)}: {_('Draft of the summary')}"
    return request_document(actor, CYCLE_DRAFT_SUMMARY, cycle.pk, title=title[:300], language=language)


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
        title = difference_title(charter)
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

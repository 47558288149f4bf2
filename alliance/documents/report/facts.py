"""Where a report's document comes from: the public record, or a submission for those who see it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import Gap
from alliance.models import (
    Charter,
    Cycle,
    Organisation,
    PublishedPledge,
    PublishedResponse,
    ReferenceCount,
    Report,
    Response,
    Submission,
)
from alliance.queries.lineage import Lineage, lineage_of
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.references import references_of
from alliance.queries.public.replies import mark_earlier_replies
from alliance.queries.public.report_content import ReportContent
from alliance.queries.public.report_editions import (
    ReportEdition,
    cycle_of,
    edition_as_of,
    edition_of,
    missing_periods,
    organisation_of,
    reports_before,
    responses_on,
)
from alliance.queries.public.reports import document_before_correction
from alliance.queries.public.standing_pledges import pledges_beside
from alliance.queries.public.summary_facts import documents_of_publications
from alliance.queries.report_previews import ReportPreview, report_preview
from alliance.queries.working_copy import working_copy
from alliance.services.report_publication_content import report_publication_content
from alliance.services.submission_content import content_of
from alliance.services.submissions import statement_for
from alliance.services.unpublished_reports import unpublished_document, without_judgements
from alliance.validators.corrections import corrected_verdicts_of
from alliance.workflows.delegations import refuse_unwritten
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.publishing import canonical, digest, read_publication, reading_as_of

DocumentData = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SignedReply:
    """A reply, wherever it was read."""

    commitment: str
    text: str
    language: str
    name: str
    office: str
    at: datetime
    published: "PublishedReply | None" = None  # of one that was corrected
    before_correction: int | None = None  # of its verdict: the publication that corrected that since
    is_before_reopening: bool = False  # to a verdict that is another one since the review was reopened


@dataclass(frozen=True, slots=True)
class PublishedReply:
    """The last publication of a reply, which names every correction of it."""

    number: int
    document: DocumentData


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The facts of one report and of those before it; `edition` is None while it is not public."""

    document: DocumentData
    current: ReportContent
    corrected: ReportContent
    history: Sequence[tuple[Cycle, ReportContent]]
    missing: Sequence[tuple[Cycle, Gap]]  # the periods between those reports without one
    charter: Charter
    cycle: Cycle
    organisation: Organisation
    replies: Sequence[SignedReply]
    pledges: Mapping[str, PublishedPledge]  # by commitment, as they stood when it was published first
    references: Sequence[ReferenceCount]
    edition: ReportEdition | None
    document_date: datetime
    is_draft: bool = False  # of a working copy, which nobody has signed
    ended: str = ""  # of a submission that stands no more: since when, and why

    @property
    def previous(self) -> tuple[Cycle, ReportContent] | None:
        """The last report before this one."""
        return self.history[-1] if self.history else None

    def reply_to(self, commitment: str) -> SignedReply | None:
        """The reply to one commitment's verdict; to all of them where it is ''."""
        return next((reply for reply in self.replies if reply.commitment == commitment), None)


def published_report_facts(number: int, as_of: int | None = None) -> ReportFacts:
    """The report to which publication `number` belongs, from the public record alone.

    As it holds now; or this very revision, with what was published about it up to `as_of`.
    """
    edition = edition_of(number) if as_of is None else edition_as_of(number, as_of)
    if edition is None:
        raise report_not_available()
    document = read_publication(edition.report)
    organisation = organisation_of(document["organisation"]["slug"])
    cycle = cycle_of(document["cycle"]["slug"])
    if organisation is None or cycle is None:
        raise report_not_available()
    responses = responses_on(organisation, cycle, edition.number)
    corrected = corrected_verdicts_of(document, edition.report.number)
    replies = _published_replies(mark_earlier_replies(responses, corrected))
    replaced = document_before_correction(edition.report, document)
    return _report_facts(
        document,
        organisation,
        cycle,
        replies,
        number=edition.number,
        edition=edition,
        corrected=replaced,
        dated=edition.at,
    )


def preview_report_facts(actor: Actor, report_id: int) -> ReportFacts:
    """The last submission as it would be published, with the verdicts and replies that this actor may see."""
    preview = report_preview(actor, report_id)
    if preview is None:
        raise report_not_available()
    report, replies = preview.report, unpublished_replies(preview)
    document, dated = unpublished_document(preview), preview.submission.submitted_at
    return _report_facts(document, report.organisation, report.cycle, replies, dated=dated)


def ended_submission_facts(report: Report, submission: Submission, ended: str) -> ReportFacts:
    """A submission that was recalled or replaced, as the public would have read it; without verdicts and findings.

    The caller has found it through `visible_to`. Raises DomainError where the report answers to another version of the
    charter by now: its totals would be worked out by rules that were not in force.
    """
    content = json.loads(bytes(submission.body))
    if content["charter"]["version"] != report.charter.version:
        raise DomainError(
            _(
                "It answers to another version of the charter than the report does now. "
                "Its bytes and a workbook are here."
            )
        )
    facts = _report_facts(
        without_judgements(report_publication_content(report, submission, content)),
        report.organisation,
        report.cycle,
        [],
        dated=submission.submitted_at,
    )
    return replace(facts, ended=ended)


def draft_report_facts(actor: Actor, report_id: int) -> ReportFacts:
    """The working copy as it would be published, for its own organisation, while it is written; refuses others."""
    rows = Report.objects.visible_to(actor).filter(pk=report_id, organisation_id=actor.tenant_id)
    report = rows.select_related("organisation", "cycle__charter", "earlier_charter").first()
    if report is None:
        raise report_not_available()
    refuse_unwritten(report)  # submitted since it was asked for: “not filed” would not be true any more
    now = clock.now()
    content = content_of(working_copy(report))
    unsigned = {
        **content,
        "submitted_at": now.isoformat(),
        "signatory": {"name": "", "office": ""},
        "statement": statement_for(report),
    }
    # stands for what would be filed: it is never stored
    stand_in = Submission(report=report, number=0, sha256=digest(canonical(content)))
    return _report_facts(
        without_judgements(report_publication_content(report, stand_in, unsigned)),
        report.organisation,
        report.cycle,
        [],
        dated=now,
        is_draft=True,
    )


def _report_facts(
    document: DocumentData,
    organisation: Organisation,
    cycle: Cycle,
    replies: Sequence[SignedReply],
    *,
    dated: datetime,
    number: int | None = None,
    edition: ReportEdition | None = None,
    corrected: DocumentData | None = None,
    is_draft: bool = False,
) -> ReportFacts:
    charter = public_charter_tree(document["charter"]["key"], document["charter"]["version"])
    if charter is None:
        raise report_not_available()
    earlier = reports_before(organisation.slug, cycle, number)
    lineage = lineage_of(charter)
    breaks = lineage.series_breaks(document, earlier[-1][1] if earlier else None)
    keys = [figure["indicator"] for measure in document["measures"] for figure in measure["figures"]]
    return ReportFacts(
        document=document,
        current=ReportContent(document, breaks),
        corrected=ReportContent(corrected or {}, breaks),
        history=_history(lineage, earlier),
        missing=missing_periods(organisation.slug, cycle, [each for each, _report in earlier], number),
        charter=charter,
        cycle=cycle,
        organisation=organisation,
        replies=replies,
        pledges=_pledges(charter, organisation, cycle, number),
        references=references_of(keys, [cycle], [organisation.pk]),
        edition=edition,
        document_date=dated,
        is_draft=is_draft,
    )


def _pledges(
    charter: Charter, organisation: Organisation, cycle: Cycle, number: int | None
) -> Mapping[str, PublishedPledge]:
    """Those that the page shows beside the verdicts, as they read after publication `number`."""
    with reading_as_of(number):
        return pledges_beside(charter, organisation.pk, f"{organisation.slug}/{cycle.slug}")


def _history(
    lineage: Lineage, earlier: Sequence[tuple[Cycle, DocumentData]]
) -> list[tuple[Cycle, ReportContent]]:
    """The earlier reports under the keys of this one, with the breaks of the charter between them."""
    before = [None, *(report for _cycle, report in earlier)]
    return [
        (cycle, ReportContent(lineage.under_current_keys(report), lineage.series_breaks(report, last)))
        for last, (cycle, report) in zip(before, earlier, strict=False)
    ]


def unpublished_replies(preview: ReportPreview) -> list[SignedReply]:
    return [
        replace(
            _signed_reply(reply, reply.commitment.key if reply.commitment else ""),
            is_before_reopening=reply.pk in preview.before_reopening,
        )
        for reply in preview.responses
    ]


def _signed_reply(reply: PublishedResponse | Response, commitment: str) -> SignedReply:
    name, office = reply.signatory_name, reply.signatory_office
    return SignedReply(commitment, reply.text, reply.language, name, office, reply.signed_at)


def _published_replies(rows: Sequence[PublishedResponse]) -> list[SignedReply]:
    """The replies, with the publications of those that were corrected: why, only these know. A query if any was."""
    numbers = [row.valid_from for row in rows if row.corrected_in is not None]
    published = {
        number: PublishedReply(number, document)
        for number, document in documents_of_publications(numbers).items()
    }
    return [
        replace(
            _signed_reply(row, row.commitment_key),
            published=published.get(row.valid_from),
            before_correction=row.before_correction,
            is_before_reopening=row.is_before_reopening,
        )
        for row in rows
    ]


def report_not_available() -> DomainError:
    """The same words whether it is not there or not for this reader."""
    return DomainError(_("This report is not available to you."))

"""Where a report's document comes from: the public record, or a submission for those who see it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from alliance.models import (
    Charter,
    Cycle,
    Organisation,
    PublishedPledge,
    PublishedResponse,
    ReferenceCount,
    Response,
)
from alliance.queries.lineage import Lineage, lineage_of
from alliance.queries.public.charters import charter_tree
from alliance.queries.public.references import references_of
from alliance.queries.public.report_editions import (
    ReportEdition,
    cycle_of,
    edition_of,
    organisation_of,
    pledges_beside,
    reports_before,
    responses_beside,
    revision_before,
)
from alliance.queries.public.report_facts import Facts
from alliance.queries.report_previews import ReportPreview, report_preview
from alliance.services.report_document import report_document, verdict_entry
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.publishing import read

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SignedReply:
    """A reply, wherever it was read."""

    commitment: str
    text: str
    language: str
    name: str
    office: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """The facts of one report and of those before it; `edition` is None while it is not public."""

    document: Document
    now: Facts
    corrected: Facts
    history: Sequence[tuple[Cycle, Facts]]
    charter: Charter
    cycle: Cycle
    organisation: Organisation
    replies: Sequence[SignedReply]
    pledges: Sequence[PublishedPledge]
    references: Sequence[ReferenceCount]
    edition: ReportEdition | None
    dated: datetime

    @property
    def before(self) -> tuple[Cycle, Facts] | None:
        """The last report before this one."""
        return self.history[-1] if self.history else None

    def reply_to(self, commitment: str) -> SignedReply | None:
        """The reply to one commitment's verdict; to all of them where it is ''."""
        return next((reply for reply in self.replies if reply.commitment == commitment), None)


def published_source(number: int) -> Source:
    """The report to which publication `number` belongs, from the public record alone."""
    edition = edition_of(number)
    if edition is None:
        raise _gone()
    document = read(edition.report)
    organisation = organisation_of(document["organisation"]["slug"])
    cycle = cycle_of(document["cycle"]["slug"])
    if organisation is None or cycle is None:
        raise _gone()
    replies = [_published(reply) for reply in responses_beside(organisation, cycle, edition.number)]
    replaced = revision_before(edition.report)
    return _source(
        document,
        organisation,
        cycle,
        replies,
        number=edition.number,
        edition=edition,
        corrected=replaced,
        dated=edition.at,
    )


def preview_source(actor: Actor, report_id: int) -> Source:
    """The last submission as it would be published, with the verdicts and replies that this actor may see."""
    preview = report_preview(actor, report_id)
    if preview is None:
        raise _gone()
    report = preview.report
    replies = [unpublished_reply(reply) for reply in preview.responses]
    dated = preview.submission.submitted_at
    return _source(_document_of(preview), report.organisation, report.cycle, replies, dated=dated)


def _document_of(preview: ReportPreview) -> Document:
    """The public document that this submission would make: what is withheld there is withheld here."""
    content = json.loads(bytes(preview.submission.body))
    document = report_document(preview.report, preview.submission, content)
    return {**document, "verdicts": [verdict_entry(verdict) for verdict in preview.verdicts]}


def _source(
    document: Document,
    organisation: Organisation,
    cycle: Cycle,
    replies: Sequence[SignedReply],
    *,
    dated: datetime,
    number: int | None = None,
    edition: ReportEdition | None = None,
    corrected: Document | None = None,
) -> Source:
    charter = charter_tree(document["charter"]["key"], document["charter"]["version"])
    if charter is None:
        raise _gone()
    earlier = reports_before(organisation.slug, cycle, number)
    lineage = lineage_of(charter)
    seams = lineage.seams(document, earlier[-1][1] if earlier else None)
    keys = [figure["indicator"] for measure in document["measures"] for figure in measure["figures"]]
    return Source(
        document=document,
        now=Facts(document, seams),
        corrected=Facts(corrected or {}),
        history=_history(lineage, earlier),
        charter=charter,
        cycle=cycle,
        organisation=organisation,
        replies=replies,
        pledges=pledges_beside(organisation, number),
        references=references_of(keys, [cycle], [organisation.pk]),
        edition=edition,
        dated=dated,
    )


def _history(lineage: Lineage, earlier: Sequence[tuple[Cycle, Document]]) -> list[tuple[Cycle, Facts]]:
    """The earlier reports under the keys of this one, with the seams of the charter between them."""
    before = [None, *(report for _cycle, report in earlier)]
    return [
        (cycle, Facts(lineage.reread(report), lineage.seams(report, last)))
        for last, (cycle, report) in zip(before, earlier, strict=False)
    ]


def _published(reply: PublishedResponse) -> SignedReply:
    return _signed(reply, reply.commitment_key)


def unpublished_reply(reply: Response) -> SignedReply:
    return _signed(reply, reply.commitment.key if reply.commitment else "")


def _signed(reply: PublishedResponse | Response, commitment: str) -> SignedReply:
    name, office = reply.signatory_name, reply.signatory_office
    return SignedReply(commitment, reply.text, reply.language, name, office, reply.signed_at)


def _gone() -> DomainError:
    """The same words whether it is not there or not for this reader."""
    return DomainError(_("This report is not available to you."))

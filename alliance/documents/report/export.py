"""A member's report for a workbook or a program: as published, as filed last, or as in the working copy."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from alliance.documents.charter import CycleCharter, cycle_charter
from alliance.documents.report.facts import (
    SignedReply,
    published_report_facts,
    report_not_available,
    unpublished_replies,
)
from alliance.enums import ReportState
from alliance.figure_fields import filed_figures
from alliance.models import (
    ChangesRequest,
    Cycle,
    Measure,
    Organisation,
    Question,
    ReferenceCount,
    Report,
    Submission,
)
from alliance.queries.citations import public_evidence_rows
from alliance.queries.public.wording import name_in_language
from alliance.queries.report_previews import report_preview
from alliance.queries.reports import questions_of
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services.report_publication_content import totals_of, verdict_entry
from alliance.services.submission_content import content_of
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.documents import Document
from portal.kernel.text import format_moment, plain_decimal

ContentRow = Mapping[str, Any]

PUBLICATION, SUBMISSION, WORKING_COPY = "publication", "submission", "working_copy"


@dataclass(frozen=True, slots=True)
class ExportOrigin:
    """What the file was made of: a publication, a submission, or the working copy at a moment."""

    basis: str
    at: datetime
    number: int | None = None
    revision: int | None = None
    sha256: str = ""
    as_of: int | None = None  # the last publication about it: a reply, a reference count

    @property
    def label(self) -> str:
        labels = {
            PUBLICATION: _("Publication No. %(number)s, %(at)s"),
            SUBMISSION: _("Submission %(number)s, %(at)s"),
            WORKING_COPY: _("Draft as of %(at)s"),
        }
        sentence = labels[self.basis] % {"number": self.number, "at": format_moment(self.at)}
        if self.as_of in (None, self.number):
            return sentence
        return _("%(publication)s; as of No. %(number)d") % {
            "publication": sentence,
            "number": self.as_of,
        }

    @property
    def confidentiality_notice(self) -> str:
        """The notice on every sheet of what is not public."""
        notices = {
            PUBLICATION: "",
            SUBMISSION: _("Not public. Only for the organisation and the secretariat."),
            WORKING_COPY: _("Draft: not submitted, not public. Only for the organisation."),
        }
        return notices[self.basis]


@dataclass(frozen=True)
class ReportExport:
    """The content of the file, in any format. `questions` and `changes` are the organisation's own."""

    origin: ExportOrigin
    language: str
    charter: CycleCharter
    organisation: Organisation
    cycle: Cycle
    content: ContentRow  # measures and pledges in the shape of a submission or of a publication
    totals: Sequence[ContentRow]
    verdicts: Sequence[ContentRow] = ()
    replies: Sequence[SignedReply] = ()
    references: Sequence[ContentRow] = ()
    questions: Sequence[Question] = ()
    changes: Sequence[ChangesRequest] = ()
    late: bool = False
    state: str = ""
    with_warnings: bool = False
    services: Mapping[str, str] = field(default_factory=dict)  # names by slug

    @property
    def is_public(self) -> bool:
        return self.origin.basis == PUBLICATION

    @property
    def stem(self) -> str:
        """The file's name without what it ends with."""
        ends = {PUBLICATION: "", SUBMISSION: "-filed", WORKING_COPY: "-working-copy"}[self.origin.basis]
        return f"{self.organisation.slug}-{self.cycle.slug}{ends}-{self.language}"

    def filed_measures(self) -> Iterator[tuple[Measure, ContentRow]]:
        """The measures that the report has content on, in the charter's order."""
        filed = {measure["measure"]: measure for measure in self.content["measures"]}
        for commitment in self.charter.commitments:
            for measure in commitment.measures.all():
                if measure.key in filed:
                    yield measure, filed[measure.key]

    def verdict_on(self, commitment: str, measure: str = "") -> ContentRow | None:
        matches = (
            row for row in self.verdicts if (row["commitment"], row["measure"]) == (commitment, measure)
        )
        return next(matches, None)


def collect_published_report(actor: Actor, document: Document) -> ReportExport:
    """The report of publication `target_id`, from the public record alone, the same for every actor."""
    del actor
    source = published_report_facts(document.target_id, document.as_of)
    edition, content = source.edition, source.document
    assert edition is not None, "what is published has an edition"
    report = edition.report
    return ReportExport(
        origin=ExportOrigin(
            PUBLICATION, report.published_at, report.number, report.revision, report.sha256, edition.number
        ),
        language=document.language,
        charter=cycle_charter(source.charter),
        organisation=source.organisation,
        cycle=source.cycle,
        content=content,
        totals=content["totals"],
        verdicts=content["verdicts"],
        replies=source.replies,
        references=[_reference_count_row(count) for count in source.references],
        late=content["late"],
        state=str(ReportState.PUBLISHED.label),
        services=_services(content),
    )


def _reference_count_row(count: ReferenceCount) -> ContentRow:
    """The reference counts, from their publications."""
    return {
        "indicator": count.indicator_key,
        "service": count.service.slug if count.service else None,
        "cell": count.cell,
        "value": plain_decimal(count.value),
        "observer": count.observer,
        "source": count.source,
    }


def collect_filed(actor: Actor, document: Document) -> ReportExport:
    """The last submission of report `target_id`, with what this actor may see beside it; refuses anybody else."""
    return filed_export(actor, document.target_id, document.language)


def filed_export(actor: Actor, report_id: int, language: str) -> ReportExport:
    """The last submission of a report, with what this actor may see beside it; refuses anybody else."""
    preview = report_preview(actor, report_id)
    if preview is None:
        raise report_not_available()
    filed = submission_export(actor, preview.report, preview.submission, language)
    return replace(
        filed,
        verdicts=[verdict_entry(verdict) for verdict in preview.verdicts],
        replies=unpublished_replies(preview),
    )


def submission_export(actor: Actor, report: Report, submission: Submission, language: str) -> ReportExport:
    """What was filed by a submission, whether it stands or not, without verdicts and replies."""
    content = _with_readable_citations(json.loads(bytes(submission.body)), report)
    origin = ExportOrigin(SUBMISSION, submission.submitted_at, submission.number, sha256=submission.sha256)
    return ReportExport(origin=origin, content=content, **_shared_fields(actor, report, content, language))


def collect_working_report(actor: Actor, document: Document) -> ReportExport:
    """The working copy of report `target_id` for its own organisation; refuses anybody else."""
    rows = Report.objects.visible_to(actor).filter(pk=document.target_id, organisation_id=actor.tenant_id)
    report = rows.select_related("organisation", "cycle__charter").first()
    if report is None:
        raise report_not_available()
    copy: WorkingCopy = working_copy(report)
    content = _with_readable_citations(content_of(copy), report)
    origin = ExportOrigin(WORKING_COPY, clock.now())
    return ReportExport(
        origin=origin, content=content, **_shared_fields(actor, report, content, document.language)
    )


def _shared_fields(actor: Actor, report: Report, content: ContentRow, language: str) -> dict[str, Any]:
    """What both have: its place, totals of all parts, and the organisation's own questions."""
    charter = cycle_charter(report.charter)
    own = actor.tenant_id == report.organisation_id
    figures = filed_figures(content)
    changes = ChangesRequest.objects.visible_to(actor).filter(report=report) if own else ()
    return {
        "language": language,
        "charter": charter,
        "organisation": report.organisation,
        "cycle": report.cycle,
        "totals": totals_of(
            [indicator.indicator for indicator in charter.indicators if indicator.is_figure], figures, set()
        ),
        "questions": questions_of(actor, report) if own else (),
        "changes": list(changes),
        "late": report.late,
        "state": report.get_state_display(),
        "with_warnings": own,
        "services": _services(content),
    }


def _with_readable_citations(content: ContentRow, report: Report) -> dict[str, Any]:
    """The content, with cited practices named only where everybody may read them; nothing in it is withheld."""
    measures = [
        {
            **measure,
            "answers": _without_disclosure(measure["answers"]),
            "figures": _without_disclosure(measure["figures"]),
            "evidence": public_evidence_rows(report.organisation_id, measure["evidence"]),
        }
        for measure in content["measures"]
    ]
    return {**content, "measures": measures, "pledges": _without_disclosure(content["pledges"])}


def _without_disclosure(rows: Sequence[ContentRow]) -> list[dict[str, Any]]:
    return [{**row, "withheld": False} for row in rows]


def _services(content: ContentRow) -> dict[str, str]:
    return {service["slug"]: name_in_language(service) for service in content["services"]}

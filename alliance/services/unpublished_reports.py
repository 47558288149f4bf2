"""A concluded report as its publication would make it public; nothing is stored or published by reading it."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from alliance.enums import ReportState
from alliance.models import PublishedReport, PublishedResponse, Response
from alliance.queries.public.reports import ReportRecord, record_of
from alliance.queries.report_previews import ReportPreview, report_preview
from alliance.services.projected_reports import report_rows
from alliance.services.projection_keys import cycle_keys
from alliance.services.report_publication_content import report_publication_content, verdict_entry
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.publishing import Publication

UNPUBLISHED = 0  # the number of what has none


def unpublished_record(actor: Actor, report_id: int) -> ReportRecord | None:
    """What the page of a concluded report would show, with the verdicts and replies that the actor may see.

    None where the report is not concluded, is public already, or is not for this actor. Its rows are stored nowhere.
    """
    preview = report_preview(actor, report_id)
    if preview is None or preview.report.state != ReportState.CONCLUDED:
        return None
    report, document = preview.report, unpublished_document(preview)
    row, verdicts = report_rows(
        UNPUBLISHED,
        document,
        cycle_keys(document, report.cycle),
        organisation=report.organisation,
        cycle=report.cycle,
    )
    return record_of(
        row,
        Publication(number=UNPUBLISHED, type="report", revision=1, published_at=clock.now()),
        document,
        [_response_row(reply, row, preview.before_reopening) for reply in preview.responses],
        unpublished_verdicts=[each for each in verdicts if not each.measure_key and not each.pledge_record],
    )


def unpublished_document(preview: ReportPreview) -> dict[str, Any]:
    """The public document that this submission would make: what is withheld there is withheld here."""
    content = json.loads(bytes(preview.submission.body))
    document = report_publication_content(preview.report, preview.submission, content)
    if preview.hides_judgements:
        document = without_judgements(document)
    return {**document, "verdicts": [verdict_entry(verdict) for verdict in preview.verdicts]}


def without_judgements(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without verdicts and findings."""
    measures = [{**measure, "findings": []} for measure in document["measures"]]
    return {**document, "measures": measures, "verdicts": []}


def _response_row(
    reply: Response, report: PublishedReport, before_reopening: Collection[int]
) -> PublishedResponse:
    row = PublishedResponse(
        valid_from=UNPUBLISHED,
        organisation=report.organisation,
        cycle=report.cycle,
        commitment_key=reply.commitment.key if reply.commitment else "",
        text=reply.text,
        language=reply.language,
        signatory_name=reply.signatory_name,
        signatory_office=reply.signatory_office,
        signed_at=reply.signed_at,
    )
    row.is_before_reopening = reply.pk in before_reopening
    return row

"""Corrections of what is said of the filing of a report: the next notice, the next revision of the cycle, the rows."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.enums import CorrectionSubject, ReportState, Standing
from alliance.models import Correction, CorrectionItem, Cycle, Report
from alliance.queries.public.record import latest_revision
from alliance.queries.published_states import (
    PublishedState,
    record_name,
)
from alliance.services.charter_publication_content import in_languages
from alliance.services.correction_content import correction_entry
from alliance.services.publications import record_publication, statement_text
from alliance.validators.corrections import numbered_corrections
from alliance.workflows import REPORT
from portal.kernel.access import SYSTEM, Actor
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.text import LANGUAGES

_NOTICE_STATES = (ReportState.NOT_FILED, ReportState.EXEMPT)


def record_corrected_notice(
    actor: Actor, state: PublishedState, correction: Correction, items: Sequence[CorrectionItem]
) -> list[Publication]:
    """The next revision of the notice in place of a report; none where a report is corrected."""
    item = _standing_of(items)
    if item is None or not state.is_notice:
        return []
    last = state.publication
    entry = correction_entry(
        correction, revision=last.revision + 1, items=[_public_item(state, item)], totals=[]
    )
    document = {
        **state.document,
        "notice": item.new["standing"],
        "reason": item.new["reason"],
        "corrections": [*numbered_corrections(state.document, last.number), entry],
    }
    title = statement_text(
        _("%(name)s: correction of the notice, %(cycle)s"),
        name=in_languages(state.report.organisation, "name"),
        cycle=in_languages(state.report.cycle, "title"),
    )
    return [
        record_publication(
            actor, "report_notice", record_name(state.report), document, title=title, languages=LANGUAGES
        )
    ]


def record_corrected_cycle(
    actor: Actor, state: PublishedState, correction: Correction, items: Sequence[CorrectionItem]
) -> list[Publication]:
    """The next revision of the cycle’s publication, where that says of the member what is corrected.

    None where it says something else: that the report was in review on the day, which stays true.
    """
    item = _standing_of(items)
    Cycle.objects.select_for_update(of=("self",), no_key=True).get(
        pk=state.report.cycle_id
    )  # one revision after the other
    last = latest_revision("cycle", state.report.cycle.slug)
    if item is None or last is None:
        return []
    document = read_publication(last)
    rows = [_corrected_row(row, state.report, item) for row in document.get("reports", ())]
    if rows == list(document.get("reports", ())):
        return []
    public = _public_item(state, item)
    entry = correction_entry(correction, revision=last.revision + 1, items=[public], totals=[])
    document = {
        **document,
        "reports": rows,
        "corrections": [*numbered_corrections(document, last.number), entry],
    }
    title = statement_text(
        _("%(name)s: correction of what the publication of %(cycle)s says of its report"),
        name=in_languages(state.report.organisation, "name"),
        cycle=in_languages(state.report.cycle, "title"),
    )
    return [
        record_publication(
            actor, "cycle", last.record, document, title=title, languages=LANGUAGES,
            attachments=last.attachments,
        )
    ]  # fmt: skip


def is_said_by_cycle(state: PublishedState) -> bool:
    """Whether the publication of the cycle says of the member what is published of its filing now. One query."""
    last = latest_revision("cycle", state.report.cycle.slug)
    rows = read_publication(last).get("reports", ()) if last else ()
    own = [row for row in rows if row["organisation"]["slug"] == state.report.organisation.slug]
    return any(row["standing"] == state.standing["standing"] for row in own)


def correct_filing(state: PublishedState, correction: Correction, items: Sequence[CorrectionItem]) -> None:
    """The report itself follows, as SYSTEM: what its next publication says of the filing, and whether it is exempt."""
    item = _standing_of(items)
    if item is None:
        return
    standing = item.new["standing"]
    if standing in _NOTICE_STATES and standing != state.report.state:
        REPORT.apply(
            SYSTEM, state.report, "correct_notice", changes={"exempt_reason": item.new["reason"]},
            data={"correction": correction.pk}, target=standing,
        )  # fmt: skip
        return
    late = standing == Standing.LATE if standing not in _NOTICE_STATES else state.report.late
    Report.objects.filter(pk=state.report.pk).update(late=late, exempt_reason=item.new["reason"])


def _standing_of(items: Sequence[CorrectionItem]) -> CorrectionItem | None:
    return next((item for item in items if item.subject == CorrectionSubject.STANDING), None)


def _corrected_row(row: dict[str, Any], report: Report, item: CorrectionItem) -> dict[str, Any]:
    is_own = row["organisation"]["slug"] == report.organisation.slug
    if not is_own or row["standing"] != item.old["standing"]:
        return row
    return {**row, "standing": item.new["standing"]}


def _public_item(state: PublishedState, item: CorrectionItem) -> dict[str, Any]:
    """The item as the record has it, with the member of whom it speaks."""
    return {
        **item.place.to_document(),
        "organisation": state.report.organisation.slug,
        "withheld": False,
        "old": item.old,
        "new": item.new,
    }

"""Four eyes: which measures of a working copy wait for a second person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.apps import apps
from django.db.models import Q

from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Evidence, Figure, Measure, MeasureConfirmation, Person, Report
from alliance.queries.evidence_history import last_edit, removals
from alliance.queries.report_frame import RequiredMeasure
from alliance.queries.working_copy import WorkingCopy
from alliance.workflows import REPORT_BEFORE_SUBMISSION
from portal.kernel.publishing import canonical, digest


@dataclass(frozen=True, slots=True)
class UnconfirmedMeasure:
    """A measure that nobody but its last writer has confirmed since, as it stands now."""

    measure: Measure
    writer: Person


def unconfirmed_measures(copy: WorkingCopy) -> list[UnconfirmedMeasure]:
    """The measures that a person changed last and nobody else has read as they stand; none where two eyes are enough.

    None either once the report was submitted. At most five queries, and only for organisations that want four eyes.
    """
    report = copy.frame.report
    if not report.organisation.four_eyes or report.state not in REPORT_BEFORE_SUBMISSION:
        return []
    return [
        UnconfirmedMeasure(required.measure, writer)
        for required, writer, readers in _readings(copy)
        if not readers
    ]


@dataclass(frozen=True, slots=True)
class OwnReading:
    """A measure that a person wrote last, and who else has read it since."""

    code: str
    readers: Sequence[str]


def readings_by_others(copy: WorkingCopy, person_id: int | None) -> list[OwnReading]:
    """The measures that the person changed last and others have read as they stand; none where two eyes are enough.

    At most five queries, and only for organisations that want four eyes.
    """
    if not copy.frame.report.organisation.four_eyes:
        return []
    return [
        OwnReading(required.measure.code, readers)
        for required, writer, readers in _readings(copy)
        if readers and writer.pk == person_id
    ]


def measure_digest(copy: WorkingCopy, required: RequiredMeasure) -> str:
    """Changes with what a reader of the measure has before them: texts, figures, evidence, and who may read them."""
    keys = {row.key for row in required.figures}
    places = [place for place in copy.figures if place.indicator in keys and copy.frame.asks_for(place)]
    places.sort(key=lambda place: (place.indicator, place.service or "", place.cell))
    answers = [copy.answers[row.pk] for row in required.narratives if row.pk in copy.answers]
    evidence = [row for row in copy.evidence if row.measure_id == required.measure.pk]
    content = {
        "texts": [_text(answer) for answer in answers if answer.text],
        "figures": [_figure(place, copy.figures[place]) for place in places],
        "evidence": [_evidence(row) for row in evidence],
    }
    return digest(canonical(content))


def _text(answer: Answer) -> list[object]:
    return [answer.indicator_id, answer.text, answer.language, answer.disclosure, answer.disclosure_reason]


def _figure(place: FigurePlace, figure: Figure) -> list[object]:
    values = FigureValues.of(figure).to_document()
    return [*place, values, figure.disclosure, figure.disclosure_reason]


def _evidence(row: Evidence) -> list[object]:
    return [row.pk, row.kind, row.title, row.url, row.sha256, row.source, row.reference, row.disclosure]


# --- Who changed a measure last, and who has read it since -----------------------------------


class _Edit(NamedTuple):
    at: datetime
    writer: Person | None


def _readings(copy: WorkingCopy) -> Iterator[tuple[RequiredMeasure, Person, list[str]]]:
    """Each measure that somebody has changed, with who did so last, and the names of others who have read it as it is.

    Five queries.
    """
    rows = MeasureConfirmation.objects.filter(report=copy.frame.report).select_related("confirmed_by")
    confirmations = list(rows.order_by("confirmed_at"))
    edits = _last_edits(copy)
    for required in copy.frame.measures:
        edit = edits.get(required.measure.pk)
        if edit is None or edit.writer is None:
            continue
        others = [
            row
            for row in confirmations
            if row.measure_id == required.measure.pk
            and row.confirmed_by_id != edit.writer.pk
            # what was confirmed, changed and changed back has not been read since: its reader may have put it right
            and row.confirmed_at >= edit.at
        ]
        stored = measure_digest(copy, required) if others else ""
        yield required, edit.writer, [row.confirmed_by.name for row in others if row.digest == stored]


def _last_edits(copy: WorkingCopy) -> Mapping[int, _Edit]:
    """The last change of each measure, by its id: of a text, a figure or evidence, or that one was taken out.

    What was carried over is nobody's edit until it is confirmed, nor what was emptied as it was carried over anew. Four
    queries.
    """
    edits: dict[int, _Edit] = {}
    for measure, at, writer in _edits(copy):
        if measure not in edits or edits[measure].at < at:
            edits[measure] = _Edit(at, writer)
    return edits


def _edits(copy: WorkingCopy) -> Iterator[tuple[int, datetime, Person | None]]:
    report = copy.frame.report
    measures = {
        row.pk: required.measure.pk for required in copy.frame.measures for row in required.indicators
    }
    yield from _edits_of_drafts("AnswerHistory", list(copy.answers.values()), report, measures)
    yield from _edits_of_drafts("FigureHistory", list(copy.figures.values()), report, measures)
    for row in copy.evidence:
        if not row.carried_over:
            yield row.measure_id, *last_edit(row)
    removed = apps.get_model("alliance", "EvidenceHistory").objects.filter(report=report)
    for row in removals(removed).filter(overtaken_at=None).select_related("removed_by"):
        yield row.measure_id, row.excluded_at or row.pgh_created_at, row.removed_by


def _edits_of_drafts(
    history: str, drafts: Sequence[Answer | Figure], report: Report, measures: Mapping[int, int]
) -> Iterator[tuple[int, datetime, Person | None]]:
    """What people wrote last in each place, or emptied. One query.

    What was carried over, anew or not, has no writer, and does not hide who wrote there before.
    """
    unwritten = []
    for draft in drafts:
        if draft.updated_by_id is None:
            unwritten.append(draft.pk)
        elif measure := measures.get(draft.indicator_id or 0):
            yield measure, draft.updated_at, draft.updated_by
    versions = apps.get_model("alliance", history).objects.filter(
        Q(pgh_label="delete") | Q(pgh_obj_id__in=unwritten), report=report, indicator__in=measures
    )
    for row in versions.exclude(updated_by=None).select_related("updated_by"):
        yield measures[row.indicator_id], row.updated_at, row.updated_by

"""Four eyes: which measures of a working copy wait for a second person."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.models import Answer, Figure, Measure, MeasureConfirmation, Person
from alliance.queries.report_frame import RequiredMeasure
from alliance.queries.working_copy import WorkingCopy
from alliance.workflows import REPORT_BEFORE_SUBMISSION


@dataclass(frozen=True, slots=True)
class UnconfirmedMeasure:
    """A measure that nobody but its last writer has confirmed since."""

    measure: Measure
    writer: Person


def unconfirmed_measures(copy: WorkingCopy) -> list[UnconfirmedMeasure]:
    """The measures that a person wrote last and nobody else has confirmed since; none where two eyes are enough.

    None either once the report was submitted. One query, and only for organisations that want four eyes.
    """
    report = copy.frame.report
    if not report.organisation.four_eyes or report.state not in REPORT_BEFORE_SUBMISSION:
        return []
    confirmations = list(MeasureConfirmation.objects.filter(report=report))
    measures = []
    for measure in copy.frame.measures:
        draft = last_edit(copy, measure)
        if draft is None or draft.updated_by is None:
            continue
        read = any(
            row.measure_id == measure.measure.pk
            and row.confirmed_by_id != draft.updated_by_id
            and row.confirmed_at >= draft.updated_at
            for row in confirmations
        )
        if not read:
            measures.append(UnconfirmedMeasure(measure.measure, draft.updated_by))
    return measures


@dataclass(frozen=True, slots=True)
class OwnReading:
    """A measure that a person wrote last, and who else has read it since."""

    code: str
    readers: Sequence[str]


def readings_by_others(copy: WorkingCopy, person_id: int | None) -> list[OwnReading]:
    """The measures that the person wrote last and others have read since; none where two eyes are enough.

    One query, and only for organisations that want four eyes.
    """
    report = copy.frame.report
    if not report.organisation.four_eyes:
        return []
    confirmations = list(MeasureConfirmation.objects.filter(report=report).select_related("confirmed_by"))
    readings = []
    for required in copy.frame.measures:
        draft = last_edit(copy, required)
        if draft is None or draft.updated_by_id != person_id:
            continue
        readers = [
            row.confirmed_by.name
            for row in confirmations
            if row.measure_id == required.measure.pk
            and row.confirmed_by_id != person_id
            and row.confirmed_at >= draft.updated_at
        ]
        if readers:
            readings.append(OwnReading(required.measure.code, readers))
    return readings


def last_edit(copy: WorkingCopy, required: RequiredMeasure) -> Answer | Figure | None:
    """The text or figure of a measure that was written last."""
    keys = {row.key for row in required.figures}
    drafts: list[Answer | Figure] = [
        copy.answers[row.pk] for row in required.narratives if row.pk in copy.answers
    ]
    drafts += [copy.figures[place] for place in copy.figures if place.indicator in keys]
    return max(drafts, key=lambda draft: draft.updated_at, default=None)

"""Four eyes: which measures of a working copy wait for a second person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alliance.models import Answer, Figure, Measure, MeasureConfirmation, Person
from alliance.queries.report_frame import OwedMeasure
from alliance.queries.working_copy import WorkingCopy


@dataclass(frozen=True, slots=True)
class Unread:
    """A measure that nobody but its last writer has confirmed since."""

    measure: Measure
    writer: Person


def unread_measures(copy: WorkingCopy) -> list[Unread]:
    """The measures that a person wrote last and nobody else has confirmed since; none where two eyes are enough.

    One query, and only for organisations that want four eyes.
    """
    report = copy.frame.report
    if not report.organisation.four_eyes:
        return []
    confirmations = list(MeasureConfirmation.objects.filter(report=report))
    found = []
    for owed in copy.frame.measures:
        draft = last_draft(copy, owed)
        if draft is None or draft.updated_by is None:
            continue
        read = _read(confirmations, owed.measure.pk, draft.updated_by_id, draft.updated_at)
        if not read:
            found.append(Unread(owed.measure, draft.updated_by))
    return found


def last_draft(copy: WorkingCopy, owed: OwedMeasure) -> Answer | Figure | None:
    """The text or figure of a measure that was written last."""
    keys = {row.key for row in owed.figures}
    drafts: list[Answer | Figure] = [
        copy.answers[row.pk] for row in owed.narratives if row.pk in copy.answers
    ]
    drafts += [figure for place, figure in copy.figures.items() if place.indicator in keys]
    return max(drafts, key=lambda draft: draft.updated_at, default=None)


def _read(
    confirmations: Iterable[MeasureConfirmation], measure_id: int, writer_id: int | None, since: datetime
) -> bool:
    return any(
        row.measure_id == measure_id and row.confirmed_by_id != writer_id and row.confirmed_at >= since
        for row in confirmations
    )

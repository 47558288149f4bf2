"""From figures of a submission to readings that can be compared, drawn and summed."""

from collections.abc import Sequence

from alliance.enums import Aggregation, FigureStatus
from alliance.figure_fields import FigurePlace, FiledFigure
from alliance.models import Indicator
from alliance.queries.public.readings import Reading
from alliance.queries.submitted_figures import SubmittedFigures
from alliance.validators.totals import TotalPart, total_of


def readings_by_place(figures: Sequence[FiledFigure]) -> dict[FigurePlace, Reading]:
    """The reading of each figure; the secretariat reads what the public may not."""
    return {figure.place: Reading.of_figure(figure) for figure in figures}


def submitted_organisation_reading(indicator: Indicator, figures: Sequence[FiledFigure]) -> Reading | None:
    """The reading of the whole organisation in a submission; None where there is no one number for it.

    That is the figure entered for the organisation, the only service's, or the total over the services.
    """
    rows = [figure for figure in figures if figure.place.indicator == indicator.key and not figure.place.cell]
    entered = [row for row in rows if row.place.service is None]
    if entered or len(rows) == 1:
        return Reading.of_figure((entered or rows)[0])
    parts = [row.values for row in rows]
    total = total_of(indicator.aggregation, [TotalPart.of(values) for values in parts])
    if total is None or indicator.aggregation == Aggregation.ENTERED:
        return None
    notes = [values.definition_note for values in parts if values.definition_changed]
    return Reading(
        status=FigureStatus.REPORTED,
        value=total.value,
        estimate=any(values.estimate for values in parts),
        broken=bool(notes),
        reason=next(filter(None, notes), ""),
        parts=total.parts,
        of=total.of,
    )


def submitted_organisation_readings(
    indicator: Indicator, submitted: Sequence[SubmittedFigures]
) -> dict[int, dict[int, Reading]]:
    """The whole organisation's readings by organisation and cycle."""
    readings: dict[int, dict[int, Reading]] = {}
    for row in submitted:
        reading = submitted_organisation_reading(indicator, row.figures)
        if reading is not None:
            readings.setdefault(row.organisation.pk, {})[row.cycle_id] = reading
    return readings

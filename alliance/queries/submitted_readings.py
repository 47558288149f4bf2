"""From figures as they stand in a submission to readings that can be compared, drawn and summed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from alliance.enums import Aggregation, FigureStatus
from alliance.models import Indicator
from alliance.queries.public.readings import Reading
from alliance.queries.submitted import Submitted
from alliance.validators.totals import Part, total_of

FigureRow = Mapping[str, Any]
Place = tuple[str | None, str]  # service, cell


def reading_of(figure: FigureRow) -> Reading:
    """One figure of a submission; the secretariat reads what the public may not."""
    return Reading(
        status=figure["status"],
        value=_decimal(figure["value"]),
        choice=figure["choice"],
        lower=_decimal(figure["lower"]),
        upper=_decimal(figure["upper"]),
        estimate=figure["estimate"],
        broken=figure["definition_changed"],
        reason=figure["definition_note"],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def readings_by_place(figures: Sequence[FigureRow], key: str) -> dict[Place, Reading]:
    """The readings of one indicator by service and cell."""
    return {
        (figure["service"], figure["cell"]): reading_of(figure)
        for figure in figures
        if figure["indicator"] == key
    }


def whole_reading(indicator: Indicator, figures: Sequence[FigureRow]) -> Reading | None:
    """What a submission says of the whole organisation; None where there is no one number for it.

    That is the figure entered for the organisation, the only service's, or the total over the services.
    """
    rows = [row for row in figures if row["indicator"] == indicator.key and row["cell"] == ""]
    entered = [row for row in rows if row["service"] is None]
    if entered or len(rows) == 1:
        return reading_of((entered or rows)[0])
    total = total_of(indicator.aggregation, [_part(row) for row in rows])
    if total is None or indicator.aggregation == Aggregation.ENTERED:
        return None
    notes = [row["definition_note"] for row in rows if row["definition_changed"]]
    return Reading(
        status=FigureStatus.REPORTED,
        value=total.value,
        estimate=any(row["estimate"] for row in rows),
        broken=bool(notes),
        reason=next(filter(None, notes), ""),
        parts=total.parts,
        of=total.of,
    )


def _part(row: FigureRow) -> Part:
    return Part(
        row["status"], _decimal(row["value"]), _decimal(row["numerator"]), _decimal(row["denominator"])
    )


def whole_readings(indicator: Indicator, submitted: Sequence[Submitted]) -> dict[int, dict[int, Reading]]:
    """The whole organisation's readings by organisation and cycle."""
    found: dict[int, dict[int, Reading]] = {}
    for row in submitted:
        reading = whole_reading(indicator, row.figures)
        if reading is not None:
            found.setdefault(row.organisation.pk, {})[row.cycle_id] = reading
    return found

"""Totals that follow from the months or quarters of a cycle, written with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Figure, Report
from alliance.queries.report_frame import RequestedFigure, period_cells_of
from alliance.services.figure_changes import FigureChange, Replacement
from alliance.validators.cells import worked_out
from portal.kernel.text import SIGNIFICANT_DIGITS, significant_digits


def worked_out_totals(report: Report, written: Sequence[Replacement]) -> list[Replacement]:
    """The changes of totals that follow from months or quarters that were just written. One query, none without any.

    A total is worked out once all of them are reported; it follows them for as long as it is what they gave, and is
    emptied with the first that is missing. One that somebody has entered stays: the checks compare it. One that was
    emptied is worked out again.
    """
    changes = sorted(
        (
            each
            for each in written
            if each[0].target.indicator.period and (each[0].target.cell or _is_blank(each[0].values))
        ),
        key=_total_key,
    )
    if not changes:
        return []
    indicators = {change.target.indicator.pk for change, _before in changes}
    rows = Figure.objects.filter(report=report, indicator__in=indicators).select_related(
        "indicator", "service"
    )
    figures = {row.place: row for row in rows}
    entered = {
        change.target.place
        for change, _before in written
        if not change.target.cell and not _is_blank(change.values)
    }
    return [
        total
        for _key, group in groupby(changes, _total_key)
        for total in _total_of(report, list(group), figures)
        if total[0].target.place not in entered
    ]


def _total_key(replacement: Replacement) -> tuple[str, str]:
    place = replacement[0].target.place
    return place.indicator, place.service or ""


def _total_of(
    report: Report, changes: Sequence[Replacement], figures: Mapping[FigurePlace, Figure]
) -> Iterator[Replacement]:
    target = RequestedFigure(changes[0][0].target.indicator, changes[0][0].target.service)
    now = {place.cell: figure.value for place, figure in figures.items() if _is_month(place, figure, target)}
    before = now | {
        change.target.cell: current.value if current and FigureValues.of(current).is_reported else None
        for change, current in changes
        if change.target.cell
    }
    value, earlier = _worked_out(report, target, now), _worked_out(report, target, before)
    total = figures.get(target.place)
    has_followed = total is not None and earlier is not None and total.value == earlier
    is_free = total is None or _is_blank(FigureValues.of(total)) or has_followed
    if is_free and value != (total.value if total else None):
        values = replace(FigureValues.of(total) if total else FigureValues(), value=value)
        yield FigureChange(target, None if values == FigureValues() else values, None), total


def _is_blank(values: FigureValues | None) -> bool:
    """Whether they are neither a number nor a reason for having none."""
    return values is None or (values.is_reported and values.value is None)


def _is_month(place: FigurePlace, figure: Figure, target: RequestedFigure) -> bool:
    is_of_target = place._replace(cell="") == target.place and bool(place.cell)
    return is_of_target and FigureValues.of(figure).is_reported


def _worked_out(
    report: Report, target: RequestedFigure, numbers: Mapping[str, Decimal | None]
) -> Decimal | None:
    months = [numbers.get(cell) for cell in period_cells_of(target.indicator, report.cycle)]
    reported = [month for month in months if month is not None]
    if len(reported) < len(months):
        return None
    value = worked_out(target.indicator.period_aggregation, reported)
    # nobody could enter one with more digits: the checks say what the months give
    return None if value is None or significant_digits(value) > SIGNIFICANT_DIGITS else value

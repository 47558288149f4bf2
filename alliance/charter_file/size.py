"""Whether the pages of a report can carry the charter: how many figures come together in one place."""

from collections.abc import Iterable, Iterator
from math import prod
from typing import Any

from django.utils.translation import gettext as _

from alliance.charter_file import limits
from alliance.charter_file.texts import BreakdownText, CharterText, IndicatorDefinition
from alliance.enums import IndicatorType, Period
from alliance.validators.cells import MAX_LENGTH, MOST_PERIODS, part_key
from portal.kernel.text.strict_yaml import FaultCollector


def check_size(
    charter: CharterText,
    commitments: Iterable[tuple[str, Any]],
    measures: Iterable[tuple[str, Any]],
    findings: FaultCollector,
) -> None:
    """Note what is too large, at the place that has to become smaller.

    Parts that could not be read are None and count for nothing.
    """
    cells, lengths = _cells_of(charter), _key_lengths(charter)
    count, measure_count, figure_count = len(list(commitments)), 0, 0
    for path, measure in measures:
        measure_count += 1
        figures = 0
        for number, indicator in enumerate(measure.indicators or ()):
            if indicator is not None:
                inner = f"{path}.indicators[{number}]"
                figures += _check_indicator(indicator, inner, cells, findings)
                _check_keys(indicator, inner, lengths, findings)
        figure_count += figures
        if figures > limits.MEASURE_FIGURES:
            message = _(
                "The indicators of this measure ask each service for %(count)d figures, totals and cells together; "
                "at most %(most)d are possible. Divide the measure, or use shorter breakdowns."
            )
            findings.add_fault(f"{path}.indicators", message, count=figures, most=limits.MEASURE_FIGURES)
    _check_most(
        count, limits.FILE_COMMITMENTS, findings, _("The file has %(count)d commitments; at most %(most)d.")
    )
    _check_most(
        measure_count, limits.FILE_MEASURES, findings, _("The file has %(count)d measures; at most %(most)d.")
    )
    _check_most(figure_count, limits.FILE_FIGURES, findings, _(
        "The file asks each service for %(count)d figures, totals and cells together; at most %(most)d are possible. "
        "Use shorter breakdowns."
    ))  # fmt: skip


def _check_keys(
    indicator: IndicatorDefinition, path: str, lengths: dict[str, int], findings: FaultCollector
) -> None:
    """Note keys that are too long together: a figure is stored under those of its breakdowns and cells."""
    axes = [key for key in indicator.breakdowns or () if key in lengths]
    length = sum(lengths[key] for key in axes) + max(0, len(axes) - 1)
    if length > MAX_LENGTH:
        message = _(
            "The keys of the breakdowns and of their longest cells have %(count)d characters together; at most "
            "%(most)d are possible. Use shorter keys."
        )
        findings.add_fault(f"{path}.breakdowns", message, count=length, most=MAX_LENGTH)


def _check_most(count: int, most: int, findings: FaultCollector, message: str) -> None:
    if count > most:
        findings.add_fault("chapters", message, count=count, most=most)


def _cells_of(charter: CharterText) -> dict[str, int]:
    """How many cells each breakdown has."""
    harms = len(charter.harms or ())
    breakdowns = [breakdown for breakdown in charter.breakdowns or () if breakdown and breakdown.key]
    return {row.key: harms if row.of_harms else len(list(_options(row))) for row in breakdowns}


def _options(breakdown: BreakdownText) -> Iterator[str]:
    """The keys of the cells that could be read, each category before its parts."""
    for cell in breakdown.cells or ():
        if cell is not None and cell.key:
            yield cell.key
            yield from (part_key(cell.key, part.key) for part in cell.parts or () if part and part.key)


def _key_lengths(charter: CharterText) -> dict[str, int]:
    """The characters of the longest key of a cell in each breakdown, as a figure stores it."""
    harms = [harm.key for harm in charter.harms or () if harm and harm.key]
    return {
        row.key: max(
            (len(f"{row.key}={key}") for key in (harms if row.of_harms else _options(row))), default=0
        )
        for row in charter.breakdowns or ()
        if row and row.key
    }


def _check_indicator(
    indicator: IndicatorDefinition, path: str, cells: dict[str, int], findings: FaultCollector
) -> int:
    """The figures that the indicator asks of one service: its total, and its cells."""
    if indicator.type != IndicatorType.FIGURE:
        return 0
    axes = [key for key in indicator.breakdowns or () if key in cells]
    count = prod(cells[key] for key in axes) if axes else 0
    if indicator.period:
        count += MOST_PERIODS[Period(indicator.period)]
    if count > limits.INDICATOR_CELLS:
        quoted = _("“%(word)s”")
        named = ", ".join(f"{quoted % {'word': key}} ({cells[key]})" for key in axes)
        message = _(
            "The breakdowns %(named)s make %(count)d cells; an indicator can have at most %(most)d. "
            "Use shorter breakdowns, or one of them."
        )
        findings.add_fault(
            f"{path}.breakdowns", message, named=named, count=count, most=limits.INDICATOR_CELLS
        )
    return 1 + count

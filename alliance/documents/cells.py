"""Figures as cells of a workbook: typed where there is a number, in words where there is none."""

from decimal import Decimal

from django.utils.translation import gettext as _

from alliance.documents.charter import CycleCharter
from alliance.enums import FigureStatus, ValueType
from alliance.models import Indicator
from alliance.queries.public.counted_units import counted_text
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import rounded_value, status_text, unit_of
from portal.kernel.documents.workbooks import Cell, number_cell
from portal.kernel.text import format_figure, plain_decimal

MUTED_STYLE = "quiet"


def value_cell(charter: CycleCharter, indicator: Indicator, value: Decimal | None, choice: str = "") -> Cell:
    """A reported value: a number with its format, a truth, or the words of a choice."""
    if indicator.value == ValueType.CHOICE:
        return charter.choice(indicator, choice) if choice else None
    if value is None:
        return None
    if indicator.value == ValueType.YES_NO:
        return bool(value), "truth"
    return number_cell(value, "share" if indicator.value == ValueType.SHARE else "")


def reading_cell(charter: CycleCharter, indicator: Indicator, reading: Reading | None) -> Cell:
    """A member's value of an indicator, or in words why there is none."""
    if reading is None:
        return "–", MUTED_STYLE
    if reading.withheld or reading.status != FigureStatus.REPORTED:
        return status_text(reading.status, withheld=reading.withheld) or "–", MUTED_STYLE
    cell = value_cell(charter, indicator, reading.value, reading.choice)
    return ("–", MUTED_STYLE) if cell is None else cell


def remarks(reading: Reading | None) -> str:
    """What a reader of the number must know: estimate and bounds, a break in the series, unmeasured parts."""
    if reading is None or reading.withheld:
        return ""
    partial_note = ""
    if reading.is_partial:
        partial_note = _("%(parts)s of %(of)s services") % {"parts": reading.parts, "of": reading.of}
    notes = [_estimate_note(reading), _break_note(reading), partial_note, _exact_text(reading.value)]
    return "; ".join(filter(None, notes))


def reading_text(indicator: Indicator, reading: Reading) -> str:
    """A reading as a phrase: the number with its unit, or why there is none."""
    if reading.withheld or reading.status != FigureStatus.REPORTED or reading.value is None:
        return status_text(reading.status, withheld=reading.withheld) or "–"
    value = rounded_value(indicator, reading.value)
    if unit := unit_of(indicator):
        return format_figure(value, unit)
    return counted_text(value if value is not None else reading.value, indicator.unit)


def _estimate_note(reading: Reading) -> str:
    if not reading.estimate:
        return ""
    if reading.lower is None and reading.upper is None:
        return _("Estimate")
    bounds = {"low": format_figure(reading.lower) or "–", "high": format_figure(reading.upper) or "–"}
    return _("estimate, %(low)s–%(high)s") % bounds


def _break_note(reading: Reading) -> str:
    if not reading.broken:
        return ""
    if not reading.reason:
        return _("Definition changed")
    return _("Definition changed: %(names)s") % {"names": reading.reason}


def _exact_text(value: Decimal | None) -> str:
    """A number of more digits than a spreadsheet keeps."""
    return (
        _("exactly %(value)s") % {"value": plain_decimal(value)}
        if value is not None and loses_digits(value)
        else ""
    )


def loses_digits(value: Decimal) -> bool:
    """Whether a spreadsheet, which keeps fifteen digits, shows another number than this."""
    return len(value.normalize().as_tuple().digits) > 15


def tick_cell(value: bool) -> Cell:
    """A tick in a column of yes or nothing."""
    return (True, "truth") if value else None

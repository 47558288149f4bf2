"""Figures as cells of a workbook: typed where there is a number, in words where there is none."""

from decimal import Decimal

from django.utils.translation import gettext as _

from alliance.documents.cycle_charter import CycleCharter
from alliance.enums import FigureStatus, ValueType
from alliance.models import Indicator
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import shown_value, status_text, unit_of
from portal.kernel.numerals import plain_decimal
from portal.kernel.templatetags.portal_ui import figure
from portal.kernel.workbooks import Cell, numeral

QUIET = "quiet"


def value_cell(
    charter: CycleCharter, indicator: Indicator, value: Decimal | None, choice: str = "", unit: str = ""
) -> Cell:
    """A reported value: a number with its format, a truth, or the words of a choice."""
    if indicator.value == ValueType.CHOICE:
        return charter.choice(indicator, choice) if choice else None
    if value is None:
        return None
    if indicator.value == ValueType.YES_NO:
        return bool(value), "truth"
    return numeral(value, "share" if indicator.value == ValueType.SHARE else "", unit)


def reading_cell(
    charter: CycleCharter, indicator: Indicator, reading: Reading | None, unit: str = ""
) -> Cell:
    """What a member says of an indicator: its value, or in words why there is none."""
    if reading is None:
        return "–", QUIET
    if reading.withheld or reading.status != FigureStatus.REPORTED:
        return status_text(reading.status, withheld=reading.withheld) or "–", QUIET
    found = value_cell(charter, indicator, reading.value, reading.choice, unit)
    return ("–", QUIET) if found is None else found


def remarks(reading: Reading | None) -> str:
    """What a reader of the number must know: estimate and bounds, a break in the series, unmeasured parts."""
    if reading is None or reading.withheld:
        return ""
    said = [
        _estimate(reading),
        _broken(reading),
        _partial(reading),
        _exactly(reading.value),
    ]
    return "; ".join(filter(None, said))


def said_reading(indicator: Indicator, reading: Reading) -> str:
    """A reading as a phrase: the number with its unit, or why there is none."""
    if reading.withheld or reading.status != FigureStatus.REPORTED or reading.value is None:
        return status_text(reading.status, withheld=reading.withheld) or "–"
    return figure(
        shown_value(indicator, reading.value), unit_of(indicator) or str(indicator.get_unit_display())
    )


def _estimate(reading: Reading) -> str:
    if not reading.estimate:
        return ""
    if reading.lower is None and reading.upper is None:
        return _("Estimate")
    bounds = {"low": figure(reading.lower) or "–", "high": figure(reading.upper) or "–"}
    return _("estimate, %(low)s–%(high)s") % bounds


def _broken(reading: Reading) -> str:
    if not reading.broken:
        return ""
    if not reading.reason:
        return _("Definition changed")
    return _("Definition changed: %(names)s") % {"names": reading.reason}


def _partial(reading: Reading) -> str:
    if not reading.partial:
        return ""
    return _("%(parts)s of %(of)s services") % {"parts": reading.parts, "of": reading.of}


def _exactly(value: Decimal | None) -> str:
    """A number of more digits than a spreadsheet keeps."""
    return (
        _("exactly %(value)s") % {"value": plain_decimal(value)}
        if value is not None and loses_digits(value)
        else ""
    )


def loses_digits(value: Decimal) -> bool:
    """Whether a spreadsheet, which keeps fifteen digits, shows another number than this."""
    return len(value.normalize().as_tuple().digits) > 15


def truth(value: bool) -> Cell:
    """A mark in a column of yes or nothing."""
    return (True, "truth") if value else None

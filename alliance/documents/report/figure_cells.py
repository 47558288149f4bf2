"""One figure as a cell on paper: its value or why there is none, bounds, parts, an older value."""

from django.utils.translation import gettext as _

from alliance.documents.report.pdf_model import PdfCell
from alliance.enums import Aggregation, FigureStatus
from alliance.figure_fields import FigurePlace
from alliance.models import Indicator
from alliance.queries.public.readings import Reading
from alliance.queries.public.report_content import ReportContent
from alliance.queries.public.wording import status_text, text_before_correction, unit_of, value_text
from portal.kernel.text import NO_BREAK, format_figure, to_print

EMPTY_CELL = PdfCell("none", "–")


def organisation_reading_of(facts: ReportContent, indicator: Indicator, cell: str = "") -> Reading | None:
    """The value of the whole organisation: entered, the total, or its only service's figure."""
    if not cell:
        return facts.organisation_reading(indicator.key)
    entered = facts.reading(FigurePlace(indicator.key, None, cell))
    places = [place for place in facts.figures if (place.indicator, place.cell) == (indicator.key, cell)]
    return entered or (facts.reading(places[0]) if len(places) == 1 else facts.total(indicator.key, cell))


def figure_cell(
    indicator: Indicator, now: Reading | None, corrected: Reading | None, *, sign: str = ""
) -> PdfCell:
    """A reading as a cell, with the older value where a correction changed it."""
    if now is None:
        return EMPTY_CELL
    if now.withheld:
        return PdfCell("withheld", status_text("", withheld=True), sign=sign)
    was = to_print(text_before_correction(indicator, now, corrected))
    if now.status != FigureStatus.REPORTED:
        return PdfCell(now.status or "none", status_text(now.status) or EMPTY_CELL.text, was=was, sign=sign)
    text = value_text_with_estimate(indicator, now)
    if not text:
        return EMPTY_CELL
    kind = "corrected" if was else "zero" if now.value == 0 and not now.estimate else "value"
    kind = "value" if value_text(indicator, now.value) else kind
    bounds = parts = ""
    if now.lower is not None and now.upper is not None:
        bounds = f"{format_figure(now.lower)}–{format_figure(now.upper)}"
    # of how many services a total is, where it is not of all
    if now.is_partial and indicator.aggregation in (Aggregation.SUM, Aggregation.RATIO):
        parts = _("%(parts)s of %(of)s services") % {"parts": now.parts, "of": now.of}
    return PdfCell(kind, text, bounds, parts, was, sign)


def value_text_with_estimate(indicator: Indicator, reading: Reading) -> str:
    """The value in the reader's words or digits; an estimate begins with "≈"."""
    text = value_text(indicator, reading.value, reading.choice)
    if text or reading.value is None:
        return to_print(text)
    return (f"≈{NO_BREAK}" if reading.estimate else "") + format_figure(reading.value, unit_of(indicator))

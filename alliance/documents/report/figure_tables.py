"""The tables of figures on paper: services side by side, every status with its sign, the period before."""

from collections.abc import Sequence
from string import ascii_lowercase

from django.utils.translation import gettext as _

from alliance.documents.report.facts import ReportFacts
from alliance.documents.report.figure_cells import EMPTY_CELL, figure_cell, organisation_reading_of
from alliance.documents.report.pdf_model import PdfCell, PdfFigureRow, PdfFigureTable, PdfText
from alliance.documents.report.texts import original_text
from alliance.enums import IndicatorScope, IndicatorType, Unit
from alliance.figure_fields import FigurePlace, FiledFigure
from alliance.models import Indicator, Measure
from alliance.queries.public.report_content import ContentRow
from alliance.queries.public.wording import breakdown_title, cell_title, in_charter_order, name_in_language
from portal.kernel.text import to_print

MAX_SERVICES = 5  # columns of one table; further services get a table of their own


class TableNotes:
    """The small print of one table: each note once, under a letter."""

    def __init__(self) -> None:
        self._signs: dict[str, str] = {}

    def sign(self, text: str) -> str:
        """The letter of this note; nothing where there is none."""
        if not text:
            return ""
        # a to z, then aa to zz
        first, last = divmod(len(self._signs), 26)
        return self._signs.setdefault(
            text, (ascii_lowercase[first - 1] if first else "") + ascii_lowercase[last]
        )

    @property
    def rows(self) -> list[tuple[str, PdfText]]:
        return [(sign, original_text(text)) for text, sign in self._signs.items()]


def figure_tables_of(source: ReportFacts, measure: Measure) -> list[PdfFigureTable]:
    """The figures that were filed to a measure; none where it asks for none."""
    filed = {place.indicator for place in source.current.figures}
    indicators = [
        indicator
        for indicator in measure.indicators.all()
        if indicator.type == IndicatorType.FIGURE and indicator.key in filed
    ]
    if not indicators:
        return []
    by_service = any(indicator.scope == IndicatorScope.SERVICE for indicator in indicators)
    services = list(source.document["services"]) if by_service else []
    chunks = [services[start : start + MAX_SERVICES] for start in range(0, len(services), MAX_SERVICES)] or [
        []
    ]
    return [
        _FigureTableBuilder(source, chunk, len(services), last=chunk is chunks[-1]).build(indicators)
        for chunk in chunks
    ]


class _FigureTableBuilder:
    """Builds one table; the last of several holds the total and the period before."""

    def __init__(self, source: ReportFacts, services: Sequence[ContentRow], of: int, *, last: bool) -> None:
        self.source, self.services, self.last = source, services, last
        self.alone = of == 1
        self.notes = TableNotes()

    def build(self, indicators: Sequence[Indicator]) -> PdfFigureTable:
        whole = any(
            indicator.scope == IndicatorScope.ORGANISATION
            or FigurePlace(indicator.key, None) in self.source.current.figures
            for indicator in indicators
        )
        self.totals = self.last and (whole or not self.alone)
        rows = [row for indicator in indicators for row in self._rows(indicator)]
        header = [_("Indicator"), *(to_print(name_in_language(service)) for service in self.services)]
        header += [_("All") if self.services else _("The whole organisation")] if self.totals else []
        compared = self.last and self.source.previous is not None
        header += [_("Previous period")] if compared else []
        return PdfFigureTable(
            header,
            rows,
            total=len(self.services) + 1 if self.totals else None,
            before=len(header) - 1 if compared else None,
            notes=self.notes.rows,
        )

    def _rows(self, indicator: Indicator) -> list[PdfFigureRow]:
        """The indicator's line, then the cells of its breakdowns, each under its breakdown's name."""
        unit = "" if indicator.unit in ("", Unit.PERCENT) else str(indicator.get_unit_display())
        rows = [self._row(indicator, "", indicator.title, unit)]
        heading = ""
        for cell in in_charter_order(self.source.charter, self.source.current.cells.get(indicator.key, ())):
            title = breakdown_title(self.source.charter, cell)
            rows += [PdfFigureRow(title, "", (), part=True)] if title != heading else []
            rows.append(self._row(indicator, cell, cell_title(self.source.charter, cell), "", part=True))
            heading = title
        return rows

    def _row(
        self, indicator: Indicator, cell: str, name: str, unit: str, *, part: bool = False
    ) -> PdfFigureRow:
        cells = [self._figure(indicator, service["slug"], cell) for service in self.services]
        cells += [self._total(indicator, cell)] if self.totals else []
        cells += [self._previous_period_cell(indicator, cell)] if self.last and self.source.previous else []
        return PdfFigureRow(name, unit, cells, part)

    def _figure(self, indicator: Indicator, service: str | None, cell: str) -> PdfCell:
        figure_place = FigurePlace(indicator.key, service, cell)
        now, corrected = (
            self.source.current.reading(figure_place),
            self.source.corrected.reading(figure_place),
        )
        note = _note_of(self.source.current.figures.get(figure_place))
        return figure_cell(indicator, now, corrected, sign=self.notes.sign(note))

    def _total(self, indicator: Indicator, cell: str) -> PdfCell:
        entered = FigurePlace(indicator.key, None, cell) in self.source.current.figures
        if indicator.scope == IndicatorScope.ORGANISATION or entered:
            return self._figure(indicator, None, cell)
        if self.alone:
            service = self.source.document["services"][0]["slug"]
            return figure_cell(
                indicator, self.source.current.reading(FigurePlace(indicator.key, service, cell)), None
            )
        totals = (facts.total(indicator.key, cell) for facts in (self.source.current, self.source.corrected))
        return figure_cell(indicator, *totals)

    def _previous_period_cell(self, indicator: Indicator, cell: str) -> PdfCell:
        """The number of the period before, unless what is counted has changed since."""
        assert self.source.previous is not None
        facts = self.source.previous[1]
        now, before = (
            organisation_reading_of(self.source.current, indicator, cell),
            organisation_reading_of(facts, indicator, cell),
        )
        if now is not None and now.broken:
            return PdfCell("not_compared", _("not compared"))
        return figure_cell(indicator, before, None) if before is not None else EMPTY_CELL


def _note_of(figure: FiledFigure | None) -> str:
    """The remarks on one figure: why there is none, what changed, how it was counted."""
    if figure is None or figure.withheld:
        return ""
    values = figure.values
    parts = [values.reason, values.note]
    if values.definition_changed:
        changed = _("Definition changed, not compared with the previous period: %(why)s")
        parts.append(changed % {"why": values.definition_note})
    if values.method:
        parts.append(f"{_('How it was counted')}: {values.method}")
    return " ".join(" ".join(part.split()) for part in parts if part.strip())

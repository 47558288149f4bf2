"""The tables of figures on paper: services side by side, every status with its sign, the period before."""

from collections.abc import Sequence
from string import ascii_lowercase

from django.utils.translation import gettext as _

from alliance.documents.report_cells import NOTHING, shown, whole_of
from alliance.documents.report_paper import Cell, FigureRow, FigureTable, Said
from alliance.documents.report_source import Source
from alliance.documents.report_words import printable, said
from alliance.enums import IndicatorType, Scope, Unit
from alliance.figure_fields import FigurePlace, FiledFigure
from alliance.models import Indicator, Measure
from alliance.queries.public.readings import Reading
from alliance.queries.public.report_facts import Facts, Item
from alliance.queries.public.wording import (
    breakdown_title,
    cell_title,
    in_charter_order,
    named,
)

MOST_SERVICES = 5  # columns of one table; further services stand in a table of their own


class Notes:
    """The small print of one table: each note once, under a letter."""

    def __init__(self) -> None:
        self._signs: dict[str, str] = {}

    def sign(self, text: str) -> str:
        """The letter of this note; nothing where there is none."""
        if not text:
            return ""
        return self._signs.setdefault(text, _letters(len(self._signs)))

    @property
    def entries(self) -> list[tuple[str, Said]]:
        return [(sign, said(text)) for text, sign in self._signs.items()]


def _letters(index: int) -> str:
    """a to z, then aa to zz."""
    first, last = divmod(index, 26)
    return (ascii_lowercase[first - 1] if first else "") + ascii_lowercase[last]


def tables_of(source: Source, measure: Measure) -> list[FigureTable]:
    """The figures that were filed to a measure; none where it asks for none."""
    filed = {place.indicator for place in source.now.figures}
    asked = [one for one in measure.indicators.all() if one.type == IndicatorType.FIGURE and one.key in filed]
    if not asked:
        return []
    by_service = any(one.scope == Scope.SERVICE for one in asked)
    services = list(source.document["services"]) if by_service else []
    chunks = [
        services[start : start + MOST_SERVICES] for start in range(0, len(services), MOST_SERVICES)
    ] or [[]]
    return [_Table(source, chunk, len(services), last=chunk is chunks[-1]).made(asked) for chunk in chunks]


class _Table:
    """Builds one table; the last of several holds the total and the period before."""

    def __init__(self, source: Source, services: Sequence[Item], of: int, *, last: bool) -> None:
        self.source, self.services, self.last = source, services, last
        self.alone = of == 1
        self.notes = Notes()

    def made(self, asked: Sequence[Indicator]) -> FigureTable:
        whole = any(one.scope == Scope.ORGANISATION or self._entered(one) for one in asked)
        self.totals = self.last and (whole or not self.alone)
        rows = [row for one in asked for row in self._rows(one)]
        header = [_("Indicator"), *(printable(named(one)) for one in self.services)]
        header += [_("All") if self.services else _("The whole organisation")] if self.totals else []
        compared = self.last and self.source.before is not None
        header += [_("Previous period")] if compared else []
        return FigureTable(
            header,
            rows,
            total=len(self.services) + 1 if self.totals else None,
            before=len(header) - 1 if compared else None,
            notes=self.notes.entries,
        )

    def _entered(self, indicator: Indicator) -> bool:
        return FigurePlace(indicator.key, None) in self.source.now.figures

    def _rows(self, indicator: Indicator) -> list[FigureRow]:
        """The indicator's line, then the cells of its breakdowns, each under its breakdown's name."""
        unit = "" if indicator.unit in ("", Unit.PERCENT) else str(indicator.get_unit_display())
        rows = [self._row(indicator, "", indicator.title, unit)]
        heading = ""
        for cell in self._cells(indicator):
            title = breakdown_title(self.source.charter, cell)
            rows += [FigureRow(title, "", (), part=True)] if title != heading else []
            rows.append(self._row(indicator, cell, cell_title(self.source.charter, cell), "", part=True))
            heading = title
        return rows

    def _cells(self, indicator: Indicator) -> list[str]:
        """The cells that were filed, in the charter's order."""
        return in_charter_order(self.source.charter, self.source.now.cells.get(indicator.key, ()))

    def _row(self, indicator: Indicator, cell: str, name: str, unit: str, *, part: bool = False) -> FigureRow:
        cells = [self._figure(indicator, service["slug"], cell) for service in self.services]
        cells += [self._total(indicator, cell)] if self.totals else []
        cells += [self._before(indicator, cell)] if self.last and self.source.before else []
        return FigureRow(name, unit, cells, part)

    def _figure(self, indicator: Indicator, service: str | None, cell: str) -> Cell:
        place = FigurePlace(indicator.key, service, cell)
        now, corrected = self.source.now.reading(place), self.source.corrected.reading(place)
        note = _note_of(self.source.now.figures.get(place))
        return shown(indicator, now, corrected, sign=self.notes.sign(note))

    def _total(self, indicator: Indicator, cell: str) -> Cell:
        entered = FigurePlace(indicator.key, None, cell) in self.source.now.figures
        if indicator.scope == Scope.ORGANISATION or entered:
            return self._figure(indicator, None, cell)
        if self.alone:
            return shown(indicator, self._only(self.source.now, indicator, cell), None)
        totals = (facts.total(indicator.key, cell) for facts in (self.source.now, self.source.corrected))
        return shown(indicator, *totals)

    def _only(self, facts: Facts, indicator: Indicator, cell: str) -> Reading | None:
        service = self.source.document["services"][0]["slug"]
        return facts.reading(FigurePlace(indicator.key, service, cell))

    def _before(self, indicator: Indicator, cell: str) -> Cell:
        """The number of the period before, unless what is counted has changed since."""
        assert self.source.before is not None
        facts = self.source.before[1]
        now, before = whole_of(self.source.now, indicator, cell), whole_of(facts, indicator, cell)
        if now is not None and now.broken:
            return Cell("not_compared", _("not compared"))
        return shown(indicator, before, None) if before is not None else NOTHING


def _note_of(figure: FiledFigure | None) -> str:
    """What was said beside one figure: why there is none, what changed, how it was counted."""
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

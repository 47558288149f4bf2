"""The figures of a report as the editor shows them: services side by side, the whole above its parts, totals behind."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from alliance.documents.cells import MUTED_STYLE, reading_cell, remarks
from alliance.documents.charter import CharterIndicator
from alliance.documents.report.export import ReportExport
from alliance.enums import Disclosure
from alliance.figure_fields import TEXT_COLUMNS, FigurePlace, FiledFigure
from alliance.queries.public.readings import Reading
from alliance.queries.public.report_content import ReportContent
from alliance.queries.public.wording import text_before_correction
from alliance.validators.corrections import before_corrections
from portal.kernel.documents.workbooks import Cell, Column, Sheet


def figures_sheet(file: ReportExport) -> Sheet | None:
    """One row for each indicator and part; a column for each service and one for all."""
    services = [*file.services.items()]
    columns = [
        Column(_("Measure"), 10, "line"),
        Column(_("Indicator"), 10, "line"),
        Column(_("Title"), 44, "strong"),
        Column(_("Unit"), 14),
        Column(_("Part"), 28),
        *(Column(name, 18, "number") for _slug, name in services),
        Column(_("The whole organisation"), 18, "number"),
        Column(_("Remarks"), 60, MUTED_STYLE),
        Column(_("Notes"), 60),
    ]
    whole = {**file.content, "totals": file.totals}
    facts, before = ReportContent(whole), ReportContent(before_corrections(whole))
    rows = [
        row
        for indicator in file.charter.indicators
        if indicator.is_figure
        for row in _IndicatorRows(file, facts, before, indicator).rows()
    ]
    return Sheet(_("Figures"), _("Figures by service"), columns, rows, fixed=3) if rows else None


class _IndicatorRows:
    """One indicator: the line of the whole, and one for each of its parts."""

    def __init__(
        self, file: ReportExport, facts: ReportContent, before: ReportContent, entry: CharterIndicator
    ) -> None:
        self.file, self.facts, self.entry, self.key = file, facts, entry, entry.indicator.key
        self.before = before
        self.cells = {cell for key, _service, cell in facts.figures if key == self.key}

    def rows(self) -> Iterator[Sequence[Cell]]:
        for cell in self.file.charter.cell_order(self.cells):
            yield self._row(cell)

    def _row(self, cell: str) -> Sequence[Cell]:
        entry = self.entry
        readings = [(name, self._reading(slug, cell)) for slug, name in self.file.services.items()]
        whole = self._reading(None, cell) or (self.facts.total(self.key, cell) if len(readings) > 1 else None)
        named = [*readings, (_("The whole organisation"), whole)]
        earlier = [
            *(self.before.reading(FigurePlace(self.key, slug, cell)) for slug in self.file.services),
            self.before.reading(FigurePlace(self.key, None, cell)) or self.before.total(self.key, cell),
        ]
        return (
            entry.measure.code,
            entry.indicator.code,
            entry.indicator.title,
            entry.unit or None,
            self.file.charter.cell(cell) or (_("Total"), MUTED_STYLE),
            *(
                None if reading is None else reading_cell(self.file.charter, entry.indicator, reading)
                for _name, reading in named
            ),
            "; ".join(
                f"{name}: {remark}"
                for (name, reading), was in zip(named, earlier, strict=True)
                if (remark := "; ".join(filter(None, (remarks(reading), self._correction(reading, was)))))
            )
            or None,
            "; ".join(self._notes(cell)) or None,
        )

    def _correction(self, reading: Reading | None, was: Reading | None) -> str:
        """That the number was corrected, with what it was."""
        text = text_before_correction(self.entry.indicator, reading, was) if reading else ""
        return _("corrected, was %(value)s") % {"value": text} if text else ""

    def _reading(self, service: str | None, cell: str) -> Reading | None:
        return self.facts.reading(FigurePlace(self.key, service, cell))

    def _notes(self, cell: str) -> Iterator[str]:
        """The member's remarks on its numbers, and which of them the public does not read."""
        for (key, service, part), figure in self.facts.figures.items():
            if (key, part) == (self.key, cell):
                text = "; ".join(filter(None, _remarks_of(figure)))
                if text:
                    yield f"{self.file.services.get(service or '', _('The whole organisation'))}: {text}"


def _remarks_of(figure: FiledFigure) -> tuple[str, ...]:
    return (
        *(getattr(figure.values, name) for name in TEXT_COLUMNS),
        str(Disclosure.SECRETARIAT.label) if figure.secretariat_only else "",
        figure.disclosure_reason,
    )

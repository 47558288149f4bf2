"""The figures of one measure as a grid: lines for indicators and their parts, columns for services and the whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext as _

from alliance.figure_fields import FigurePlace, FigureValues, FiledFigure
from alliance.models import Indicator, Service
from alliance.queries.public.wording import cell_title, status_text, value_text
from alliance.queries.report_frame import RequestedFigure, RequiredMeasure, figures_in
from alliance.queries.working_copy import WorkingCopy
from alliance.validators.figures import Finding
from alliance.validators.totals import Total, TotalPart, total_of
from alliance.web.forms.working_copy import CellForm, FigureForm
from alliance.web.workspace.editor_fields import EditorField
from portal.kernel.text import format_figure


@dataclass
class FigureGridLine:
    """One line: an entry in each service's column (None where nothing is asked), then the whole."""

    key: str
    title: str
    fields: list[EditorField | None]
    organisation_field: EditorField | None  # a figure of the organisation, which somebody enters
    total: Total | None  # or one that is worked out

    @property
    def filled_fields(self) -> list[EditorField]:
        return [entry for entry in (*self.fields, self.organisation_field) if entry]


@dataclass
class FigureGridRow:
    """One indicator: its line, and one line for each cell of its breakdown."""

    indicator: Indicator
    line: FigureGridLine
    cell_lines: list[FigureGridLine] = field(default_factory=list)

    @property
    def lines(self) -> list[FigureGridLine]:
        return [self.line, *self.cell_lines]

    @property
    def is_for_organisation(self) -> bool:
        """Asked of the organisation alone."""
        return not any(self.line.fields)

    @property
    def has_cell_faults(self) -> bool:
        """Whether something in the parts needs attention, which then are open."""
        return any(
            entry.errors or entry.warnings or entry.conflict
            for line in self.cell_lines
            for entry in line.filled_fields
        )


@dataclass(frozen=True)
class FigureGridColumn:
    """A service, or the whole: whether anything is asked in it, and how many of its figures are to be put right."""

    number: int
    title: str
    is_requested: bool
    fault_count: int


class FigureGrid:
    """Makes the grid of a measure from the working copy; with `data`, its forms are bound to what was posted."""

    def __init__(self, copy: WorkingCopy, required: RequiredMeasure, data: QueryDict | None) -> None:
        self.copy, self.required, self.data = copy, required, data
        self._errors, self._warnings = _by_place(copy.errors), _by_place(copy.warnings)
        self._last = figures_in(copy.last)

    @cached_property
    def services(self) -> Sequence[Service]:
        """The services that any of the indicators asks about."""
        owners = {owner for row in self.required.figures for owner in self.required.owners(row)}
        return [service for service in self.required.services if service in owners]

    @cached_property
    def rows(self) -> list[FigureGridRow]:
        return [self._row(indicator) for indicator in self.required.figures]

    @cached_property
    def columns(self) -> list[FigureGridColumn]:
        entries = [[line.fields[place] for line in self.lines] for place in range(len(self.services))]
        titles = [service.name for service in self.services]
        if self.has_organisation_column:
            entries.append([line.organisation_field for line in self.lines])
            titles.append(_("Total") if len(self.services) > 1 else _("The whole organisation"))
        return [
            FigureGridColumn(
                number, title, any(column), sum(bool(entry and entry.errors) for entry in column)
            )
            for number, (title, column) in enumerate(zip(titles, entries, strict=True), start=1)
        ]

    @property
    def has_organisation_column(self) -> bool:
        return len(self.services) > 1 or any(line.organisation_field for line in self.lines)

    @property
    def lines(self) -> Iterator[FigureGridLine]:
        for row in self.rows:
            yield from row.lines

    @property
    def fields(self) -> Iterator[EditorField]:
        for line in self.lines:
            yield from line.filled_fields

    def _row(self, indicator: Indicator) -> FigureGridRow:
        charter = self.copy.frame.report.cycle.charter
        parts = [
            self._line(indicator, cell, cell_title(charter, cell)) for cell in self.required.cells(indicator)
        ]
        return FigureGridRow(indicator, self._line(indicator), parts)

    def _line(self, indicator: Indicator, cell: str = "", title: str = "") -> FigureGridLine:
        owners = self.required.owners(indicator)
        entries = [
            self._field(RequestedFigure(indicator, service, cell), title) if service in owners else None
            for service in self.services
        ]
        whole = self._field(RequestedFigure(indicator, None, cell), title) if None in owners else None
        key = f"{indicator.key}{_id_suffix(cell)}"
        return FigureGridLine(key, title or indicator.title, entries, whole, self._total(indicator, cell))

    def _field(self, target: RequestedFigure, cell_title: str) -> EditorField:
        indicator, place = target.indicator, target.place
        form_class: type[FigureForm] | type[CellForm] = CellForm if target.cell else FigureForm
        service = target.service.pk if target.service else 0
        form = form_class(
            self.data,
            prefix=f"f{target.indicator.pk}-{service}{_id_suffix(target.cell)}",
            indicator=indicator,
            stored=self.copy.figures.get(place),
        )
        entry = EditorField(
            form,
            indicator,
            target,
            cell_title,
            last=_previous_text(indicator, self._last.get(place)),
            reference=self.copy.references.get(place),
            findings=self._errors.get(place, []),
            warnings=self._warnings.get(place, []),
        )
        form.fields["value"].label = entry.title
        return entry

    def _total(self, indicator: Indicator, cell: str) -> Total | None:
        """The total of what has been given so far; none with a single service."""
        if len(self.services) < 2:
            return None
        places = [RequestedFigure(indicator, service, cell).place for service in self.services]
        figures = [self.copy.figures[place] for place in places if place in self.copy.figures]
        return total_of(indicator.aggregation, [TotalPart.of(FigureValues.of(figure)) for figure in figures])


def _by_place(findings: Sequence[Finding]) -> dict[FigurePlace, list[str]]:
    messages_by_place: dict[FigurePlace, list[str]] = {}
    for finding in findings:
        messages_by_place.setdefault(finding.place, []).append(str(finding))
    return messages_by_place


def _previous_text(indicator: Indicator, figure: FiledFigure | None) -> str:
    """The last period's value: a number, an answer, or why there was none."""
    if figure is None:
        return ""
    values = figure.values
    text = value_text(indicator, values.value, values.choice) or format_figure(values.value)
    return (text or status_text(values.status)).lower()


def _id_suffix(cell: str) -> str:
    """A breakdown's cell as the end of an element's id, which style sheets and scripts can name."""
    return "".join(f"-{pair.replace('=', '-')}" for pair in cell.split(";") if pair)

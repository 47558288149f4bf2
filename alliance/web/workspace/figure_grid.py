"""The figures of one measure as a grid: lines for indicators and their parts, columns for services and the whole."""

from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext as _

from alliance.figure_fields import FigureValues, FiledFigure
from alliance.models import Indicator, Service
from alliance.queries.public.wording import status_text, value_text
from alliance.queries.report_frame import RequestedFigure
from alliance.queries.working_copy import WorkingCopy
from alliance.validators.totals import Total, TotalPart, total_of
from alliance.web.forms.working_copy import CellForm, FigureForm
from alliance.web.workspace.editor_fields import EditorField, FigureChecks
from alliance.web.workspace.editor_parts import EditorLine, EditorParts, EditorPlace
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
    """One indicator: its line, and one line for each cell of its breakdown; as many of them as this page has."""

    indicator: Indicator
    line: FigureGridLine | None = None  # None where another page has it
    cell_lines: list[FigureGridLine] = field(default_factory=list)
    at: str = ""  # the name of the place that somebody was led to

    @property
    def lines(self) -> list[FigureGridLine]:
        return [self.line, *self.cell_lines] if self.line else self.cell_lines

    @property
    def is_for_organisation(self) -> bool:
        """Asked of the organisation alone."""
        return not any(entry for line in self.lines for entry in line.fields)

    @property
    def is_open(self) -> bool:
        """Whether its cells are shown at once: nothing else is here, or something in them needs attention.

        A month or quarter that has nothing yet does; of other cells each may stay empty.
        """
        is_wanted = bool(self.indicator.period)
        return self.line is None or any(
            entry.prefix == self.at
            or entry.errors
            or entry.warnings
            or entry.conflict
            or (is_wanted and entry.stored is None)
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
    """Makes the grid of some places of a measure from the working copy; with `data`, those are bound that were posted.

    `with_total`: show the totals of all services, beside the last of them. `at`: the place that somebody was led to.
    """

    def __init__(
        self,
        copy: WorkingCopy,
        parts: EditorParts,
        places: Collection[EditorPlace],
        *,
        data: QueryDict | None = None,
        posted: Container[str] = (),
        with_total: bool = True,
        at: str = "",
    ) -> None:
        self.copy, self.parts, self.data, self.posted = copy, parts, data, posted
        self.with_total, self.at = with_total, at
        self._asked = set(places)
        self._checks = FigureChecks(copy)
        self._last = copy.last_figures

    @cached_property
    def services(self) -> Sequence[Service]:
        """The services of these places, in the report's order."""
        owners = {place.owner for place in self._asked}
        return [service for service in self.parts.services if service in owners]

    @cached_property
    def rows(self) -> list[FigureGridRow]:
        rows: dict[int, FigureGridRow] = {}
        asked = {place.line for place in self._asked}
        for line in self.parts.lines:
            if line in asked:
                row = rows.setdefault(line.indicator.pk, FigureGridRow(line.indicator, at=self.at))
                if line.cell:
                    row.cell_lines.append(self._line(line))
                else:
                    row.line = self._line(line)
        return list(rows.values())

    @cached_property
    def columns(self) -> list[FigureGridColumn]:
        entries = [[line.fields[place] for line in self.lines] for place in range(len(self.services))]
        titles = [service.name for service in self.services]
        if self.has_organisation_column:
            entries.append([line.organisation_field for line in self.lines])
            titles.append(_("Total") if len(self.parts.services) > 1 else _("The whole organisation"))
        return [
            FigureGridColumn(
                number, title, any(column), sum(bool(entry and entry.errors) for entry in column)
            )
            for number, (title, column) in enumerate(zip(titles, entries, strict=True), start=1)
        ]

    @cached_property
    def has_organisation_column(self) -> bool:
        has_fields = any(line.organisation_field for line in self.lines)
        return has_fields or (self.with_total and len(self.parts.services) > 1)

    @property
    def lines(self) -> Iterator[FigureGridLine]:
        for row in self.rows:
            yield from row.lines

    @property
    def fields(self) -> Iterator[EditorField]:
        for line in self.lines:
            yield from line.filled_fields

    def _line(self, line: EditorLine) -> FigureGridLine:
        entries = [self._field(EditorPlace(line, service)) for service in self.services]
        whole = self._field(EditorPlace(line, None))
        key = f"{line.indicator.key}-{line.number}" if line.number else line.indicator.key
        total = self._total(line.indicator, line.cell) if self.with_total else None
        return FigureGridLine(key, line.title or line.indicator.title, entries, whole, total)

    def _field(self, editor_place: EditorPlace) -> EditorField | None:
        """The form of a place; None where this page has none."""
        if editor_place not in self._asked:
            return None
        indicator, target, place = editor_place.line.indicator, editor_place.target, editor_place.target.place
        form_class: type[FigureForm] | type[CellForm] = CellForm if editor_place.line.is_bare else FigureForm
        form = form_class(
            self.data if editor_place.prefix in self.posted else None,
            prefix=editor_place.prefix,
            indicator=indicator,
            stored=self.copy.figures.get(place),
        )
        entry = EditorField(
            form,
            indicator,
            target,
            editor_place.line.title,
            last=previous_text(indicator, self._last.get(place)),
            reference=self.copy.references.get(place),
            checks=self._checks,
        )
        form.fields["value"].label = entry.title
        return entry

    def _total(self, indicator: Indicator, cell: str) -> Total | None:
        """The total of what has been given so far; none with a single service."""
        if len(self.parts.services) < 2:
            return None
        places = [RequestedFigure(indicator, service, cell).place for service in self.parts.services]
        stored_figures = self.copy.given_figures
        figures = [stored_figures[place] for place in places if place in stored_figures]
        return total_of(indicator.aggregation, [TotalPart.of(FigureValues.of(figure)) for figure in figures])


def previous_text(indicator: Indicator, figure: FiledFigure | None) -> str:
    """The last period's value: a number, an answer, or why there was none."""
    if figure is None:
        return ""
    values = figure.values
    text = value_text(indicator, values.value, values.choice) or format_figure(values.value)
    return (text or status_text(values.status)).lower()

"""The figures of one measure as a grid: lines for indicators and their parts, columns for services and the whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext as _

from alliance.figure_fields import FigurePlace, FigureValues, FiledFigure
from alliance.models import Indicator, Service
from alliance.queries.public.wording import cell_title, said_value, status_text
from alliance.queries.report_frame import OwedMeasure, RequestedFigure, figures_in
from alliance.queries.working_copy import WorkingCopy
from alliance.validators.figures import Finding
from alliance.validators.totals import Part, Total, total_of
from alliance.web.forms.working_copy import CellForm, FigureForm
from alliance.web.workspace.entries import Entry
from portal.kernel.templatetags.portal_ui import figure as written


@dataclass
class Line:
    """One line: an entry in each service's column (None where nothing is asked), then the whole."""

    key: str
    title: str
    entries: list[Entry | None]
    whole: Entry | None  # a figure of the organisation, which somebody enters
    total: Total | None  # or one that is worked out

    @property
    def given(self) -> list[Entry]:
        return [entry for entry in (*self.entries, self.whole) if entry]


@dataclass
class Row:
    """One indicator: its line, and one line for each cell of its breakdown."""

    indicator: Indicator
    line: Line
    parts: list[Line] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [self.line, *self.parts]

    @property
    def for_whole(self) -> bool:
        """Asked of the organisation alone."""
        return not any(self.line.entries)

    @property
    def is_wrong_in_parts(self) -> bool:
        """Something is to be seen to in the parts, which then stand open."""
        return any(
            entry.errors or entry.warnings or entry.clash for line in self.parts for entry in line.given
        )


@dataclass(frozen=True)
class Column:
    """A service, or the whole: whether anything is asked in it, and how many of its figures are to be put right."""

    number: int
    title: str
    asked: bool
    wrong: int


class FigureGrid:
    """Makes the grid of a measure from the working copy; with `data`, its forms are bound to what was posted."""

    def __init__(self, copy: WorkingCopy, owed: OwedMeasure, data: QueryDict | None) -> None:
        self.copy, self.owed, self.data = copy, owed, data
        self._errors, self._warnings = _by_place(copy.errors), _by_place(copy.warnings)
        self._last = figures_in(copy.last)

    @cached_property
    def services(self) -> Sequence[Service]:
        """The services that any of the indicators asks about."""
        asked = {owner for row in self.owed.figures for owner in self.owed.owners(row)}
        return [service for service in self.owed.services if service in asked]

    @cached_property
    def rows(self) -> list[Row]:
        return [self._row(indicator) for indicator in self.owed.figures]

    @cached_property
    def columns(self) -> list[Column]:
        entries = [[line.entries[place] for line in self.lines] for place in range(len(self.services))]
        titles = [service.name for service in self.services]
        if self.with_whole:
            entries.append([line.whole for line in self.lines])
            titles.append(_("Total") if len(self.services) > 1 else _("The whole organisation"))
        return [
            Column(number, title, any(column), sum(bool(entry and entry.errors) for entry in column))
            for number, (title, column) in enumerate(zip(titles, entries, strict=True), start=1)
        ]

    @property
    def with_whole(self) -> bool:
        return len(self.services) > 1 or any(line.whole for line in self.lines)

    @property
    def lines(self) -> Iterator[Line]:
        for row in self.rows:
            yield from row.lines

    @property
    def entries(self) -> Iterator[Entry]:
        for line in self.lines:
            yield from line.given

    def _row(self, indicator: Indicator) -> Row:
        charter = self.copy.frame.report.cycle.charter
        parts = [
            self._line(indicator, cell, cell_title(charter, cell)) for cell in self.owed.cells(indicator)
        ]
        return Row(indicator, self._line(indicator), parts)

    def _line(self, indicator: Indicator, cell: str = "", title: str = "") -> Line:
        owners = self.owed.owners(indicator)
        entries = [
            self._entry(RequestedFigure(indicator, service, cell), title) if service in owners else None
            for service in self.services
        ]
        whole = self._entry(RequestedFigure(indicator, None, cell), title) if None in owners else None
        key = f"{indicator.key}{_in_an_id(cell)}"
        return Line(key, title or indicator.title, entries, whole, self._total(indicator, cell))

    def _entry(self, target: RequestedFigure, part: str) -> Entry:
        indicator, place = target.indicator, target.place
        form_class: type[FigureForm] | type[CellForm] = CellForm if target.cell else FigureForm
        form = form_class(
            self.data, prefix=_prefix(target), indicator=indicator, stored=self.copy.figures.get(place)
        )
        entry = Entry(
            form,
            indicator,
            target,
            part,
            last=_last_words(indicator, self._last.get(place)),
            reference=self.copy.references.get(place),
            findings=self._errors.get(place, []),
            warnings=self._warnings.get(place, []),
        )
        form.fields["value"].label = entry.where
        return entry

    def _total(self, indicator: Indicator, cell: str) -> Total | None:
        """The total of what has been given so far; none with a single service."""
        if len(self.services) < 2:
            return None
        places = [RequestedFigure(indicator, service, cell).place for service in self.services]
        given = [self.copy.figures[place] for place in places if place in self.copy.figures]
        return total_of(indicator.aggregation, [Part.of(FigureValues.of(figure)) for figure in given])


def _by_place(findings: Sequence[Finding]) -> dict[FigurePlace, list[str]]:
    found: dict[FigurePlace, list[str]] = {}
    for finding in findings:
        found.setdefault(finding.place, []).append(str(finding))
    return found


def _last_words(indicator: Indicator, figure: FiledFigure | None) -> str:
    """What the last period said: a number, an answer, or why there was none."""
    if figure is None:
        return ""
    values = figure.values
    said = said_value(indicator, values.value, values.choice) or written(values.value)
    return (said or status_text(values.status)).lower()


def _prefix(target: RequestedFigure) -> str:
    service = target.service.pk if target.service else 0
    return f"f{target.indicator.pk}-{service}{_in_an_id(target.cell)}"


def _in_an_id(cell: str) -> str:
    """A breakdown's cell as the end of an element's id, which style sheets and scripts can name."""
    return "".join(f"-{pair.replace('=', '-')}" for pair in cell.split(";") if pair)

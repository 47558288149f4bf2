"""All figures of a report as one grid: a row for each indicator, folded under it its parts, the services as columns.

Measures that are complete are folded; the rest is cut into pages by what it costs in HTML, as estimated from what is
asked and not from what was typed. A cell has the name of its form in the editor of its measure (`f13-7`, `f13-7-42`).
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from django.utils.translation import gettext as _

from alliance.enums import Aggregation
from alliance.figure_fields import QUANTITIES, FigurePlace, FigureValues
from alliance.models import Delegation, Service
from alliance.queries.attention_items import AttentionKind
from alliance.queries.delegations import delegations_of
from alliance.queries.lineage import lineage_of
from alliance.queries.report_frame import RequestedFigure, RequiredMeasure
from alliance.queries.working_copy import WorkingCopy
from alliance.validators.cell_texts import folded
from alliance.validators.totals import TotalPart, total_of
from alliance.web.workspace.editor_parts import EditorLine, EditorParts, EditorPlace
from alliance.web.workspace.figure_grid import previous_text
from alliance.web.workspace.grid_cells import CellMark, GridCell, TypedCell, cell_change, shown_text
from alliance.web.workspace.grid_rows import GridGroup, GridRow, GridView, RowNote, row_key
from portal.kernel.text import format_figure, whole_number

MOST_COLUMNS = 7  # services side by side
_PAGE_BYTES = 84_000  # of the rows of one page; the rest of a page's limit is for what stands around them
_GROUP_BYTES, _ROW_BYTES, _CELL_BYTES = 700, 1_000, 330
_PAGE_CELLS = 450  # each is two fields of the form
_MARKS = {
    AttentionKind.EMPTY: CellMark.EMPTY,
    AttentionKind.CARRIED_OVER: CellMark.CARRIED,
    AttentionKind.WARNING: CellMark.WARNING,
    AttentionKind.ERROR: CellMark.ERROR,
}
# the most serious last
_ORDER: Mapping[CellMark | None, int] = {None: -1} | {mark: number for number, mark in enumerate(CellMark)}
FILTERS = ("all", "eyes", "empty", "warnings", "carried", "mine")


class ReportGrid:
    """The rows and columns of one view of the working copy. `typed`: what was posted and could not be saved."""

    def __init__(
        self,
        copy: WorkingCopy,
        view: GridView,
        typed: Mapping[str, TypedCell] | None = None,
        own_measures: Collection[int] = (),
        delegations: Sequence[Delegation] = (),
    ) -> None:
        self.copy, self.view, self.typed = copy, view, typed or {}
        self.own_measures = own_measures  # given to the reader, by id
        self.delegations = delegations  # to anybody

    # --- what is asked for ---

    @cached_property
    def parts_of(self) -> dict[int, EditorParts]:
        """The parts of each measure, by the keys of its indicators."""
        measures_with_parts = [(required, EditorParts(required)) for required in self.copy.frame.measures]
        return {row.pk: parts for required, parts in measures_with_parts for row in required.figures}

    def find(self, prefix: str) -> EditorPlace | None:
        """The place of this name, in whatever measure."""
        parts = self.parts_of.get(whole_number(prefix[1:].partition("-")[0]) or 0)
        place = parts.find(prefix) if parts and prefix.startswith("f") else None
        return place if isinstance(place, EditorPlace) else None

    @cached_property
    def chosen_services(self) -> Sequence[Service]:
        """The services that the view names; none where it shows all of them."""
        return [row for row in self.copy.frame.services if row.slug in self.view.services]

    def in_view(self, owner: str | None) -> bool:
        """Whether this page has a column for the service; for the whole organisation (None) it always has."""
        return owner is None or owner in self._shown_slugs

    @cached_property
    def _shown_slugs(self) -> Collection[str]:
        return {row.slug for row in self.services}

    @cached_property
    def column_sets(self) -> list[Sequence[Service]]:
        """The services that the view names, as many at a time as stand side by side."""
        services = self.chosen_services or self.copy.frame.services
        return [services[at : at + MOST_COLUMNS] for at in range(0, len(services), MOST_COLUMNS)] or [()]

    @cached_property
    def set_number(self) -> int:
        """Which of the sets the page has: the one that the address says, else that of the cell which it names."""
        if not self.view.columns and (place := self.find(self.view.cell)):
            holding = [number for number, each in enumerate(self.column_sets, 1) if place.owner in each]
            return holding[0] if holding else 1
        return min(max(self.view.columns, 1), len(self.column_sets))

    @cached_property
    def counted_sets(self) -> Sequence[tuple[Sequence[Service], int]]:
        """Each set of services with how many figures the filter shows in it; without one, are to be looked at."""
        numbers = {row.slug: number for number, each in enumerate(self.column_sets) for row in each}
        counts = Counter(
            numbers[place.service]
            for place, mark in self._all_kinds.items()
            if place.service in numbers and _matches(self.view.filter, [mark]) and self._is_of_filter(place)
        )
        return [(each, counts[number]) for number, each in enumerate(self.column_sets)]

    def _is_of_filter(self, place: FigurePlace) -> bool:
        return self.view.filter != "mine" or place.indicator in self._own_indicators

    @cached_property
    def _own_indicators(self) -> Collection[str]:
        own = [row for row in self.copy.frame.measures if row.measure.pk in self.own_measures]
        return {indicator.key for required in own for indicator in required.figures}

    @cached_property
    def services(self) -> Sequence[Service]:
        return self.column_sets[self.set_number - 1]

    @property
    def columns(self) -> int:
        """How many columns the table has."""
        return 3 * len(self.services) + 4

    # --- what needs eyes ---

    @cached_property
    def kinds(self) -> dict[FigurePlace, CellMark]:
        """What is to be looked at in the services shown, by place; of several things in one place the most serious."""
        return {place: mark for place, mark in self._all_kinds.items() if self.in_view(place.service)}

    @cached_property
    def hidden_kinds(self) -> Collection[FigurePlace]:
        """What is to be looked at in the services that the page does not show."""
        return [place for place in self._all_kinds if not self.in_view(place.service)]

    @cached_property
    def _all_kinds(self) -> dict[FigurePlace, CellMark]:
        marks: dict[FigurePlace, CellMark] = {}
        for item in self.copy.blockers:
            mark = _MARKS.get(item.kind)
            if item.place is not None and mark is not None and _ORDER[mark] > _ORDER[marks.get(item.place)]:
                marks[item.place] = mark
        return marks

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many figures each filter shows."""
        totals = {row.measure.pk: self._count(row) for row in self.copy.frame.measures}
        marks = list(self.kinds.values())
        return {
            "all": sum(totals.values()),
            "eyes": sum(mark != CellMark.EMPTY for mark in marks),
            "empty": marks.count(CellMark.EMPTY),
            "warnings": marks.count(CellMark.WARNING),
            "carried": marks.count(CellMark.CARRIED),
            "mine": sum(count for pk, count in totals.items() if pk in self.own_measures),
        }

    def _count(self, required: RequiredMeasure) -> int:
        """How many figures of a measure are asked for in the services shown."""
        return sum(self.in_view(place.service) for place in required.total_places)

    @cached_property
    def _marks_by_indicator(self) -> Mapping[str, Sequence[CellMark]]:
        marks: dict[str, list[CellMark]] = {}
        for place, mark in self.kinds.items():
            marks.setdefault(place.indicator, []).append(mark)
        return marks

    @cached_property
    def _hidden_by_indicator(self) -> Counter[str]:
        return Counter(place.indicator for place in self.hidden_kinds)

    @cached_property
    def _marked_lines(self) -> Mapping[tuple[str, str], set[CellMark]]:
        lines: dict[tuple[str, str], set[CellMark]] = {}
        for place, mark in self.kinds.items():
            lines.setdefault((place.indicator, place.cell), set()).add(mark)
        return lines

    # --- the pages ---

    @cached_property
    def groups(self) -> list[GridGroup]:
        """The measures of this page, with their rows."""
        groups = self.pages[self.page - 1]
        for group in groups:
            writers = delegations_of(group.required, self.delegations)
            group.writers = [delegation.assignee.name for delegation in writers]
            if not group.is_folded:
                group.rows = [self._row(group, line) for line in group.lines]
        return groups

    @cached_property
    def page(self) -> int:
        """The number of the page with the row at which the view starts, or with what comes before that row."""
        order = {row_key(line): at for at, line in enumerate(self._all_lines)}
        start = order.get(self.view.start, 0)
        return sum(order[page[0].start] <= start for page in self.pages if page) or 1

    @property
    def _all_lines(self) -> Iterator[EditorLine]:
        for required in self.copy.frame.measures:
            if required.figures:
                yield from self.parts_of[required.figures[0].pk].lines

    @cached_property
    def pages(self) -> list[list[GridGroup]]:
        """The groups of the view, cut where a page would be too heavy; an indicator stays with its parts' first."""
        pages: list[list[GridGroup]] = [[]]
        size = cells = 0
        for group in self._all_groups:
            start = 0
            lines = [] if group.is_folded else group.lines
            costs = [self._cost(line) for line in lines]
            size += _GROUP_BYTES
            for at, (cost, count) in enumerate(costs):
                if (size + cost > _PAGE_BYTES or cells + count > _PAGE_CELLS) and (pages[-1] or at > start):
                    if at > start:
                        pages[-1].append(self._slice(group, start, at))
                    pages.append([])
                    size, cells, start = _GROUP_BYTES, 0, at
                size, cells = size + cost, cells + count
            pages[-1].append(self._slice(group, start, len(group.lines)))
        return pages

    def _slice(self, group: GridGroup, start: int, end: int) -> GridGroup:
        if (start, end) == (0, len(group.lines)):
            return group
        return replace(group, lines=group.lines[start:end], is_folded=False)

    def _cost(self, line: EditorLine) -> tuple[int, int]:
        cells = len(self.services) + 1
        return _ROW_BYTES + 3 * len(line.title or line.indicator.title) + cells * _CELL_BYTES, cells

    @cached_property
    def _all_groups(self) -> list[GridGroup]:
        groups = []
        for required in self.copy.frame.measures:
            if not required.figures:
                continue
            if self.view.filter == "mine" and required.measure.pk not in self.own_measures:
                continue
            parts = self.parts_of[required.figures[0].pk]
            lines = [line for line in parts.lines if self._shows(required, line)]
            if not lines:
                continue
            group = self._group(required, lines)
            group.is_folded = self.view.filter == "all" and not self.view.words and self._folds(group)
            groups.append(group)
        return groups

    def _group(self, required: RequiredMeasure, lines: list[EditorLine]) -> GridGroup:
        marks = [mark for row in required.figures for mark in self._marks_by_indicator.get(row.key, ())]
        return GridGroup(
            required,
            self.parts_of[required.figures[0].pk],
            lines,
            self._count(required),
            is_folded=False,
            counts={mark.value: marks.count(mark) for mark in CellMark if mark in marks},
            hidden_count=sum(self._hidden_by_indicator[row.key] for row in required.figures),
        )

    def _folds(self, group: GridGroup) -> bool:
        unfolded = self.view.unfolded
        return not any(group.counts.values()) and "all" not in unfolded and group.measure.key not in unfolded

    def _shows(self, required: RequiredMeasure, line: EditorLine) -> bool:
        """Whether the view has this line: a part where it is asked for, or is itself to be looked at."""
        if not any(self.in_view(owner.slug if owner else None) for owner in required.owners(line.indicator)):
            return False
        marks = self._marked_lines.get((line.indicator.key, line.cell), set())
        if self.view.words and folded(self.view.words) not in folded(line.indicator.title):
            return False
        if line.cell and self.view.filter in ("all", "mine"):
            return line.indicator.key in self.view.parts or bool(marks - {CellMark.EMPTY})
        return _matches(self.view.filter, marks)

    # --- the rows ---

    @cached_property
    def _broken(self) -> Collection[str]:
        """The keys of indicators that are not comparable with the last period."""
        charter, last = self.copy.frame.report.charter, self.copy.last
        if last is None:
            return ()
        document = {"charter": {"key": charter.key, "version": charter.version}}
        return lineage_of(charter).series_breaks(document, last)

    @cached_property
    def _sentences(self) -> Mapping[FigurePlace, list[tuple[CellMark, str]]]:
        sentences: dict[FigurePlace, list[tuple[CellMark, str]]] = {}
        for finding in self.copy.errors:
            sentences.setdefault(finding.place, []).append((CellMark.ERROR, str(finding)))
        for finding in self.copy.unanswered_warnings:
            sentences.setdefault(finding.place, []).append((CellMark.WARNING, str(finding)))
        for place in self.copy.unconfirmed_places:
            sentences.setdefault(place, []).append((CellMark.CARRIED, _("carried over")))
        return sentences

    def groups_of(self, indicators: Collection[int]) -> Iterator[GridGroup]:
        """The measures that have these indicators with all their lines, parts too: what a save may have changed."""
        for parts in {id(self.parts_of[pk]): self.parts_of[pk] for pk in indicators}.values():
            group = self._group(parts.required, parts.lines)
            group.rows = [self._row(group, line) for line in parts.lines]
            yield group

    def _row(self, group: GridGroup, line: EditorLine) -> GridRow:
        owners = group.required.owners(line.indicator)
        cells = [self.cell(line, service) if service in owners else None for service in self.services]
        whole = self.cell(line, None) if None in owners else None
        row = GridRow(line, cells, whole, "" if whole else self._total(group.required, line), [])
        row.notes = [note for cell in row.all_cells for note in self.notes(cell)]
        if not line.number:
            row.part_count = len(group.required.cells(line.indicator))
            row.shows_parts = line.indicator.key in self.view.parts
        return row

    def cell(self, line: EditorLine, owner: Service | None) -> GridCell:
        """The cell where a line meets a service, or the whole organisation (None)."""
        place = EditorPlace(line, owner)
        figure_place = place.target.place
        figure = self.copy.figures.get(figure_place)
        last = self.copy.last_figures.get(figure_place)
        stored = figure if figure_place in self.copy.given_figures else None
        return GridCell(
            prefix=place.prefix,
            owner=owner.name if owner else "",
            owner_pk=owner.pk if owner else 0,
            text=shown_text(line.indicator, figure),
            version=figure.version if figure else 0,
            status=stored.status if stored else "",
            mark=self.kinds.get(figure_place, CellMark.NONE),
            is_quantity=line.indicator.value in QUANTITIES,
            is_estimate=bool(stored and stored.estimate),
            last=previous_text(line.indicator, last),
            change=cell_change(line.indicator, stored, last, is_broken=line.indicator.key in self._broken),
            typed=self.typed.get(place.prefix),
            figure_place=figure_place,
        )

    def notes(self, cell: GridCell) -> Iterator[RowNote]:
        """What is to be looked at in a cell."""
        where = f"{cell.owner}: " if cell.owner and len(self.services) > 1 else ""
        if cell.typed:
            yield RowNote("error", where + cell.typed.message, cell.prefix, not cell.typed.is_conflict)
        for mark, sentence in self._sentences.get(cell.figure_place, ()):
            yield RowNote(mark.value, where + sentence, cell.prefix)
        figure = self.copy.figures.get(cell.figure_place)
        if figure and figure.estimate and figure.lower is not None and figure.upper is not None:
            bounds = {"lower": format_figure(figure.lower), "upper": format_figure(figure.upper)}
            yield RowNote("quiet", where + _("≈ %(lower)s to %(upper)s") % bounds, cell.prefix)
        if figure and figure.definition_changed:
            yield RowNote("quiet", where + _("definition changed"), cell.prefix)

    def _total(self, required: RequiredMeasure, line: EditorLine) -> str:
        """The sum of the services, with how many of them it is of; of medians that there is none."""
        services = [owner for owner in required.owners(line.indicator) if owner]
        if len(services) < 2 or line.indicator.value not in QUANTITIES:
            return ""
        places = [RequestedFigure(line.indicator, service, line.cell).place for service in services]
        stored_figures = self.copy.given_figures
        parts = [
            TotalPart.of(FigureValues.of(stored_figures[place]))
            for place in places
            if place in stored_figures
        ]
        total = total_of(line.indicator.aggregation, parts)
        if total is None or total.value is None:
            return _("no total") if line.indicator.aggregation == Aggregation.NONE else ""
        text = format_figure(total.value)
        count = total.parts
        if count == len(services):
            return text
        return _("%(total)s of %(n)d services") % {"total": text, "n": count}


def _matches(name: str, marks: Collection[CellMark]) -> bool:
    if name == "eyes":
        return any(mark != CellMark.EMPTY for mark in marks)
    wanted = {"empty": CellMark.EMPTY, "warnings": CellMark.WARNING, "carried": CellMark.CARRIED}.get(name)
    return wanted is None or wanted in marks

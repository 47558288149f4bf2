"""Figures of chosen indicators over all members and cycles as one table: a page, CSV, JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.models import Cycle, Indicator, PublishedFigure
from alliance.queries.public.charters import series_keys_in_force
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.data_tables import DataScope
from alliance.queries.public.data_tables.figures import FIGURES
from alliance.queries.public.figure_lines import (
    MOST_INDICATORS,
    FigureLine,
    FigurePlaces,
    lines_at,
)
from alliance.queries.public.open_data import data_licence
from alliance.queries.public.readings import reading_of
from alliance.queries.public.record import record_head
from alliance.queries.public.record_data import table_rows
from alliance.queries.public.search import harms_in_force, indicators_by_key
from alliance.queries.public.series_breaks import unexplained_break
from alliance.queries.public.wording import cell_title, figure_text, status_text, text_before_correction
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.responses import json_response, public_page, table_response
from portal.kernel.web import PAGE, Parameter, paginate_or_404, parameters, rows_of_table

_KEY = r"[-\w]{1,60}"
_CHOICE = (Parameter("indicator", _KEY, is_list=True), Parameter("harm", _KEY, is_list=True))
_MOST_CYCLES = 8  # beside one another on the page; the files have all


@dataclass(frozen=True, slots=True)
class FigureCell:
    """What was published of a place for one cycle; `figure` is None where nothing was."""

    figure: PublishedFigure | None
    text: str = ""
    before: str = ""  # it was corrected
    is_after_break: bool = False  # the member or the charter counts otherwise than before
    reason: str = ""  # of the charter


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A line with a cell for each cycle, and its part of a breakdown in words."""

    line: FigureLine
    part: str
    cells: Sequence[FigureCell]


class SeriesBreak(NamedTuple):
    """A cycle from which the charter counts an indicator otherwise than before, and why."""

    indicator: Indicator
    cycle: Cycle
    reason: str


@dataclass(frozen=True, slots=True)
class _Choice:
    """The indicators of an address as the charter in force calls them."""

    scope: DataScope
    indicators: Sequence[Indicator]


@require_safe
@parameters(*_CHOICE, PAGE)
def figure_list(request: HttpRequest) -> HttpResponse:
    """Table of the figures of chosen indicators, of all members and cycles; without a choice, where they are chosen."""
    chosen = _read_choice(request)
    scope = chosen.scope
    context: dict[str, object] = {"indicators": chosen.indicators, "most": MOST_INDICATORS}
    if chosen.indicators:
        cycles = published_cycles()[:_MOST_CYCLES][::-1]
        page = paginate_or_404(FigurePlaces(scope), request, rows_of_table(len(cycles)))
        rows = _rows(lines_at(page.object_list, scope, cycles), cycles, scope.harms)
        query = _query(scope)
        harms = harms_in_force()
        context |= {
            "page": page,
            "rows": rows,
            "breaks": _breaks(rows, cycles),
            "cycles": cycles,
            "harms": [harms[key].title for key in scope.harms if key in harms],
            "table_url": f"{reverse('public:figure-table')}?{query}",
            "data_url": f"{reverse('public:figure-data')}?{query}",
        }
    return public_page(request, "figure_list", context)


@open_to_other_sites
@parameters(*_CHOICE)
def figure_table(request: HttpRequest) -> HttpResponse:
    """CSV of the figures of chosen indicators, with the columns of the open data."""
    return table_response("figures", FIGURES, FIGURES.source(_required_scope(request)))


@open_to_other_sites
@parameters(*_CHOICE)
def figure_data(request: HttpRequest) -> HttpResponse:
    """JSON of the figures of chosen indicators, with the columns of the open data."""
    scope = _required_scope(request)
    head = record_head()
    content = {
        "as_of": head.number if head else 0,
        "licence": data_licence().key,
        "dictionary": settings.ORIGIN + reverse("public:data"),
        "figures": table_rows("figures", scope),
    }
    return json_response(content)


def _read_choice(request: HttpRequest) -> _Choice:
    """What the address chooses; 404 where it names an indicator that there is not, or too many."""
    keys, harms = (_listed(request, name) for name in ("indicator", "harm"))
    known = indicators_by_key(keys) if keys else {}
    if len(known) < len(keys) or len(keys) > MOST_INDICATORS:
        raise Http404
    places = {key: (row.charter.key, row.charter.version, key) for key, row in known.items()}
    now = series_keys_in_force(places.values()) if places else {}
    renamed = {now[place] for place in places.values()} - set(known)
    known = {**known, **(indicators_by_key(renamed) if renamed else {})}
    current = {now[place]: known[now[place]] for place in places.values() if now[place] in known}
    scope = DataScope(indicators=tuple(sorted(current)), harms=harms)
    return _Choice(scope, list(current.values()))


def _listed(request: HttpRequest, name: str) -> tuple[str, ...]:
    parts = (part.strip() for value in request.GET.getlist(name) for part in value.split(","))
    return tuple(sorted({part for part in parts if part}))


def _required_scope(request: HttpRequest) -> DataScope:
    """The scope of a file: without an indicator it would be the whole, which is in the open data."""
    chosen = _read_choice(request)
    if not chosen.indicators:
        raise Http404
    return chosen.scope


def _query(scope: DataScope) -> str:
    values = {"indicator": ",".join(scope.indicators), "harm": ",".join(scope.harms)}
    return urlencode({name: value for name, value in values.items() if value}, safe=",")


def figures_url(scope: DataScope) -> str:
    """The address of the table of this scope; empty where it names no indicator."""
    return f"{reverse('public:figure-list')}?{_query(scope)}" if scope.indicators else ""


def _rows(lines: Sequence[FigureLine], cycles: Sequence[Cycle], harms: Sequence[str]) -> list[FigureRow]:
    return [
        FigureRow(
            line,
            _part(line, has_one_harm=len(harms) == 1),
            [_cell(line, cycle) for cycle in cycles],
        )
        for line in lines
    ]


def _breaks(rows: Sequence[FigureRow], cycles: Sequence[Cycle]) -> list[SeriesBreak]:
    """Where the charter breaks the series of these rows, each once."""
    breaks = (
        SeriesBreak(row.line.indicator, cycle, cell.reason)
        for row in rows
        for cycle, cell in zip(cycles, row.cells, strict=True)
        if cell.reason
    )
    return list(dict.fromkeys(breaks))


def _part(line: FigureLine, *, has_one_harm: bool) -> str:
    """The part of a breakdown in words; where one kind of harm is chosen it stands above, and not in each row."""
    parts = [part for part in line.cell.split(";") if part]
    others = [part for part in parts if not (has_one_harm and part.startswith("harm="))]
    return cell_title(line.indicator.charter, ";".join(others)) if others else ""


def _cell(line: FigureLine, cycle: Cycle) -> FigureCell:
    figure = line.figures.get(cycle.pk)
    if figure is None:
        return FigureCell(None)
    is_broken = cycle.pk in line.breaks
    reason = (line.breaks[cycle.pk] or unexplained_break()) if is_broken else ""
    is_after_break = figure.definition_changed or is_broken
    if figure.withheld:
        text = status_text("", withheld=True)
        return FigureCell(figure, text, is_after_break=is_after_break, reason=reason)
    indicator = line.indicator
    text = figure_text(indicator, figure.status, figure.value, figure.choice, estimate=figure.estimate)
    now = reading_of(figure)
    before = text_before_correction(indicator, now, now.before_correction)
    return FigureCell(figure, text or "–", before, is_after_break, reason)

"""One indicator compared over members and cycles, with what others counted beside each figure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.models import Cycle, Indicator, Organisation
from alliance.queries.public.charters import figure_indicators, first_published_indicator, key_in_force
from alliance.queries.public.charters import indicator as indicator_by_key
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.readings import Line, lines_of, reporters_of
from alliance.queries.public.references import counts_beside
from alliance.queries.public.wording import short_cycle
from alliance.web.public.answers import page, table
from alliance.web.public.cells import ComparedCell, compared_cell
from alliance.web.public.drawings import draws, indicator_lines
from alliance.web.public.sheets import compared_table
from portal.kernel.web import page_of

MOST_MEMBERS = 6
COLUMNS = 8  # the last cycles; earlier ones are in the file


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A line with a cell for each cycle shown."""

    line: Line
    cells: list[ComparedCell]


@dataclass(frozen=True)
class Comparison:
    """What is compared: the indicator, whom, over which cycles (the earliest first)."""

    indicator: Indicator
    reporters: list[Organisation]
    members: list[Organisation]  # those chosen; none means all
    shown: Sequence[Organisation] | Page
    cycles: list[Cycle]
    lines: list[Line]
    rows: list[ComparedRow]
    too_many: bool  # more members were chosen than are shown

    @property
    def query(self) -> str:
        """The choice as the query of an address, however the form wrote it."""
        chosen = {"indicator": self.indicator.key}
        if self.members:
            chosen["members"] = ",".join(organisation.slug for organisation in self.members)
        return urlencode(chosen, safe=",")


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """The chart and the table of one indicator (the first published one unless another is named)."""
    chosen = _chosen_indicator(request.GET.get("indicator", "")) or first_published_indicator()
    groups = _grouped(list(figure_indicators()))
    if chosen is None:
        return page(request, "compare", {"groups": groups})
    compared = _compare(request, chosen)
    context = {
        "groups": groups,
        "chosen": chosen,
        "compared": compared,
        "chosen_slugs": {organisation.slug for organisation in compared.members},
        "columns": [(cycle, short_cycle(cycle)) for cycle in compared.cycles],
        "flagged": [(row, cell) for row in compared.rows for cell in row.cells if cell.flagged],
        "paged": isinstance(compared.shown, Page),
        "chart": _chart(compared),
    }
    return page(request, "compare", context, canonical=f"{reverse('public:compare')}?{compared.query}")


@require_safe
def compare_table(request: HttpRequest) -> HttpResponse:
    """The same comparison as a file, with every cycle."""
    chosen = _chosen_indicator(request.GET.get("indicator", ""))
    if chosen is None:
        raise Http404
    members = _chosen_members(request, list(reporters_of(chosen)))
    ids = [organisation.pk for organisation in members] or None
    cycles = list(reversed(published_cycles()))
    references = counts_beside(chosen, cycles, ids)
    return table(f"compare-{chosen.key}", *compared_table(chosen, lines_of(chosen, ids), cycles, references))


def _chosen_indicator(key: str) -> Indicator | None:
    """The indicator of this key, or of what the charter has renamed it to; none when none is named."""
    if not key:
        return None
    found = indicator_by_key(key)
    if found is None:
        raise Http404
    now = key_in_force(key, found.charter)
    return (indicator_by_key(now) if now != key else None) or found


def _chosen_members(request: HttpRequest, reporters: Sequence[Organisation]) -> list[Organisation]:
    """The members that `members=a,b` or several `members=` name; an unknown one is a 404."""
    slugs = {slug for value in request.GET.getlist("members") for slug in value.split(",") if slug}
    named = [organisation for organisation in reporters if organisation.slug in slugs]
    if len(named) < len(slugs):
        raise Http404
    return named


def _compare(request: HttpRequest, chosen: Indicator) -> Comparison:
    reporters = list(reporters_of(chosen))
    named = _chosen_members(request, reporters)
    members = named[:MOST_MEMBERS]
    shown = members or page_of(reporters, request)
    lines = lines_of(chosen, [organisation.pk for organisation in shown])
    seen = {cycle_id for line in lines for cycle_id in line.readings}
    cycles = [cycle for cycle in published_cycles() if cycle.pk in seen][:COLUMNS][::-1]
    rows = _rows(chosen, lines, cycles)
    return Comparison(chosen, reporters, members, shown, cycles, lines, rows, len(named) > MOST_MEMBERS)


def _rows(chosen: Indicator, lines: Sequence[Line], cycles: Sequence[Cycle]) -> list[ComparedRow]:
    ids = [line.organisation.pk for line in lines]
    references = counts_beside(chosen, cycles, ids)
    return [
        ComparedRow(
            line,
            [
                compared_cell(
                    chosen,
                    cycle,
                    line.readings.get(cycle.pk),
                    line.readings.get(before.pk) if before else None,
                    references.get((line.organisation.pk, line.service_id, cycle.pk), ()),
                )
                for before, cycle in zip([None, *cycles], cycles, strict=False)
            ],
        )
        for line in lines
    ]


def _chart(compared: Comparison) -> Any:
    if not draws(compared.indicator) or not compared.cycles:
        return None
    return indicator_lines("compared", compared.indicator, compared.lines, compared.cycles)


def _grouped(indicators: Sequence[Indicator]) -> list[tuple[str, list[Indicator]]]:
    """The indicators under their commitments, for the list of choices."""
    groups: dict[str, list[Indicator]] = defaultdict(list)
    for indicator in indicators:
        groups[str(indicator.measure.commitment)].append(indicator)
    return list(groups.items())

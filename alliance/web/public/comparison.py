"""One indicator compared over members and cycles, with what others counted beside each figure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.models import Cycle, Indicator, Organisation
from alliance.queries.public.charters import first_published_indicator, key_in_force, public_figure_indicators
from alliance.queries.public.charters import indicator as indicator_by_key
from alliance.queries.public.gaps import cycles_of_indicator, with_gaps
from alliance.queries.public.members import members as members_by_name
from alliance.queries.public.readings import ReadingSeries, comparable_organisations, reading_series
from alliance.queries.public.references import reference_counts_of
from alliance.queries.public.wording import short_cycle
from alliance.web.public.charts import has_chart, indicator_chart
from alliance.web.public.comparison_cells import ComparedCell, compared_cell
from alliance.web.public.csv_tables import comparison_table
from alliance.web.public.responses import csv_response, public_page
from portal.kernel.web import PAGE, Parameter, paginate_or_404, parameters

MAX_MEMBERS = 6
_INDICATOR, _MEMBERS = Parameter("indicator"), Parameter("members", is_list=True)
MAX_CYCLES = 8  # the last cycles; earlier ones are in the file


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A line with a cell for each cycle shown."""

    series: ReadingSeries
    cells: list[ComparedCell]


@dataclass(frozen=True)
class Comparison:
    """What is compared: the indicator, whom, over which cycles (the earliest first)."""

    indicator: Indicator
    candidates: list[Organisation]
    members: list[Organisation]  # those chosen; none means all
    members_on_page: Sequence[Organisation] | Page
    cycles: list[Cycle]
    series: list[ReadingSeries]
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
@parameters(_INDICATOR, _MEMBERS, PAGE)
def compare(request: HttpRequest) -> HttpResponse:
    """Comparison of members on one indicator, as chart and table; by default the first published indicator."""
    chosen = _chosen_indicator(request.GET.get("indicator", "")) or first_published_indicator()
    by_commitment: dict[str, list[Indicator]] = defaultdict(list)
    for indicator in public_figure_indicators():
        by_commitment[str(indicator.measure.commitment)].append(indicator)
    groups = list(by_commitment.items())
    if chosen is None:
        return public_page(request, "compare", {"groups": groups})
    compared = _compare(request, chosen)
    chart = None
    if has_chart(chosen) and compared.cycles:
        chart = indicator_chart("compared", chosen, compared.series, compared.cycles)
    context = {
        "groups": groups,
        "chosen": chosen,
        "comparison": compared,
        "chosen_slugs": {organisation.slug for organisation in compared.members},
        "columns": [(cycle, short_cycle(cycle)) for cycle in compared.cycles],
        "large_deviations": [
            (row, cell) for row in compared.rows for cell in row.cells if cell.has_large_deviation
        ],
        "is_paginated": isinstance(compared.members_on_page, Page),
        "chart": chart,
    }
    return public_page(request, "compare", context, canonical=f"{reverse('public:compare')}?{compared.query}")


@require_safe
@parameters(_INDICATOR, _MEMBERS)
def compare_table(request: HttpRequest) -> HttpResponse:
    """CSV of the comparison on one indicator, with every cycle."""
    indicator = _chosen_indicator(request.GET.get("indicator", ""))
    if indicator is None:
        raise Http404
    members = _chosen_members(request, list(members_by_name())) or list(comparable_organisations())
    ids = [organisation.pk for organisation in members]
    cycles = cycles_of_indicator(indicator)[::-1]
    all_series = with_gaps(reading_series(indicator, ids), cycles, members)
    references = reference_counts_of(indicator, cycles, ids)
    return csv_response(
        f"compare-{indicator.key}", *comparison_table(indicator, all_series, cycles, references)
    )


def _chosen_indicator(key: str) -> Indicator | None:
    """The indicator of this key, or of what the charter has renamed it to; none when none is named."""
    if not key:
        return None
    indicator = indicator_by_key(key)
    if indicator is None:
        raise Http404
    now = key_in_force(key, indicator.charter)
    return (indicator_by_key(now) if now != key else None) or indicator


def _chosen_members(request: HttpRequest, candidates: Sequence[Organisation]) -> list[Organisation]:
    """The members that `members=a,b` or several `members=` name; an unknown one is a 404."""
    slugs = {slug for value in request.GET.getlist("members") for slug in value.split(",") if slug}
    named = [organisation for organisation in candidates if organisation.slug in slugs]
    if len(named) < len(slugs):
        raise Http404
    return named


def _compare(request: HttpRequest, indicator: Indicator) -> Comparison:
    candidates = list(members_by_name())
    organisations = _chosen_members(request, candidates)
    members = organisations[:MAX_MEMBERS]
    compared = members or paginate_or_404(comparable_organisations(), request)
    cycles = cycles_of_indicator(indicator)[:MAX_CYCLES][::-1]
    all_series: list[ReadingSeries] = []
    if cycles:
        known = reading_series(indicator, [organisation.pk for organisation in compared])
        all_series = with_gaps(known, cycles, compared)
    rows = _rows(indicator, all_series, cycles)
    return Comparison(
        indicator, candidates, members, compared, cycles, all_series, rows, len(organisations) > MAX_MEMBERS
    )


def _rows(
    indicator: Indicator, all_series: Sequence[ReadingSeries], cycles: Sequence[Cycle]
) -> list[ComparedRow]:
    ids = [series.organisation.pk for series in all_series]
    references = reference_counts_of(indicator, cycles, ids)
    return [
        ComparedRow(
            series,
            [
                compared_cell(
                    indicator,
                    cycle,
                    [series.readings[each.pk] for each in cycles[: place + 1]],
                    references.get((series.organisation.pk, series.service_id, cycle.pk), ()),
                )
                for place, cycle in enumerate(cycles)
            ],
        )
        for series in all_series
    ]

"""One indicator compared over members and cycles, with what others counted beside each figure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import TextChoices
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from alliance.models import Commitment, Cycle, Indicator, Organisation
from alliance.queries.public.charters import first_published_indicator, key_in_force, public_figure_indicators
from alliance.queries.public.charters import indicator as indicator_by_key
from alliance.queries.public.gaps import cycles_of_indicator, with_gaps
from alliance.queries.public.members import members as members_by_name
from alliance.queries.public.rankings import ranking
from alliance.queries.public.readings import ReadingSeries, comparable_organisations, reading_series
from alliance.queries.public.references import reference_counts_of
from alliance.queries.public.wording import short_cycle
from alliance.web.public.charts import has_chart, indicator_chart
from alliance.web.public.comparison_cells import ComparedCell, compared_cell
from alliance.web.public.csv_tables import comparison_table
from alliance.web.public.ranked_rows import ranked_chart, ranked_view
from alliance.web.public.responses import csv_response, public_page, svg_response
from portal.kernel.web import PAGE, Parameter, open_text, paginate_or_404, parameters

MAX_RANKED = 25  # lines of a ranking on a page
MAX_MEMBERS = 6
MAX_CYCLES = 8  # at first the last ones; the form and the address name others
_INDICATOR, _MEMBERS = Parameter("indicator"), Parameter("members", is_list=True)
_SPAN = (Parameter("from"), Parameter("to"))


class View(TextChoices):
    """How a comparison is shown."""

    RANKED = "ranked", _("Ranked")
    OVER_TIME = "time", _("Over time")
    TABLE = "table", _("Table")


_VIEW = Parameter("view", "|".join(View.values))


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
    all_cycles: list[Cycle]
    cycles: list[Cycle]
    series: list[ReadingSeries]
    too_many: bool  # more members were chosen than are shown
    view: View
    has_span: bool  # the address names the cycles
    page: Page | None = None  # of the members, where they are many; a ranking has pages of its own

    def address(self, view: View | None = None) -> str:
        """The one address of this comparison, in this view or in another."""
        return f"{reverse('public:compare')}?{self._query(view or self.view)}"

    @property
    def query(self) -> str:
        """The choice as the query of a file's address."""
        return self._query(None)

    def _query(self, view: View | None) -> str:
        chosen = {"indicator": self.indicator.key}
        if self.has_span:
            chosen |= {"from": self.cycles[0].slug, "to": self.cycles[-1].slug}
        if self.members:
            chosen["members"] = ",".join(organisation.slug for organisation in self.members)
        if view not in (None, _views_of(self.indicator)[0]):
            chosen["view"] = str(view)
        return urlencode(chosen, safe=",")


def _views_of(indicator: Indicator) -> list[View]:
    """The views that an indicator has, the usual one first: what is no number stands in the table alone."""
    return list(View) if has_chart(indicator) else [View.TABLE]


@require_safe
@parameters(
    _INDICATOR, *_SPAN, _MEMBERS, _VIEW, open_text("find", 100), Parameter("choose", is_flag=True), PAGE
)
def compare(request: HttpRequest) -> HttpResponse:
    """Comparison of members on one indicator: ranked, over time or as a table; by default the first published one."""
    chosen = _chosen_indicator(request.GET.get("indicator", "")) or first_published_indicator()
    words = request.GET.get("find", "").strip()
    menu = {"groups": _indicator_groups(words, chosen), "find": words}
    if chosen is None:
        return public_page(request, "compare", menu)
    compared = _compare(request, chosen)
    shown = _shown(request, compared) if compared.cycles else {}
    context = {
        **menu,
        "chosen": chosen,
        "comparison": compared,
        "chosen_slugs": {organisation.slug for organisation in compared.members},
        "chooses": "choose" in request.GET,
        "views": [(view, compared.address(view)) for view in _views_of(chosen)],
        "page": compared.page,
        **shown,
    }
    number = request.GET.get("page", "")
    canonical = compared.address() + (f"&page={number}" if number else "")
    return public_page(request, "compare", context, canonical=canonical)


def _shown(request: HttpRequest, compared: Comparison) -> dict[str, Any]:
    """What the chosen view shows."""
    indicator, cycles = compared.indicator, compared.cycles
    if compared.view == View.RANKED:
        whole = ranking(indicator, compared.series, cycles)
        page = paginate_or_404(whole.ranked, request, MAX_RANKED)
        return {"page": page, **ranked_view(whole, list(page.object_list), indicator, cycles)}
    if compared.view == View.OVER_TIME:
        return {"chart": indicator_chart("compared", indicator, compared.series, cycles)}
    rows = _rows(indicator, compared.series, cycles)
    return {
        "rows": rows,
        "columns": [(cycle, short_cycle(cycle)) for cycle in cycles],
        "large_deviations": [(row, cell) for row in rows for cell in row.cells if cell.has_large_deviation],
    }


@dataclass(frozen=True, slots=True)
class IndicatorGroup:
    """The indicators of one commitment, in the order of the charter."""

    commitment: Commitment
    indicators: list[Indicator]
    is_open: bool


def _indicator_groups(words: str, chosen: Indicator | None) -> list[IndicatorGroup]:
    """The indicators by commitment; with words, those whose title has each of them."""
    terms = words.casefold().split()
    by_commitment: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in public_figure_indicators():
        if all(term in indicator.title.casefold() for term in terms):
            by_commitment[indicator.measure.commitment_id].append(indicator)
    here = chosen.measure.commitment_id if chosen else None
    return [
        IndicatorGroup(rows[0].measure.commitment, rows, bool(terms) or pk == here)
        for pk, rows in by_commitment.items()
    ]


@require_safe
@parameters(_INDICATOR, *_SPAN, _MEMBERS)
def compare_drawing(request: HttpRequest) -> HttpResponse:
    """SVG of the ranked comparison on one indicator."""
    indicator = _chosen_indicator(request.GET.get("indicator", ""))
    if indicator is None or not has_chart(indicator):
        raise Http404
    compared = _compare(request, indicator, is_page=False)
    if not compared.cycles:
        raise Http404
    drawing = ranked_chart(ranking(indicator, compared.series, compared.cycles), indicator, compared.cycles)
    return svg_response(f"compare-{indicator.key}", drawing)


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


def _compare(request: HttpRequest, indicator: Indicator, *, is_page: bool = True) -> Comparison:
    candidates = list(members_by_name())
    organisations = _chosen_members(request, candidates)
    members = organisations[:MAX_MEMBERS]
    views = _views_of(indicator)
    view = View(request.GET.get("view") or views[0]) if is_page else View.RANKED
    view = view if view in views else views[0]
    page = None
    if not members and view != View.RANKED:  # a ranking needs all of them
        page = paginate_or_404(comparable_organisations(), request)
    compared = members or (page.object_list if page else list(comparable_organisations()))
    all_cycles = cycles_of_indicator(indicator)[::-1]
    cycles, has_span = _chosen_cycles(request, all_cycles)
    all_series: list[ReadingSeries] = []
    if cycles:
        known = reading_series(
            indicator, [organisation.pk for organisation in compared], [cycle.pk for cycle in cycles]
        )
        all_series = with_gaps(known, cycles, compared)
    return Comparison(
        indicator,
        candidates,
        members,
        all_cycles,
        cycles,
        all_series,
        len(organisations) > MAX_MEMBERS,
        view,
        has_span,
        page,
    )


def _chosen_cycles(request: HttpRequest, cycles: list[Cycle]) -> tuple[list[Cycle], bool]:
    """From one cycle to another, in whichever order they are named, and whether any is named; else the last ones."""
    places = {cycle.slug: place for place, cycle in enumerate(cycles)}
    named = [request.GET.get(name, "") for name in ("from", "to")]
    if not any(named):
        return cycles[-MAX_CYCLES:], False
    if any(slug and slug not in places for slug in named):
        raise Http404
    first = places[named[0]] if named[0] else 0
    last = places[named[1]] if named[1] else len(cycles) - 1
    return cycles[min(first, last) : max(first, last) + 1], True


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

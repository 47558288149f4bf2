"""One indicator compared over members and cycles, with what others counted beside each figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.paginator import Page
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Cycle, Indicator, Organisation
from alliance.queries.local_dates import today
from alliance.queries.public.commitments import naming, pledges_to, with_earlier_versions
from alliance.queries.public.gaps import with_gaps
from alliance.queries.public.indicator_lines import has_line, line_title
from alliance.queries.public.members import (
    MembersToChoose,
    comparable_by_name,
    comparable_organisations,
)
from alliance.queries.public.obligations import standings_in
from alliance.queries.public.rankings import RankedSeries, Ranking, completed, ranking
from alliance.queries.public.readings import (
    Reading,
    ReadingSeries,
    by_name,
    is_by_service,
    named_series,
    organisations_with_breaks,
    owners_in,
    readings_by_owner,
)
from alliance.queries.public.references import reference_counts_of
from alliance.queries.public.wording import short_cycle
from alliance.queries.site import read_site
from alliance.web.public.charts import DrawnLines
from alliance.web.public.comparison_cells import ComparedCell, compared_cell
from alliance.web.public.comparison_choice import (
    CHOICE,
    DRAWING_CHOICE,
    INDICATOR,
    MEMBERS,
    SPAN,
    Choice,
    View,
    read_choice,
    with_view,
)
from alliance.web.public.csv_tables import comparison_table
from alliance.web.public.definitions import definitions_of
from alliance.web.public.indicator_menu import indicator_menu
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.pledges import pledged_values_of
from alliance.web.public.ranked_rows import ranked_chart, ranked_view
from alliance.web.public.responses import csv_response, public_page, svg_response
from alliance.web.public.unranked_rows import unranked_rows
from portal.kernel.charts import CaptionedDrawing, DumbbellChart, LineChart
from portal.kernel.web import Parameter, open_text, paginate_or_404, parameters, rows_of_table

MAX_RANKED = 25  # lines of a ranking on a page
MOST_OFFERED = 60  # members to tick: more are sent where somebody wants to choose


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A line with a cell for each cycle shown."""

    series: ReadingSeries
    cells: list[ComparedCell]


@dataclass(frozen=True)
class Comparison:
    """The lines that were chosen, with every period; a `page` of the members where they are many."""

    choice: Choice
    indicator: Indicator
    series: list[ReadingSeries] = field(default_factory=list)
    page: Page | None = None  # a ranking has pages of its own

    @property
    def cycles(self) -> Sequence[Cycle]:
        return self.choice.cycles

    @property
    def title(self) -> str:
        """What is compared, whose it is, over which cycles."""
        return line_title(self.indicator, self.choice.names, self.cycles)


@require_safe
@parameters(*CHOICE, open_text("find", 100), Parameter("choose", is_flag=True))
def compare(request: HttpRequest) -> HttpResponse:
    """Comparison of members on one indicator: ranked, over time or as a table; by default the first published one.

    What the address names and nothing has, and a seventh member, are named on the page instead.
    """
    choice = with_view(read_choice(request, has_default=True), request)
    words, chooses = request.GET.get("find", "").strip(), "choose" in request.GET
    context: dict[str, Any] = {
        "menu": indicator_menu(words, choice.indicator),
        "find": words,
        "chosen": choice.indicator,
        "choice": choice,
        "chosen_slugs": {organisation.slug for organisation in choice.members},
        "chooses": chooses,
        "offered": MembersToChoose(every=chooses or bool(choice.members), most=MOST_OFFERED),
        "views": [(view, choice.address(view)) for view in choice.views],
    }
    number = request.GET.get("page", "")
    canonical = choice.address() + (f"&page={number}" if number else "") if choice.indicator else ""
    if choice.can_be_shown and choice.cycles:
        context |= _shown(request, read_comparison(choice, request))
    response = public_page(request, "compare", context, canonical=canonical)
    response.status_code = 404 if choice.unknown else 400 if choice.has_too_many else 200
    return response


def shown_lines(request: HttpRequest) -> tuple[Choice, list[ReadingSeries], Sequence[Cycle]]:
    """What the page of this address shows: the choice, the lines of its page, the cycles of which it shows values."""
    choice = with_view(read_choice(request, has_default=True), request)
    if choice.indicator is None or not choice.can_be_shown or not choice.cycles:
        return choice, [], []
    compared = read_comparison(choice, request)
    if choice.view != View.RANKED:
        return choice, compared.series, compared.cycles
    whole = ranking(choice.indicator, compared.series, compared.cycles)
    _page, ranked, unranked = _page_of(whole, request)
    lines = [line.series for line in ranked] + [series for series, _reading in unranked]
    ends = dict.fromkeys((compared.cycles[0], compared.cycles[-1]))
    return choice, lines, list(ends)


def _shown(request: HttpRequest, compared: Comparison) -> dict[str, Any]:
    """What the chosen view shows, and what can be taken along."""
    choice, indicator, cycles = compared.choice, compared.indicator, compared.cycles
    context: dict[str, Any] = {
        "comparison": compared,
        "page": compared.page,
        "definitions": definitions_of(indicator),
    }
    if choice.view != View.TABLE:
        context |= {
            "drawing": f"{reverse('public:compare-drawing')}?{choice.drawing_query}",
            "embed_url": f"{reverse('public:embed-comparison')}?{choice.drawing_query}",
            "other_scale_url": choice.address(in_amounts=not choice.in_amounts),
        }
    if choice.view == View.RANKED:
        whole = ranked_lines(compared)
        page, on_page, unranked = _page_of(whole, request)
        lines = complete_lines(compared, on_page)
        shown = ranked_view(
            whole,
            lines,
            indicator,
            cycles,
            in_amounts=choice.in_amounts,
            names=choice.names,
        )
        without_a_place = {
            "unranked": unranked_rows(unranked, indicator),
            "unranked_count": len(whole.unranked),
            # where they begin: behind the last line of the order
            "unranked_page": len(whole.ranked) // MAX_RANKED + 1,
        }
        return {**context, "page": page, **shown, **without_a_place}
    if choice.view == View.OVER_TIME:
        chart = compared_lines(compared).chart("compared", in_amounts=choice.in_amounts)
        return {**context, "chart": chart}
    rows = _rows(indicator, compared.series, cycles)
    return {
        **context,
        "rows": rows,
        "columns": [(cycle, short_cycle(cycle)) for cycle in cycles],
        "large_deviations": [(row, cell) for row in rows for cell in row.cells if cell.has_large_deviation],
    }


def _page_of(
    whole: Ranking, request: HttpRequest
) -> tuple[Page, Sequence[RankedSeries], Sequence[tuple[ReadingSeries, Reading]]]:
    """The page that the address names: lines of the order, then those without a place."""
    page = paginate_or_404(range(len(whole.ranked) + len(whole.unranked)), request, MAX_RANKED)
    begin, end = page.start_index() - 1, page.end_index()
    behind = len(whole.ranked)
    return page, whole.ranked[begin:end], whole.unranked[max(begin - behind, 0) : max(end - behind, 0)]


def compared_lines(compared: Comparison) -> DrawnLines:
    """The lines over time; of chosen members with what they pledged, of one also with what others counted."""
    choice, indicator = compared.choice, compared.indicator
    ids = {organisation.pk for organisation in choice.members}
    pledges = (
        with_earlier_versions(
            naming(pledges_to(indicator.measure.commitment), indicator).filter(organisation__in=ids)
        )
        if ids
        else []
    )
    return DrawnLines(
        indicator,
        compared.series,
        compared.cycles,
        choice.names,
        pledged_values_of(pledges, indicator, today()) if pledges else (),
        reference_counts_of(indicator, compared.cycles, list(ids)) if len(ids) == 1 else {},
    )


@open_to_other_sites
@parameters(*DRAWING_CHOICE)
def compare_drawing(request: HttpRequest) -> HttpResponse:
    """SVG of the comparison on one indicator, ranked or over time, with its title and source."""
    choice = with_view(_choice_of_file(request), request)
    indicator = choice.indicator
    if indicator is None or not has_line(indicator) or not choice.cycles:
        raise Http404
    compared = read_comparison(choice)
    drawing: LineChart | DumbbellChart
    if choice.view == View.OVER_TIME:
        drawing = compared_lines(compared).chart("compared", in_amounts=choice.in_amounts, is_file=True)
    else:
        drawing = ranked_chart(
            ranking(indicator, compared.series, compared.cycles).ranked,
            indicator,
            compared.cycles,
            in_amounts=choice.in_amounts,
            names=choice.names,
        )
    source = " ".join(
        [*_signs(drawing, compared), f"{read_site().name}. {settings.ORIGIN}{choice.address()}"]
    )
    unit = f", {indicator.get_unit_display()}" if indicator.unit else ""
    file = CaptionedDrawing(name="file", title=f"{compared.title}{unit}", drawing=drawing, source=source)
    return svg_response(f"compare-{indicator.key}", file)


def _signs(drawing: LineChart | DumbbellChart, compared: Comparison) -> list[str]:
    """What a page says beside the drawing, and a file has nothing beside it: its signs, and its scale."""
    sentences = []
    if isinstance(drawing, DumbbellChart) and len(compared.cycles) > 1:
        names = {"first": drawing.first_name, "last": drawing.last_name}
        sentences.append(_("Hollow: %(first)s; filled: %(last)s.") % names)
    if drawing.is_log:
        sentences.append(_("Equal lengths of the scale are equal proportions."))
    return sentences


@open_to_other_sites
@parameters(INDICATOR, *SPAN, MEMBERS)
def compare_table(request: HttpRequest) -> HttpResponse:
    """CSV of the comparison on one indicator: with the cycles that the address names, else with every cycle."""
    choice = _choice_of_file(request)
    indicator = choice.indicator
    if indicator is None:
        raise Http404
    cycles = list(choice.cycles if choice.has_span else choice.all_cycles)
    members = choice.members or comparable_by_name()
    all_series = _series(indicator, members, cycles)
    references = reference_counts_of(indicator, cycles, [organisation.pk for organisation in members])
    return csv_response(
        f"compare-{indicator.key}", *comparison_table(indicator, all_series, cycles, references)
    )


def _choice_of_file(request: HttpRequest) -> Choice:
    """What the address of a file names; 404 where nothing has a name that it gives."""
    choice = read_choice(request)
    if choice.unknown:
        raise Http404
    return choice


def read_comparison(choice: Choice, request: HttpRequest | None = None) -> Comparison:
    """The lines of the chosen members; of all of them, where none is chosen and a ranking needs all, or for a file."""
    assert choice.indicator is not None
    page = None
    if request is not None and not choice.members and choice.view != View.RANKED:
        page = paginate_or_404(comparable_organisations(), request, rows_of_table(len(choice.cycles)))
    members: Sequence[Organisation] = choice.members
    if not members:
        members = list(page.object_list) if page else comparable_by_name()
    if request is not None and choice.view == View.RANKED:
        return Comparison(choice, choice.indicator, line_ends(choice.indicator, members, choice.cycles))
    return Comparison(choice, choice.indicator, _series(choice.indicator, members, choice.cycles), page)


def ranked_lines(compared: Comparison) -> Ranking:
    """The whole ranking of what is compared; its lines are `complete_lines` before they are shown."""
    return ranking(compared.indicator, compared.series, compared.cycles)


def complete_lines(compared: Comparison, lines: Iterable[RankedSeries]) -> list[RankedSeries]:
    """These lines of a ranking with their cycles in between, which the ranking does without. Four queries."""
    ranked = list(lines)
    members = {line.series.organisation.pk: line.series.organisation for line in ranked}
    whole = _series(compared.indicator, members.values(), compared.cycles)
    by_owner = {(series.organisation.pk, series.service_id): series for series in whole}
    return [
        completed(
            compared.indicator,
            line,
            by_owner[line.series.organisation.pk, line.series.service_id],
            compared.cycles,
        )
        for line in ranked
    ]


def line_ends(
    indicator: Indicator, members: Sequence[Organisation], cycles: Sequence[Cycle]
) -> list[ReadingSeries]:
    """The lines of these members with the first and the last cycle.

    With each cycle where a definition changed in between, or where a service has figures in between alone. As many
    queries whether there is such a line or not.
    """
    ends, between = list(dict.fromkeys([cycles[0], cycles[-1]])), cycles[1:-1]
    whole = organisations_with_breaks(indicator, between)
    if between and is_by_service(indicator):
        whole |= {member for member, _service in owners_in(indicator, between) - owners_in(indicator, ends)}
    changed = [member for member in members if member.pk in whole]
    in_between = Q(organisation__in=changed, cycle__in=between) if changed else None
    by_owner = readings_by_owner(
        indicator, [member.pk for member in members], [cycle.pk for cycle in ends], others=in_between
    )
    known = named_series(by_owner, members)
    standings = standings_in(cycles if changed else ends)
    lines: list[ReadingSeries] = []
    for some, shown in (([each for each in members if each.pk not in whole], ends), (changed, cycles)):
        among = {member.pk for member in some}
        own = [line for line in known if line.organisation.pk in among]
        lines += with_gaps(own, shown, some, standings)
    return sorted(lines, key=by_name) if changed else lines


def _series(
    indicator: Indicator, members: Iterable[Organisation], cycles: Sequence[Cycle]
) -> list[ReadingSeries]:
    """The lines of these members with every one of these cycles."""
    if not cycles:
        return []
    compared = list(members)
    by_owner = readings_by_owner(
        indicator, [organisation.pk for organisation in compared], [cycle.pk for cycle in cycles]
    )
    known = named_series(by_owner, compared)
    return with_gaps(known, cycles, compared)


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

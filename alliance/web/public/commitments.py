"""The commitments by chapter, one commitment with its record, and its figures as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alliance.models import Commitment, Cycle, Indicator, Organisation
from alliance.queries.public.best_lines import best_lines, first_lines
from alliance.queries.public.charters import commitment as commitment_by_key
from alliance.queries.public.charters import (
    current_commitment,
    harms_of_commitment,
    key_in_force,
    public_charters_in_force,
)
from alliance.queries.public.charters import indicator as indicator_by_key
from alliance.queries.public.commitments import (
    VerdictHistory,
    cycles_of,
    members_with_verdicts,
    naming,
    pledges_to,
    verdict_histories,
    verdict_tally,
    with_earlier_versions,
)
from alliance.queries.public.cycles import latest_cycle
from alliance.queries.public.gaps import with_gaps
from alliance.queries.public.indicator_lines import PledgedValue, has_line
from alliance.queries.public.members import comparable_organisations, ends_of_membership
from alliance.queries.public.readings import ReadingSeries, reading_series
from alliance.queries.public.verdict_matrix import (
    VerdictChanges,
    VerdictCorrection,
    VerdictTally,
    commitment_tallies,
)
from alliance.queries.public.wording import differing_excerpts, excerpt, short_cycle
from alliance.queries.site import read_site
from alliance.web.public.as_it_stood import AS_OF, as_it_stood, is_present, on_the_same_day, shown_day
from alliance.web.public.charts import MAX_NAMED_SERIES, DrawnLines
from alliance.web.public.csv_tables import series_table
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.pledges import pledged_values_of
from alliance.web.public.responses import csv_response, public_page, svg_response
from portal.kernel.charts import CaptionedDrawing
from portal.kernel.web import PAGE, Parameter, address_of, paginate_or_404, parameters

MAX_ROWS = 15  # of pledges and verdicts on a page
MAX_LINES = 30  # in the chart; of more, the named ones alone
MAX_CYCLES = 6  # cycles that the table of verdicts shows
MAX_REPLY = 90  # characters of a reply in it
_PLEDGES = Parameter("pledges", PAGE.pattern, default="1")


@require_safe
def commitment_list(request: HttpRequest) -> HttpResponse:
    """The charters in force, chapter by chapter, with the state of each commitment."""
    charters = public_charters_in_force()
    cycle = latest_cycle()
    tallies = commitment_tallies(cycle) if cycle else {}
    return public_page(request, "commitment_list", {"charters": charters, "cycle": cycle, "tallies": tallies})


@require_safe
@parameters(Parameter("indicator"), AS_OF, PAGE, _PLEDGES)
@as_it_stood
def commitment(request: HttpRequest, key: str) -> HttpResponse:
    """One commitment: its text, who pledged, one of its figures over the cycles, the verdicts and replies.

    An address with a key that the charter has since renamed, of it or of its indicator, leads on.
    """
    commitment = _commitment_now(key)
    if commitment is None:
        raise Http404
    asked = request.GET.get("indicator", "")
    indicators = _figure_indicators(commitment)
    indicator = _chosen_indicator(indicators, asked)
    if commitment.key != key or (indicator and asked not in ("", indicator.key)):
        named = {"indicator": indicator.key} if indicator and asked else {}
        address = reverse("public:commitment", args=[commitment.key])
        return redirect(on_the_same_day(request, address, **named), permanent=True)
    cycles = cycles_of(commitment)
    pledges = pledges_to(commitment)
    charter = commitment.charter
    page_of_pledges = paginate_or_404(pledges, request, MAX_ROWS, "pledges")
    page_of_pledges.object_list = with_earlier_versions(page_of_pledges.object_list)
    day = shown_day(request)
    ends = ends_of_membership(pledge.organisation for pledge in page_of_pledges)
    for pledge in page_of_pledges:
        ended_on = ends.get(pledge.organisation_id)
        pledge.membership_ended = ended_on if ended_on and ended_on <= day else None
    goals = _goals(commitment, indicator, day) if indicator else []
    context = {
        "commitment": commitment,
        "card": settings.ORIGIN + reverse("public:commitment-card", args=[commitment.key]),
        "charter": charter,
        "measures": list(commitment.measures.all()),
        "pledges": page_of_pledges,
        "cycles": cycles,
        "indicators": indicators,
        "chosen": indicator,
        "as_of_choices": {"indicator": asked},
        "narratives": [row for row in _indicators(commitment) if row not in indicators],
        "harms": harms_of_commitment(commitment),
        **_verdict_table(request, commitment, cycles),
        **(_chart_or_table(indicator, cycles, goals) if indicator else {}),
    }
    return public_page(request, "commitment", context)


@open_to_other_sites
@parameters(AS_OF)
@as_it_stood
def commitment_figures(request: HttpRequest, key: str, indicator: str) -> HttpResponse:
    """CSV of one indicator's figures, as in the chart of its commitment, on the day that the address names."""
    del request
    commitment, chosen = _figures_of(key, indicator)
    cycles = list(reversed(cycles_of(commitment)))
    return csv_response(indicator, *series_table(chosen, _series(chosen, cycles), cycles))


@open_to_other_sites
@parameters(AS_OF)
@as_it_stood
def commitment_drawing(request: HttpRequest, key: str, indicator: str) -> HttpResponse:
    """SVG of one indicator's chart on the page of its commitment, with its title and source, on the day named."""
    commitment, chosen = _figures_of(key, indicator)
    cycles = list(reversed(cycles_of(commitment)))
    lines = best_lines(chosen, cycles, few=MAX_LINES, most=MAX_NAMED_SERIES)
    if not has_line(chosen) or not lines.series:
        raise Http404
    goals = _goals(commitment, chosen, shown_day(request))
    chart = DrawnLines(chosen, lines.series, cycles, _("all members"), goals).chart("figures", is_file=True)
    query = {"indicator": chosen.key}
    if not is_present(request):
        query[AS_OF.name] = shown_day(request).isoformat()
    address = f"{reverse('public:commitment', args=[commitment.key])}?{urlencode(query)}"
    shown = len(lines.series)
    part = ngettext(
        "%(shown)s line of %(lines)s is drawn: the best in the last period, "
        "the highest where neither side is better.",
        "%(shown)s lines of %(lines)s are drawn: the best in the last period, "
        "the highest where neither side is better.",
        shown,
    ) % {"shown": shown, "lines": lines.count}
    source = " ".join(
        [*([part] if shown < lines.count else []), f"{read_site().name}. {settings.ORIGIN}{address}"]
    )
    drawing = CaptionedDrawing(name="file", title=chart.title, drawing=chart, source=source)
    return svg_response(f"{commitment.key}-{chosen.key}", drawing)


def _goals(commitment: Commitment, indicator: Indicator, day: date) -> list[PledgedValue]:
    """What was pledged for an indicator of the commitment, with what became of it by that day."""
    named = with_earlier_versions(naming(pledges_to(commitment), indicator))
    return pledged_values_of(named, indicator, day)


def _commitment_now(key: str) -> Commitment | None:
    """The commitment of this key, under the one that the version in force has for it."""
    named = current_commitment(key)
    return commitment_by_key(named.key) if named else None


def _figures_of(key: str, indicator: str) -> tuple[Commitment, Indicator]:
    """The commitment of this key and one of its indicators with figures, each under its present key.

    404 where there is none.
    """
    commitment = _commitment_now(key)
    chosen = _indicator_now(_figure_indicators(commitment), indicator) if commitment else None
    if commitment is None or chosen is None:
        raise Http404
    return commitment, chosen


def _indicator_now(indicators: Sequence[Indicator], key: str) -> Indicator | None:
    """The one of these with this key, or with what the charter has renamed that to. One query where it has."""
    by_key = {row.key: row for row in indicators}
    if key in by_key:
        return by_key[key]
    named = indicator_by_key(key)
    return by_key.get(key_in_force(key, named.charter)) if named else None


def _series(indicator: Indicator, cycles: Sequence[Cycle]) -> list[ReadingSeries]:
    """The lines of an indicator with every period, and of everybody who had to report; none before the first figure."""
    known = reading_series(indicator)
    return with_gaps(known, cycles, comparable_organisations()) if known else []


def _indicators(commitment: Commitment) -> list[Indicator]:
    return [indicator for measure in commitment.measures.all() for indicator in measure.indicators.all()]


def _figure_indicators(commitment: Commitment) -> list[Indicator]:
    return [indicator for indicator in _indicators(commitment) if indicator.value]


def _chosen_indicator(indicators: Sequence[Indicator], key: str) -> Indicator | None:
    """The indicator that is asked for, also by an earlier key; else the first that lines can show, else the first."""
    if key:
        named = _indicator_now(indicators, key)
        if named is None:
            raise Http404
        return named
    return next(
        (indicator for indicator in indicators if has_line(indicator)), indicators[0] if indicators else None
    )


def _chart_or_table(
    indicator: Indicator, cycles: Sequence[Cycle], goals: Sequence[PledgedValue]
) -> dict[str, Any]:
    """The chart of an indicator, or the rows of a table where no line can join its values."""
    ascending = list(reversed(cycles))
    context: dict[str, Any] = {
        "ascending": ascending,
        "goals": [(goal, goal.text(indicator)) for goal in goals],
    }
    if not has_line(indicator):
        rows = first_lines(indicator, ascending, MAX_LINES)
        return {**context, "series": rows.series, "lines": rows.count}
    lines = best_lines(indicator, ascending, few=MAX_LINES, most=MAX_NAMED_SERIES)
    drawn = DrawnLines(indicator, lines.series, ascending, _("all members"), goals)
    return {**context, "series": lines.series, "lines": lines.count, "chart": drawn.chart("lines")}


@dataclass(frozen=True, slots=True)
class VerdictHistoryCell:
    """A member's verdict in one cycle, leading to the report; where there is none, the reason."""

    name: str
    value: str
    url: str
    gap: str
    correction: VerdictCorrection | None


@dataclass(frozen=True, slots=True)
class VerdictHistoryRow:
    """A member's line in the table of verdicts: those before, the last one, and the reply to it."""

    organisation: Organisation
    before: list[VerdictHistoryCell]
    latest: VerdictHistoryCell
    reply: str
    reply_language: str
    has_reply_to_all: bool  # to all verdicts of the report, and none to this one
    reply_withdrawn_by: int | None = None  # where it had one to the verdict that is there, and has none now
    reply_before: str = ""  # before it was corrected, where it reads otherwise
    reply_corrected_in: int | None = None
    reply_before_correction: int | None = None  # of the verdict: what corrected that since
    reply_before_reopening: bool = False  # to a verdict that is another one since the review was reopened


def _verdict_table(request: HttpRequest, commitment: Commitment, cycles: Sequence[Cycle]) -> dict[str, Any]:
    """The counts of the last cycle, what became of them, and one page of the table of the last few."""
    shown = cycles[:MAX_CYCLES]
    page = paginate_or_404(members_with_verdicts(commitment, shown), request, MAX_ROWS)
    if not cycles:
        return {"tally": VerdictTally.of(()), "verdict_changes": VerdictChanges(), "rows": [], "columns": []}
    tally, changes = verdict_tally(commitment, cycles[0], cycles[1] if len(cycles) > 1 else None)
    columns = list(reversed(shown))
    return {
        "tally": tally,
        "verdict_changes": changes,
        "columns": [(cycle, short_cycle(cycle)) for cycle in columns],
        "page": page,
        "rows": [_row(history, columns) for history in verdict_histories(commitment, shown, list(page))],
    }


def _row(history: VerdictHistory, columns: Sequence[Cycle]) -> VerdictHistoryRow:
    cells = []
    for cycle in columns:
        address = address_of("public:report", history.organisation.slug, cycle.slug)
        verdict = history.verdicts.get(cycle.pk, "")
        gap = history.gaps.get(cycle.pk)
        reason = str(gap.label if gap else _("No verdict"))
        url = f"{address}#commitment-{history.key}"
        correction = history.corrections.get(cycle.pk)
        cells.append(VerdictHistoryCell(short_cycle(cycle), verdict, url, reason, correction))
    now = columns[-1].pk
    reply = history.replies.get(now)
    before = differing_excerpts(reply.was["text"], reply.text, MAX_REPLY)[0] if reply and reply.was else ""
    return VerdictHistoryRow(
        history.organisation,
        cells[:-1],
        cells[-1],
        excerpt(reply.text, MAX_REPLY) if reply else "",
        reply.language if reply else "",
        has_reply_to_all=reply is None and now in history.verdicts and now in history.replies_to_all,
        reply_withdrawn_by=history.withdrawn_replies.get(now) if now in history.verdicts else None,
        reply_before=before,
        reply_corrected_in=reply.corrected_in if reply else None,
        reply_before_correction=reply.before_correction if reply else None,
        reply_before_reopening=reply.is_before_reopening if reply else False,
    )

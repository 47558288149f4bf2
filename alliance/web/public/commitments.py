"""The commitments by chapter, one commitment with its record, and its figures as a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.models import Commitment, Cycle, Indicator, Organisation, PublishedPledge
from alliance.queries.public.charters import charters_in_force, harms_asked_of, key_in_force
from alliance.queries.public.charters import commitment as commitment_by_key
from alliance.queries.public.commitments import VerdictTrail, cycles_of, pledges_to, trails_of
from alliance.queries.public.cycles import latest_cycle
from alliance.queries.public.readings import lines_of
from alliance.queries.public.record import citation_of
from alliance.queries.public.standing import Moves, Tally, moves_of, standings
from alliance.queries.public.wording import first_words, short_cycle
from alliance.web.public.answers import page, table
from alliance.web.public.drawings import Goal, draws, indicator_lines
from alliance.web.public.pledges import goals_in
from alliance.web.public.sheets import lines_table

MOST_GOALS = 3
COLUMNS = 6  # cycles that the table of verdicts shows


@require_safe
def commitment_list(request: HttpRequest) -> HttpResponse:
    """The charters in force, chapter by chapter, with how each commitment stands."""
    charters = charters_in_force()
    cycle = latest_cycle()
    found = standings(cycle=cycle) if cycle else {}
    tallies = {
        commitment.key: Tally.of(
            values[commitment.key] for values in found.values() if commitment.key in values
        )
        for text in charters
        for chapter in text.chapters
        for commitment in chapter.commitments.all()
    }
    return page(request, "commitment_list", {"charters": charters, "cycle": cycle, "tallies": tallies})


@require_safe
def commitment(request: HttpRequest, key: str) -> HttpResponse:
    """One commitment: its text, who pledged, one of its figures over the cycles, the verdicts and replies.

    An address with a key that the charter has since renamed leads on.
    """
    found = commitment_by_key(key)
    if found is None:
        raise Http404
    now = key_in_force(key, found.charter)
    if now != key:
        return redirect("public:commitment", now, permanent=True)
    cycles = cycles_of(found)
    trails = trails_of(found, cycles)
    pledges = pledges_to(found)
    indicators = _figure_indicators(found)
    chosen = _chosen(indicators, request.GET.get("indicator", ""))
    charter = found.charter
    context = {
        "commitment": found,
        "charter": charter,
        "measures": list(found.measures.all()),
        "pledges": pledges,
        "cycles": cycles,
        "indicators": indicators,
        "chosen": chosen,
        "narratives": [row for row in _indicators(found) if row not in indicators],
        "harms": harms_asked_of(found),
        "publication": citation_of("charter", f"{charter.key}/{charter.version}"),
        **_standing(trails, cycles),
        **(_drawn(chosen, cycles, pledges) if chosen else {}),
    }
    return page(request, "commitment", context)


@require_safe
def commitment_figures(request: HttpRequest, key: str, indicator: str) -> HttpResponse:
    """The table behind the chart of one indicator, as a file."""
    found = commitment_by_key(key)
    chosen = {row.key: row for row in _figure_indicators(found)}.get(indicator) if found else None
    if found is None or chosen is None:
        raise Http404
    cycles = list(reversed(cycles_of(found)))
    return table(indicator, *lines_table(chosen, lines_of(chosen), cycles))


def _indicators(commitment: Commitment) -> list[Indicator]:
    return [indicator for measure in commitment.measures.all() for indicator in measure.indicators.all()]


def _figure_indicators(commitment: Commitment) -> list[Indicator]:
    return [indicator for indicator in _indicators(commitment) if indicator.value]


def _chosen(indicators: Sequence[Indicator], key: str) -> Indicator | None:
    """The indicator that is asked for; else the first that lines can show, else the first."""
    if key:
        named = [indicator for indicator in indicators if indicator.key == key]
        if not named:
            raise Http404
        return named[0]
    return next((one for one in indicators if draws(one)), indicators[0] if indicators else None)


def _drawn(chosen: Indicator, cycles: Sequence[Cycle], pledges: Iterable[PublishedPledge]) -> dict[str, Any]:
    """The chart of an indicator, or the rows of a table where no line can join its values."""
    lines, ascending = lines_of(chosen), list(reversed(cycles))
    goals: Sequence[Goal] = goals_in(pledges, chosen)
    shown = {"lines": lines, "ascending": ascending, "goals": goals}
    if not draws(chosen):
        return shown
    drawn = goals if len(goals) <= MOST_GOALS else ()
    return {**shown, "chart": indicator_lines("figures", chosen, lines, ascending, drawn)}


@dataclass(frozen=True, slots=True)
class TrailCell:
    """A member's verdict in one cycle, leading to the report; no value where there was none."""

    name: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class TrailRow:
    """A member's line in the table of verdicts: those before, the last one, and the reply to it."""

    organisation: Organisation
    before: list[TrailCell]
    now: TrailCell
    reply: str


def _standing(trails: Sequence[VerdictTrail], cycles: Sequence[Cycle]) -> dict[str, Any]:
    """The counts of the last cycle, what became of them, and the table of the last few."""
    if not cycles:
        return {"tally": Tally.of(()), "moves": Moves(), "rows": [], "columns": []}
    now, before = cycles[0].pk, cycles[1].pk if len(cycles) > 1 else None
    values = [trail.verdicts[now] for trail in trails if now in trail.verdicts]
    pairs = [
        ({"": trail.verdicts[now]}, {"": trail.verdicts[before]} if before in trail.verdicts else {})
        for trail in trails
        if now in trail.verdicts
    ]
    columns = list(reversed(cycles[:COLUMNS]))
    return {
        "tally": Tally.of(values),
        "moves": moves_of(pairs),
        "columns": [(cycle, short_cycle(cycle)) for cycle in columns],
        "rows": [_row(trail, columns) for trail in trails],
    }


def _row(trail: VerdictTrail, columns: Sequence[Cycle]) -> TrailRow:
    *before, now = [_cell(trail, cycle) for cycle in columns]
    reply = trail.replies.get(columns[-1].pk)
    return TrailRow(trail.organisation, before, now, first_words(reply.text, 90) if reply else "")


def _cell(trail: VerdictTrail, cycle: Cycle) -> TrailCell:
    address = reverse("public:report", args=[trail.organisation.slug, cycle.slug])
    return TrailCell(
        short_cycle(cycle), trail.verdicts.get(cycle.pk, ""), f"{address}#commitment-{trail.key}"
    )

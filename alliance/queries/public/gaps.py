"""The periods in which a line of an indicator has no figure, each with the reason: no period is ever dropped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from alliance.enums import Gap, Standing
from alliance.models import Cycle, Indicator, Organisation
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.obligations import standings_in
from alliance.queries.public.readings import Reading, ReadingSeries, by_name, reported_cycle_ids

Standings = Mapping[tuple[int, int], Standing]


def cycles_of_indicator(indicator: Indicator) -> list[Cycle]:
    """The published cycles from the first with a figure of the indicator on, without a hole, the latest first.

    Cycles of another charter are left out, unless somebody reported the indicator in them. Two queries.
    """
    cycles = published_cycles()
    reported = reported_cycle_ids(indicator, cycles)
    first = min((cycle.starts_on for cycle in cycles if cycle.pk in reported), default=None)
    key = indicator.charter.key
    return [
        cycle
        for cycle in cycles
        if first is not None
        and cycle.starts_on >= first
        and (cycle.pk in reported or cycle.charter.key == key)
    ]


def with_gaps(
    all_series: Iterable[ReadingSeries],
    cycles: Sequence[Cycle],
    organisations: Iterable[Organisation] = (),
    standings: Standings | None = None,
) -> list[ReadingSeries]:
    """The lines, which come by name, with a reading for each of the cycles: where there was none, the reason.

    An organisation that never had one gets a line of its own. Two queries, or none where the standings are known.
    """
    lines = list(all_series)
    present = {series.organisation.pk for series in lines}
    silent = [ReadingSeries(each, None, {}) for each in organisations if each.pk not in present]
    lines += silent
    known = standings_in(cycles) if standings is None else standings
    cycle_ids = [cycle.pk for cycle in cycles]
    filled = [_filled(line, cycle_ids, known) for line in lines]
    return sorted(filled, key=by_name) if silent else filled


def _filled(series: ReadingSeries, cycle_ids: Sequence[int], standings: Standings) -> ReadingSeries:
    missing = [pk for pk in cycle_ids if pk not in series.readings]
    if not missing:
        return series
    gaps = {pk: Reading(status=gap_of(standings.get((pk, series.organisation.pk)))) for pk in missing}
    return replace(series, readings={**gaps, **series.readings})


def gap_of(standing: Standing | None) -> Gap:
    """Why a report that stands so has no figure; None: none was due."""
    if standing is None:
        return Gap.NO_REPORT
    return Gap.NOT_ASKED if standing in (Standing.FILED, Standing.LATE) else Gap(standing.value)

"""The figures that moved most between two cycles, by proportion; what is not compared is counted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import connection

from alliance.enums import Direction
from alliance.figure_fields import QUANTITIES
from alliance.models import Charter, Cycle, Indicator, Organisation, Service
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.lineage import lineage_of
from alliance.queries.public.readings import is_summed
from alliance.queries.public.sides import Side, as_known_now, valid_on
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_page

NOTICEABLE = Decimal("0.1")  # a tenth; what moved less is counted and not shown


@dataclass(frozen=True, slots=True)
class FigureMove:
    """A figure of a member or a service before and now."""

    indicator: Indicator
    organisation: Organisation
    service: Service | None
    before: Decimal
    now: Decimal
    before_is_estimate: bool = False
    now_is_estimate: bool = False
    # of each that was corrected, the publication that did so and what stood there (None: no number, or withheld)
    before_corrected_in: int | None = None
    before_was: Decimal | None = None
    before_was_estimate: bool = False
    now_corrected_in: int | None = None
    now_was: Decimal | None = None
    now_was_estimate: bool = False

    @property
    def share(self) -> Decimal | None:
        """The change as a part of the value before; None from zero."""
        return (self.now - self.before) / abs(self.before) if self.before else None

    @property
    def is_better(self) -> bool:
        return (self.now > self.before) == (self.indicator.direction == Direction.HIGHER)


@dataclass(frozen=True, slots=True)
class FigureMoves:
    """Those that moved most and those that moved from zero, the worse before the better, and how many there are.

    No proportion says how much a figure moved from zero.
    """

    rows: Sequence[FigureMove]
    worse: int = 0  # by a tenth or more
    better: int = 0
    compared: int = 0
    broken: int = 0  # defined anew in between
    withheld: int = 0
    undirected: int = 0  # moved, and neither side is better
    unclear: int = 0  # the bounds of one figure hold the other
    worse_from_zero: int = 0
    better_from_zero: int = 0
    from_zero: Sequence[FigureMove] = ()

    @property
    def moved(self) -> int:
        return self.worse + self.better

    @property
    def from_zero_count(self) -> int:
        return self.worse_from_zero + self.better_from_zero

    @property
    def all_worse(self) -> int:
        return self.worse + self.worse_from_zero

    @property
    def all_better(self) -> int:
        return self.better + self.better_from_zero

    def only_worse(self) -> "FigureMoves":
        """Those alone that got worse, and all that was counted of them."""
        rows, from_zero = (
            [move for move in moves if not move.is_better] for moves in (self.rows, self.from_zero)
        )
        return replace(self, rows=rows, from_zero=from_zero, better=0, better_from_zero=0)


# `direction` is 1 where higher is better, -1 where lower is, else 0. A total (of service 0) is broken where one of its
# figures is; what is broken is joined as a set: looked up for each pair, it would be read once for each of them. Bounds
# and estimates, which the index of the values does not have, come as rows of their own and are put beside the value by
# grouping: joined, they were gone through once for each value. Keys are joined by their numbers: thousands of texts
# would be compared by the rules of a language. A pair is unclear as it is in a ranking (`rankings.Course`). A total is
# an estimate where one of its figures is, and has bounds where there is one alone: its own.
_PAIRS = """
WITH keys AS (SELECT * FROM unnest(
    %(now_keys)s::text[], %(before_keys)s::text[], %(directions)s::int[], %(summed)s::bool[]
) WITH ORDINALITY AS k (now_key, before_key, direction, summed, number)),
broken AS (SELECT DISTINCT organisation_id, place.service, k.number, true AS is_broken
    FROM alliance_publishedfigure f JOIN keys k ON k.now_key = f.indicator_key
    CROSS JOIN LATERAL (VALUES (0), (coalesce(service_id, 0))) AS place (service)
    WHERE cycle_id = ANY(%(between)s) AND cell = '' AND definition_changed AND {now}),
values_now AS (SELECT organisation_id, service, number, max(direction) AS direction, {values} FROM (
    SELECT f.organisation_id, coalesce(f.service_id, 0) AS service, k.number, k.direction, f.value, f.withheld,
        NULL::numeric AS lower, NULL::numeric AS upper, false AS estimate
    FROM alliance_publishedfigure f JOIN keys k ON k.now_key = f.indicator_key AND NOT k.summed
    WHERE f.cycle_id = %(now_cycle)s AND f.cell = '' AND {now}
    UNION ALL
    SELECT f.organisation_id, 0, k.number, k.direction, f.value, f.withheld, NULL, NULL, false
    FROM alliance_publishedtotal f JOIN keys k ON k.now_key = f.indicator_key AND k.summed
    WHERE f.cycle_id = %(now_cycle)s AND f.cell = '' AND {now}
    UNION ALL
    SELECT f.organisation_id, coalesce(f.service_id, 0), k.number, NULL, NULL, NULL, f.lower, f.upper, f.estimate
    FROM alliance_publishedfigure f JOIN keys k ON k.now_key = f.indicator_key AND NOT k.summed
    WHERE (f.estimate OR f.lower IS NOT NULL) AND f.cycle_id = %(now_cycle)s AND f.cell = '' AND {now}
    UNION ALL
    SELECT f.organisation_id, 0, k.number, NULL, NULL, NULL, alone.lower, alone.upper, f.estimate
    FROM alliance_publishedfigure f JOIN keys k ON k.now_key = f.indicator_key AND k.summed
    LEFT JOIN LATERAL (SELECT f.lower, f.upper WHERE f.lower IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM alliance_publishedfigure o WHERE o.indicator_key = f.indicator_key AND o.cell = ''
        AND o.id <> f.id AND o.organisation_id = f.organisation_id AND o.cycle_id = f.cycle_id AND {now_other}
    )) AS alone ON true
    WHERE (f.estimate OR f.lower IS NOT NULL) AND f.cycle_id = %(now_cycle)s AND f.cell = '' AND {now}
) AS each_now GROUP BY organisation_id, service, number HAVING count(withheld) > 0),
values_before AS (SELECT organisation_id, service, number, {values} FROM (
    SELECT f.organisation_id, coalesce(f.service_id, 0) AS service, k.number, f.value, f.withheld,
        NULL::numeric AS lower, NULL::numeric AS upper, false AS estimate
    FROM alliance_publishedfigure f JOIN keys k ON k.before_key = f.indicator_key AND NOT k.summed
    WHERE f.cycle_id = %(before_cycle)s AND f.cell = '' AND {before}
    UNION ALL
    SELECT f.organisation_id, 0, k.number, f.value, f.withheld, NULL, NULL, false
    FROM alliance_publishedtotal f JOIN keys k ON k.before_key = f.indicator_key AND k.summed
    WHERE f.cycle_id = %(before_cycle)s AND f.cell = '' AND {before}
    UNION ALL
    SELECT f.organisation_id, coalesce(f.service_id, 0), k.number, NULL, NULL, f.lower, f.upper, f.estimate
    FROM alliance_publishedfigure f JOIN keys k ON k.before_key = f.indicator_key AND NOT k.summed
    WHERE (f.estimate OR f.lower IS NOT NULL) AND f.cycle_id = %(before_cycle)s AND f.cell = '' AND {before}
    UNION ALL
    SELECT f.organisation_id, 0, k.number, NULL, NULL, alone.lower, alone.upper, f.estimate
    FROM alliance_publishedfigure f JOIN keys k ON k.before_key = f.indicator_key AND k.summed
    LEFT JOIN LATERAL (SELECT f.lower, f.upper WHERE f.lower IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM alliance_publishedfigure o WHERE o.indicator_key = f.indicator_key AND o.cell = ''
        AND o.id <> f.id AND o.organisation_id = f.organisation_id AND o.cycle_id = f.cycle_id AND {before_other}
    )) AS alone ON true
    WHERE (f.estimate OR f.lower IS NOT NULL) AND f.cycle_id = %(before_cycle)s AND f.cell = '' AND {before}
) AS each_before GROUP BY organisation_id, service, number HAVING count(withheld) > 0),
pairs AS (
    SELECT n.organisation_id, n.service, n.number, n.direction, b.value AS before, n.value AS now,
        (n.value - b.value) / nullif(abs(b.value), 0) * nullif(n.direction, 0) AS gain,
        (n.value - b.value) * nullif(n.direction, 0) AS step, b.value = 0 AND n.value <> 0 AS from_zero,
        n.withheld OR b.withheld AS withheld, coalesce(x.is_broken, false) AS broken,
        n.value <> b.value AND coalesce(
            b.value BETWEEN n.lower AND n.upper OR n.value BETWEEN b.lower AND b.upper, false
        ) AS unclear,
        b.estimate AS before_estimate, n.estimate AS now_estimate
    FROM values_now n JOIN values_before b USING (organisation_id, service, number)
    LEFT JOIN broken x USING (organisation_id, service, number)
    WHERE %(organisation)s IS NULL OR n.organisation_id = %(organisation)s),
corrected_now AS ({corrected_now}),
corrected_before AS ({corrected_before})
"""
_VALUES = """max(value) AS value, bool_or(withheld) AS withheld,
    max(lower) AS lower, max(upper) AS upper, bool_or(estimate) AS estimate"""
# What was corrected on one side, by place: few rows, read for themselves.
_CORRECTED = """
    SELECT f.organisation_id, {service} AS service, k.number, f.corrected_in,
        CASE WHEN (f.was ->> 'withheld')::boolean THEN NULL ELSE (f.was ->> 'value')::numeric END AS was,
        coalesce((f.was ->> 'estimate')::boolean, false) AS was_estimate
    FROM {table} f JOIN keys k ON k.{side}_key = f.indicator_key AND k.summed = {summed}
    WHERE f.corrected_in IS NOT NULL AND f.cycle_id = %({side}_cycle)s AND f.cell = '' AND {valid}
"""
_TABLES = (
    {"table": "alliance_publishedfigure", "service": "coalesce(f.service_id, 0)", "summed": "false"},
    {"table": "alliance_publishedtotal", "service": "0", "summed": "true"},
)
# One row of counts, beside it each figure that moved.
_MOVES = """
SELECT counts.*, moved.organisation_id, moved.service, moved.number, moved.before, moved.now,
    moved.before_estimate, moved.now_estimate,
    b.corrected_in, b.was, coalesce(b.was_estimate, false), n.corrected_in, n.was, coalesce(n.was_estimate, false)
FROM (
    SELECT count(*) FILTER (WHERE gain <= -%(least)s AND clear),
        count(*) FILTER (WHERE gain >= %(least)s AND clear),
        count(*) FILTER (WHERE gain IS NOT NULL AND NOT broken), count(*) FILTER (WHERE broken),
        count(*) FILTER (WHERE withheld), count(*) FILTER (WHERE direction = 0 AND now <> before AND clear),
        count(*) FILTER (WHERE unclear AND NOT broken),
        count(*) FILTER (WHERE from_zero AND step < 0 AND clear),
        count(*) FILTER (WHERE from_zero AND step > 0 AND clear)
    FROM (SELECT *, NOT broken AND unclear IS NOT TRUE AS clear FROM pairs) AS each_pair
) AS counts LEFT JOIN (
    SELECT *, row_number() OVER (
        PARTITION BY from_zero, step > 0 ORDER BY abs(gain) DESC, number, organisation_id, service
    ) AS place
    FROM pairs
    WHERE (abs(gain) >= %(least)s OR from_zero AND step IS NOT NULL) AND NOT broken AND NOT unclear
) AS moved ON %(limit)s IS NULL OR moved.place <= %(limit)s
LEFT JOIN corrected_before b USING (organisation_id, service, number)
LEFT JOIN corrected_now n USING (organisation_id, service, number)
ORDER BY moved.from_zero, moved.step > 0, moved.place
"""
_COUNTS = 9  # columns of a row that count


def figure_moves(
    before: Side, now: Side, organisation: Organisation | None, limit: int | None
) -> FigureMoves:
    """The figures of members and services that moved by a tenth or more, or from zero; none within one cycle.

    What the bounds of an estimate hold has not moved for sure: it is counted.

    Of either at most `limit` of those that are worse, and as many of those that are better. Of an indicator with a
    total, the total. Five queries at most, however many figures there are.
    """
    if before.cycle == now.cycle:
        return FigureMoves(())
    before, now = as_known_now(before), as_known_now(now)
    is_kept = organisation is None and limit is not None and before.is_present and now.is_present
    read = _moves_of_all if is_kept else _read_moves
    rows = read(before, now, organisation, limit)
    keys = _keys(before.cycle.charter, now.cycle.charter)
    moves = _moves(
        [row[_COUNTS:] for row in rows if row[_COUNTS] is not None], [indicator for indicator, _key in keys]
    )
    counted = FigureMoves([move for move in moves if move.before], *rows[0][:_COUNTS])
    return replace(counted, from_zero=[move for move in moves if not move.before])


def _read_moves(
    before: Side, now: Side, organisation: Organisation | None, limit: int | None
) -> list[tuple[Any, ...]]:
    """The rows of `_MOVES`. Three queries."""
    keys = _keys(before.cycle.charter, now.cycle.charter)
    parameters: dict[str, Any] = {
        "now_keys": [indicator.key for indicator, _key in keys],
        "before_keys": [key for _indicator, key in keys],
        "directions": [_sign(indicator) for indicator, _key in keys],
        "summed": [is_summed(indicator) for indicator, _key in keys],
        "now_cycle": now.cycle.pk,
        "before_cycle": before.cycle.pk,
        "between": _cycles_until(before, now),
        "organisation": organisation.pk if organisation else None,
        "least": NOTICEABLE,
        "limit": limit,
        "now_number": now.number,
        "before_number": before.number,
    }
    sides = {
        "now": valid_on(now, "now_number", "f"),
        "before": valid_on(before, "before_number", "f"),
    }
    others = {
        "now_other": valid_on(now, "now_number", "o"),
        "before_other": valid_on(before, "before_number", "o"),
    }
    corrected = {
        f"corrected_{side}": " UNION ALL ".join(
            _CORRECTED.format(side=side, valid=valid, **table) for table in _TABLES
        )
        for side, valid in sides.items()
    }
    pairs = _PAIRS.format(**sides, **others, **corrected, values=_VALUES)
    with connection.cursor() as cursor:
        cursor.execute(pairs + _MOVES, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


# of two cycles as they are known now: there are not many of these, and tens of thousands of figures in each
_moves_of_all = cached_for_page(_read_moves)


@cached_for_page
def _keys(before: Charter, now: Charter) -> list[tuple[Indicator, str]]:
    """The indicators with numbers, and what the earlier charter called each, where it is the same series."""
    rows = Indicator.objects.visible_to(ANYONE).filter(charter=now, value__in=QUANTITIES)
    indicators = list(without_charter_texts(rows.select_related("charter"), "charter"))
    if before == now:
        return [(indicator, indicator.key) for indicator in indicators]
    if before.key != now.key:
        return []
    lineage = lineage_of(now)
    return [
        (indicator, key)
        for indicator in indicators
        if (key := lineage.earlier_key(indicator.key, before.version))
        and not lineage.history_of(indicator.key).breaks_at(now.version, before.version)
    ]


def _cycles_until(before: Side, now: Side) -> list[int]:
    """The cycles after the earlier one, up to the later: where a definition changed in one, nothing is compared."""
    rows = Cycle.objects.visible_to(ANYONE)
    chosen = rows.filter(starts_on__gt=before.cycle.starts_on, starts_on__lte=now.cycle.starts_on)
    return list(chosen.values_list("pk", flat=True))


def _sign(indicator: Indicator) -> int:
    return {Direction.HIGHER: 1, Direction.LOWER: -1}.get(Direction(indicator.direction), 0)


def _moves(rows: Sequence[tuple[Any, ...]], indicators: Sequence[Indicator]) -> list[FigureMove]:
    organisations = Organisation.objects.visible_to(ANYONE).in_bulk({row[0] for row in rows})
    services = Service.objects.visible_to(ANYONE).in_bulk({row[1] for row in rows if row[1]})
    return [
        FigureMove(
            indicators[number - 1],
            organisations[organisation],
            services.get(service),
            *values,
        )
        for organisation, service, number, *values in rows
        if organisation in organisations
    ]

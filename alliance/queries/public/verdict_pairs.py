"""Each verdict on a commitment beside that of the cycle before, paired and counted by the database."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection

from alliance.enums import VERDICT_SCALE, VerdictValue
from alliance.models import Commitment, Organisation
from alliance.queries.lineage import lineage_of
from alliance.queries.public.sides import Side, as_known_now, valid_on
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_page

# (now, before); a verdict that was not given before is not due there
Pair = tuple[str, str]
MovedVerdict = tuple[int, str, str, str]  # member, commitment, now, before

# `keys` are those of the earlier cycle's charter under the present ones
_PAIRS = """
WITH keys AS (SELECT * FROM unnest(%(before_keys)s::text[], %(now_keys)s::text[]) AS k (before_key, commitment_key)),
verdicts_before AS (
    SELECT organisation_id, keys.commitment_key, value
    FROM alliance_publishedverdict v JOIN keys ON keys.before_key = v.commitment_key
    WHERE cycle_id = %(before_cycle)s AND measure_key = '' AND pledge_record IS NULL AND {before}),
pairs AS (
    SELECT organisation_id, commitment_key, n.value AS now, coalesce(b.value, %(not_due)s) AS before
    FROM alliance_publishedverdict n LEFT JOIN verdicts_before b USING (organisation_id, commitment_key)
    WHERE n.cycle_id = %(now_cycle)s AND n.measure_key = '' AND n.pledge_record IS NULL AND commitment_key <> ''
        AND (%(organisation)s IS NULL OR organisation_id = %(organisation)s)
        AND (%(commitment)s IS NULL OR commitment_key = %(commitment)s) AND {now})
"""
_COUNTED = "SELECT now, before, count(*) FROM pairs GROUP BY now, before"
# Beside the counts those that are another one than before, both due: by the member's place in the alphabet, then the
# commitment's; the first of those that fell, and of those that rose.
_COUNTED_AND_MOVED = """
SELECT now, before, count(*) AS count, NULL::bigint AS organisation_id, NULL AS commitment_key,
    NULL::bigint AS place, NULL::bigint AS number
FROM pairs GROUP BY now, before
UNION ALL
SELECT now, before, NULL, organisation_id, commitment_key, place, number FROM (
    SELECT *, row_number() OVER (PARTITION BY rose ORDER BY place, number) AS row FROM (
        SELECT pairs.*, m.place, c.number,
            array_position(%(scale)s::text[], now) > array_position(%(scale)s::text[], before) AS rose
        FROM pairs
        JOIN unnest(%(members)s::bigint[]) WITH ORDINALITY AS m (organisation_id, place) USING (organisation_id)
        JOIN unnest(%(commitments)s::text[]) WITH ORDINALITY AS c (commitment_key, number) USING (commitment_key)
        WHERE now <> before AND now = ANY(%(scale)s) AND before = ANY(%(scale)s)
    ) AS moved
) AS numbered
WHERE %(limit)s IS NULL OR row <= %(limit)s
ORDER BY place, number
"""


def pair_counts(
    before: Side | None, now: Side, organisation: Organisation | None = None, commitment: str | None = None
) -> Counter[Pair]:
    """How many verdicts there are of each pair, of all members or of one, on all commitments or on one, by its key.

    One query, a few more across versions; those of all are counted once for all public pages of a revision.
    """
    if organisation is None and commitment is None:
        return _pair_counts_of_all(as_known_now(before) if before else None, as_known_now(now))
    return _pair_counts(before, now, organisation, commitment)


@cached_for_page
def _pair_counts_of_all(before: Side | None, now: Side) -> Counter[Pair]:
    return _pair_counts(before, now, None, None)


def _pair_counts(
    before: Side | None, now: Side, organisation: Organisation | None, commitment: str | None
) -> Counter[Pair]:
    rows = _read(_COUNTED, before, now, organisation, commitment=commitment)
    return Counter({(value, earlier): count for value, earlier, count in rows})


def counted_and_moved_verdicts(
    before: Side | None,
    now: Side,
    organisation: Organisation | None,
    members: Sequence[int],
    commitments: Sequence[str],
    limit: int | None,
) -> tuple[Counter[Pair], list[MovedVerdict]]:
    """The same counts, and the verdicts of these members on these commitments that are another one than before.

    At most so many of those that fell, and of those that rose; or all. In the order of members and commitments. One
    query, a few more across versions.
    """
    places = {"members": list(members), "commitments": list(commitments)}
    counts: Counter[Pair] = Counter()
    moved = []
    rows = _read(_COUNTED_AND_MOVED, before, now, organisation, **places, limit=limit)
    for value, earlier, count, pk, key, _place, _number in rows:
        if count is None:
            moved.append((pk, key, value, earlier))
        else:
            counts[value, earlier] = count
    return counts, moved


def _read(
    select: str, before: Side | None, now: Side, organisation: Organisation | None, **others: Any
) -> list[tuple[Any, ...]]:
    keys = _keys(before, now, others.get("commitment")) if before else []
    parameters: dict[str, Any] = {
        "before_keys": [key for key, _now in keys],
        "now_keys": [key for _before, key in keys],
        "before_cycle": before.cycle.pk if before else None,
        "now_cycle": now.cycle.pk,
        "before_number": before.number if before else None,
        "now_number": now.number,
        "organisation": organisation.pk if organisation else None,
        "not_due": str(VerdictValue.NOT_DUE),
        "commitment": None,
        "scale": [str(value) for value in VERDICT_SCALE],
        **others,
    }
    conditions = {
        "before": valid_on(before, "before_number", "v") if before else "false",
        "now": valid_on(now, "now_number", "n"),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS.format(**conditions) + select, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _keys(before: Side, now: Side, commitment: str | None) -> list[tuple[str, str]]:
    """The keys of the earlier cycle's commitments, each with what the later one's charter calls it, if it has it.

    Of one commitment that one at least.
    """
    if commitment and before.cycle.charter_id == now.cycle.charter_id:
        return [(commitment, commitment)]
    rows = Commitment.objects.visible_to(ANYONE).filter(charter_id=before.cycle.charter_id)
    keys = list(rows.values_list("key", flat=True))
    if before.cycle.charter_id == now.cycle.charter_id:
        return [(key, key) for key in keys]
    lineage, version = lineage_of(now.cycle.charter), before.cycle.charter.version
    named = ((key, lineage.current_key(key, version)) for key in keys)
    return [(key, present) for key, present in named if present]

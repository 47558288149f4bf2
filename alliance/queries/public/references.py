"""Reads of reference counts: the same quantity counted by somebody else, beside a member's own figure."""

from collections import defaultdict
from collections.abc import Sequence

from alliance.models import Cycle, Indicator, ReferenceCount
from alliance.queries.public.readings import key_history_of
from portal.kernel.access import ANYONE

CountsByPlace = dict[tuple[int, int | None, int], list[ReferenceCount]]  # by organisation, service, cycle


def references_of(
    keys: Sequence[str], cycles: Sequence[Cycle], organisation_ids: Sequence[int] | None = None
) -> list[ReferenceCount]:
    """The counts that hold now, of whole indicators, for exactly the periods of these cycles. One query."""
    rows = ReferenceCount.objects.visible_to(ANYONE).filter(
        indicator_key__in=keys,
        cell="",
        replaced_by__isnull=True,
        starts_on__in={cycle.starts_on for cycle in cycles},
    )
    if organisation_ids is not None:
        rows = rows.filter(organisation_id__in=organisation_ids)
    periods = {(cycle.starts_on, cycle.ends_on) for cycle in cycles}
    ordered = rows.select_related("service").order_by(
        "organisation_id", "service_id", "starts_on", "observer"
    )
    return [row for row in ordered if (row.starts_on, row.ends_on) in periods]


def reference_counts_of(
    indicator: Indicator, cycles: Sequence[Cycle], organisation_ids: Sequence[int] | None = None
) -> CountsByPlace:
    """What others counted of an indicator, under whichever key each cycle's charter asked for it."""
    history = key_history_of(indicator)
    keys = {history.key, *history.keys.values()}
    counts = references_of(sorted(keys), cycles, organisation_ids)
    key_by_cycle: dict[int, str | None] = {}
    for cycle in cycles:
        charter, latest = cycle.charter, indicator.charter
        is_earlier = charter.key == latest.key and charter.version < latest.version
        key_by_cycle[cycle.pk] = history.key_in(charter.version) if is_earlier else indicator.key
    return {
        place: [row for row in rows if row.indicator_key == key_by_cycle[place[2]]]
        for place, rows in counts_by_owner(counts, cycles).items()
    }


def counts_by_owner(counts: Sequence[ReferenceCount], cycles: Sequence[Cycle]) -> CountsByPlace:
    """The same counts by organisation, service and cycle."""
    counts_by_place: CountsByPlace = defaultdict(list)
    for count in counts:
        for cycle in cycles:
            if (cycle.starts_on, cycle.ends_on) == (count.starts_on, count.ends_on):
                counts_by_place[count.organisation_id, count.service_id, cycle.pk].append(count)
    return counts_by_place

"""Reads around one commitment: who pledged, the verdicts over the cycles, the replies beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from alliance.enums import PledgeState
from alliance.models import (
    Commitment,
    Cycle,
    Organisation,
    PublishedPledge,
    PublishedResponse,
    PublishedVerdict,
)
from alliance.queries.lineage import lineage_of
from alliance.queries.public.cycles import published_cycles
from portal.kernel.access import ANYONE

_CURRENT_STATES = (PledgeState.PUBLISHED, PledgeState.FULFILLED)


@dataclass(frozen=True, slots=True)
class VerdictHistory:
    """One member's verdicts on the commitment, and its replies to them, by cycle."""

    key: str
    organisation: Organisation
    verdicts: dict[int, str]
    replies: dict[int, PublishedResponse]


def pledges_to(commitment: Commitment) -> list[PublishedPledge]:
    """The pledges in force to this commitment, by member's name. One query."""
    rows = (
        PublishedPledge.objects.current()
        .filter(commitment_key=commitment.key, state__in=_CURRENT_STATES)
        .select_related("organisation")
    )
    return sorted(rows, key=lambda row: row.organisation.name.casefold())


def cycles_of(commitment: Commitment) -> list[Cycle]:
    """The published cycles on the commitment's charter, whatever its version, the latest first. One query."""
    return [
        published_cycle
        for published_cycle in published_cycles()
        if published_cycle.charter.key == commitment.charter.key
    ]


def _verdict_keys_in(commitment: Commitment, cycles: Sequence[Cycle]) -> Q:
    """The rows of the commitment in these cycles, under the key that each cycle's charter has for it."""
    lineage = lineage_of(commitment.charter)
    cycles_by_key: dict[str, list[int]] = {}
    for cycle in cycles:
        key = lineage.earlier_key(commitment.key, cycle.charter.version)
        if key is not None:
            cycles_by_key.setdefault(key, []).append(cycle.pk)
    return reduce(
        or_, (Q(commitment_key=key, cycle_id__in=ids) for key, ids in cycles_by_key.items()), Q(pk__in=[])
    )


def verdict_histories(commitment: Commitment, cycles: Sequence[Cycle]) -> list[VerdictHistory]:
    """Each member's verdicts and replies in these cycles, by name. Four queries, nine with earlier versions."""
    which = _verdict_keys_in(commitment, cycles)
    verdicts = PublishedVerdict.objects.current().filter(which, measure_key="", pledge_record__isnull=True)
    verdict_values: dict[int, dict[int, str]] = {}
    for organisation_id, cycle_id, value in verdicts.values_list("organisation_id", "cycle_id", "value"):
        verdict_values.setdefault(organisation_id, {})[cycle_id] = value
    replies: dict[int, dict[int, PublishedResponse]] = {}
    for reply in PublishedResponse.objects.current().filter(which):
        replies.setdefault(reply.organisation_id, {})[reply.cycle_id] = reply
    organisations = Organisation.objects.visible_to(ANYONE).filter(pk__in=verdict_values)
    trails = [
        VerdictHistory(commitment.key, row, verdict_values[row.pk], replies.get(row.pk, {}))
        for row in organisations
    ]
    return sorted(trails, key=lambda trail: trail.organisation.name.casefold())

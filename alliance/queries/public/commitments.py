"""Reads around one commitment: who pledged, the verdicts over the cycles, the replies beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from alliance.enums import Gap, PledgeState, Standing
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
from alliance.queries.public.gaps import gap_of
from alliance.queries.public.obligations import standings_in
from alliance.queries.public.pledge_versions import earlier_versions, pledged_as
from portal.kernel.access import ANYONE
from portal.kernel.alphabet import alphabet_key

_CURRENT_STATES = (PledgeState.PUBLISHED, PledgeState.FULFILLED)


@dataclass(frozen=True, slots=True)
class VerdictHistory:
    """One member's verdicts on the commitment, its replies to them, and why there is none, by cycle."""

    key: str
    organisation: Organisation
    verdicts: dict[int, str]
    replies: dict[int, PublishedResponse]
    replies_to_all: set[int]  # the cycles with a reply to all verdicts of the report
    gaps: dict[int, Gap]  # not of a report that is published and has no verdict on it


def pledges_to(commitment: Commitment) -> list[PublishedPledge]:
    """The pledges in force to this commitment, under whatever key, by member's name.

    Two queries, three more of a later version. Each names its `earlier_version` where that is not in force.
    """
    rows = list(
        PublishedPledge.objects.current()
        .filter(pledged_as(commitment), state__in=_CURRENT_STATES)
        .select_related("organisation")
    )
    versions = earlier_versions(rows)
    for row in rows:
        row.earlier_version = versions.get(row.record)
    return sorted(rows, key=lambda row: alphabet_key(row.organisation.name))


def cycles_of(commitment: Commitment) -> list[Cycle]:
    """The published cycles on the commitment's charter, whatever its version, the latest first. One query."""
    return [
        published_cycle
        for published_cycle in published_cycles()
        if published_cycle.charter.key == commitment.charter.key
    ]


def _keys_by_cycle(commitment: Commitment, cycles: Sequence[Cycle]) -> dict[int, str]:
    """The key that each cycle's charter has for the commitment; none of a cycle whose charter did not have it."""
    lineage = lineage_of(commitment.charter)
    keys = ((cycle.pk, lineage.earlier_key(commitment.key, cycle.charter.version)) for cycle in cycles)
    return {cycle_id: key for cycle_id, key in keys if key is not None}


def _rows_under(keys_by_cycle: Mapping[int, str]) -> Q:
    """The rows of the commitment in these cycles, under its key in each."""
    cycles_by_key: dict[str, list[int]] = {}
    for cycle_id, key in keys_by_cycle.items():
        cycles_by_key.setdefault(key, []).append(cycle_id)
    return reduce(
        or_, (Q(commitment_key=key, cycle_id__in=ids) for key, ids in cycles_by_key.items()), Q(pk__in=[])
    )


def verdict_histories(commitment: Commitment, cycles: Sequence[Cycle]) -> list[VerdictHistory]:
    """The verdicts of each member that had to report in these cycles, and its replies in the first of them, by name.

    Six queries, eleven with earlier versions.
    """
    keys = _keys_by_cycle(commitment, cycles)
    which = _rows_under(keys)
    verdicts = PublishedVerdict.objects.current().filter(which, measure_key="", pledge_record__isnull=True)
    verdict_values: dict[int, dict[int, str]] = {}
    for organisation_id, cycle_id, value in verdicts.values_list("organisation_id", "cycle_id", "value"):
        verdict_values.setdefault(organisation_id, {})[cycle_id] = value
    replies: dict[int, dict[int, PublishedResponse]] = {}
    replies_to_all: dict[int, set[int]] = {}
    now = {cycle.pk: keys[cycle.pk] for cycle in cycles[:1] if cycle.pk in keys}
    for reply in PublishedResponse.objects.current().filter(
        _rows_under(now) | Q(commitment_key="", cycle_id__in=list(now))
    ):
        if reply.commitment_key:
            replies.setdefault(reply.organisation_id, {})[reply.cycle_id] = reply
        else:
            replies_to_all.setdefault(reply.organisation_id, set()).add(reply.cycle_id)
    standings = standings_in(cycles)
    members = verdict_values.keys() | {
        organisation_id for cycle_id, organisation_id in standings if cycle_id in keys
    }
    histories = [
        VerdictHistory(
            commitment.key,
            member,
            verdict_values.get(member.pk, {}),
            replies.get(member.pk, {}),
            replies_to_all.get(member.pk, set()),
            {cycle.pk: gap for cycle in cycles if (gap := _gap(cycle, member, keys, standings))},
        )
        for member in Organisation.objects.visible_to(ANYONE).filter(pk__in=members)
    ]
    return sorted(histories, key=lambda history: alphabet_key(history.organisation.name))


def _gap(
    cycle: Cycle,
    member: Organisation,
    keys: Mapping[int, str],
    standings: Mapping[tuple[int, int], Standing],
) -> Gap | None:
    """Why there can be no verdict; None of a report that is published."""
    if cycle.pk not in keys:
        return Gap.NOT_ASKED
    standing = standings.get((cycle.pk, member.pk))
    return None if standing in (Standing.FILED, Standing.LATE) else gap_of(standing)

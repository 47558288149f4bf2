"""Reads around one commitment: who pledged, the verdicts over the cycles, the replies beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.enums import PledgeState
from alliance.models import (
    Commitment,
    Cycle,
    Organisation,
    PublishedPledge,
    PublishedResponse,
    PublishedVerdict,
)
from alliance.queries.public.cycles import published_cycles
from portal.kernel.access import ANYONE

_STANDING = (PledgeState.PUBLISHED, PledgeState.FULFILLED)


@dataclass(frozen=True, slots=True)
class VerdictTrail:
    """One member's verdicts on the commitment, and its replies to them, by cycle."""

    key: str
    organisation: Organisation
    verdicts: dict[int, str]
    replies: dict[int, PublishedResponse]


def pledges_to(commitment: Commitment) -> list[PublishedPledge]:
    """The pledges that stand for this commitment, by member's name. One query."""
    rows = (
        PublishedPledge.objects.current()
        .filter(commitment_key=commitment.key, state__in=_STANDING)
        .select_related("organisation")
    )
    return sorted(rows, key=lambda row: row.organisation.name.casefold())


def cycles_of(commitment: Commitment) -> list[Cycle]:
    """The published cycles on the commitment's charter, whatever its version, the latest first. One query."""
    return list(published_cycles().filter(charter__key=commitment.charter.key))


def trails_of(commitment: Commitment, cycles: Sequence[Cycle]) -> list[VerdictTrail]:
    """Each member's verdicts and replies in these cycles, by name. Three queries."""
    which = {"commitment_key": commitment.key, "cycle_id__in": [cycle.pk for cycle in cycles]}
    verdicts = PublishedVerdict.objects.current().filter(measure_key="", pledge_record__isnull=True, **which)
    found: dict[int, dict[int, str]] = {}
    for organisation_id, cycle_id, value in verdicts.values_list("organisation_id", "cycle_id", "value"):
        found.setdefault(organisation_id, {})[cycle_id] = value
    replies: dict[int, dict[int, PublishedResponse]] = {}
    for reply in PublishedResponse.objects.current().filter(**which):
        replies.setdefault(reply.organisation_id, {})[reply.cycle_id] = reply
    organisations = Organisation.objects.visible_to(ANYONE).filter(pk__in=found)
    trails = [
        VerdictTrail(commitment.key, row, found[row.pk], replies.get(row.pk, {})) for row in organisations
    ]
    return sorted(trails, key=lambda trail: trail.organisation.name.casefold())

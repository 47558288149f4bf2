"""Reads around one commitment: who pledged, the verdicts over the cycles, the replies beside them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import OuterRef, Q, Subquery

from alliance.enums import Gap, PledgeState, Standing
from alliance.models import (
    Commitment,
    Cycle,
    Indicator,
    Organisation,
    PublishedPledge,
    PublishedResponse,
    PublishedVerdict,
)
from alliance.queries.lineage import lineage_of
from alliance.queries.public.commitment_places import places_of
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.gaps import gap_of
from alliance.queries.public.members import ids_by_name
from alliance.queries.public.obligations import reporting_ids, standings_in
from alliance.queries.public.pledge_versions import earlier_versions
from alliance.queries.public.readings import key_history_of
from alliance.queries.public.replies import divide_replies, mark_replies
from alliance.queries.public.sides import Side
from alliance.queries.public.verdict_matrix import (
    VerdictChanges,
    VerdictCorrection,
    VerdictTally,
    changes_in,
)
from alliance.queries.public.verdict_pairs import pair_counts
from portal.kernel.access import ANYONE
from portal.kernel.alphabet import ByAlphabet, alphabet_key
from portal.kernel.publishing import ProjectionQuerySet, number_read_as_of

_CURRENT_STATES = (PledgeState.PUBLISHED, PledgeState.FULFILLED)


@dataclass(frozen=True, slots=True)
class VerdictHistory:
    """One member's verdicts on the commitment, its replies to them, and why there is none, by cycle."""

    key: str
    organisation: Organisation
    verdicts: dict[int, str]
    corrections: dict[int, VerdictCorrection]  # of those verdicts that were corrected
    replies: dict[int, PublishedResponse]
    replies_to_all: set[int]  # the cycles with a reply to all verdicts of the report
    withdrawn_replies: dict[int, int]  # of a reply to it, or else of one to all: what withdrew it
    gaps: dict[int, Gap]  # not of a report that is published and has no verdict on it


def pledges_to(commitment: Commitment) -> ProjectionQuerySet:
    """The pledges in force to this commitment, under whatever key, by member's name.

    One query, three more of a later version; a part of them is to be taken `with_earlier_versions`.
    """
    rows = PublishedPledge.objects.current().filter(places_of(commitment).rows(), state__in=_CURRENT_STATES)
    return rows.select_related("organisation").order_by(ByAlphabet("organisation__name"), "pk")


def naming(pledges: ProjectionQuerySet, indicator: Indicator) -> ProjectionQuerySet:
    """Those of which a target names the indicator, under whichever key a version of its charter has for it."""
    history = key_history_of(indicator)
    keys = {indicator.key, history.key, *history.keys.values()}
    return pledges.filter(reduce(or_, (Q(targets__contains=[{"indicator": key}]) for key in sorted(keys))))


def with_earlier_versions(pledges: Iterable[PublishedPledge]) -> list[PublishedPledge]:
    """The same pledges, each with its `earlier_version` where it is not to the one in force. A few queries."""
    rows = list(pledges)
    versions = earlier_versions(rows)
    for row in rows:
        row.earlier_version = versions.get(row.record)
    return rows


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


def members_with_verdicts(commitment: Commitment, cycles: Sequence[Cycle]) -> list[int]:
    """The members that had to report on the commitment in any of these cycles, by name. Three queries."""
    keys = _keys_by_cycle(commitment, cycles)
    return ids_by_name(reporting_ids([cycle for cycle in cycles if cycle.pk in keys]))


def verdict_tally(
    commitment: Commitment, cycle: Cycle, earlier: Cycle | None
) -> tuple[VerdictTally, VerdictChanges]:
    """All members' verdicts on it in one cycle, and what became of them since the one before. Two queries."""
    key = _keys_by_cycle(commitment, [cycle]).get(cycle.pk)
    if key is None:
        return VerdictTally.of(()), VerdictChanges()
    number = number_read_as_of()
    before = Side(earlier, number) if earlier else None
    pairs = pair_counts(before, Side(cycle, number), commitment=key)
    tally: Counter[str] = Counter()
    for (value, _before), count in pairs.items():
        tally[value] += count
    return VerdictTally(tally), changes_in(pairs)


def verdict_histories(
    commitment: Commitment, cycles: Sequence[Cycle], among: Collection[int]
) -> list[VerdictHistory]:
    """The verdicts of these members in these cycles, and their replies in the first of them, by name.

    Six queries, eleven with earlier versions; one more where a verdict with a reply was corrected.
    """
    keys = _keys_by_cycle(commitment, cycles)
    which = _rows_under(keys)
    verdicts = PublishedVerdict.objects.current().filter(
        which, measure_key="", pledge_record__isnull=True, organisation_id__in=among
    )
    verdict_values: dict[int, dict[int, str]] = {}
    corrections: dict[int, dict[int, VerdictCorrection]] = {}
    for organisation_id, cycle_id, value, number, was in verdicts.values_list(
        "organisation_id", "cycle_id", "value", "corrected_in", "was"
    ):
        verdict_values.setdefault(organisation_id, {})[cycle_id] = value
        if correction := VerdictCorrection.of(number, was):
            corrections.setdefault(organisation_id, {})[cycle_id] = correction
    replies: dict[int, dict[int, PublishedResponse]] = {}
    replies_to_all: dict[int, set[int]] = {}
    now = [cycle.pk for cycle in cycles[:1] if cycle.pk in keys]
    answered = PublishedResponse.objects.filter(
        places_of(commitment).replies() | Q(commitment_key=""), cycle_id__in=now, organisation_id__in=among
    )
    last_corrections: dict[int, int | None] = {}
    standing, withdrawn = divide_replies(
        answered.annotate(verdicts_corrected_in=_last_correction(keys, now)), number_read_as_of()
    )
    for reply in standing:
        if reply.commitment_key:
            replies.setdefault(reply.organisation_id, {})[reply.cycle_id] = reply
            last_corrections[reply.pk] = reply.__dict__["verdicts_corrected_in"]
        else:
            replies_to_all.setdefault(reply.organisation_id, set()).add(reply.cycle_id)
    withdrawn_replies: dict[int, dict[int, int]] = {}
    # its own takes the place of one to all
    for reply in sorted(withdrawn, key=lambda reply: reply.commitment_key):
        if reply.valid_to is not None:
            withdrawn_replies.setdefault(reply.organisation_id, {})[reply.cycle_id] = reply.valid_to
    mark_replies(
        (reply, last_corrections[reply.pk]) for by_cycle in replies.values() for reply in by_cycle.values()
    )
    standings = standings_in(cycles, among)
    histories = [
        VerdictHistory(
            commitment.key,
            member,
            verdict_values.get(member.pk, {}),
            corrections.get(member.pk, {}),
            replies.get(member.pk, {}),
            replies_to_all.get(member.pk, set()),
            withdrawn_replies.get(member.pk, {}),
            {cycle.pk: gap for cycle in cycles if (gap := _gap(cycle, member, keys, standings))},
        )
        for member in Organisation.objects.visible_to(ANYONE).filter(pk__in=among)
    ]
    return sorted(histories, key=lambda history: alphabet_key(history.organisation.name))


def _last_correction(keys: Mapping[int, str], cycles: Sequence[int]) -> Subquery:
    """Of a reply the last publication that corrected the verdict on the commitment or one on its measures."""
    own = _rows_under({cycle: keys[cycle] for cycle in cycles})
    corrected = PublishedVerdict.objects.current().filter(
        own,
        organisation_id=OuterRef("organisation_id"),
        cycle_id=OuterRef("cycle_id"),
        pledge_record__isnull=True,
        corrected_in__isnull=False,
    )
    return Subquery(corrected.order_by("-corrected_in").values("corrected_in")[:1])


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

"""The ledger of promises: the targets of all published pledges, by what became of them.

States come from `PublishedTarget` and the day; what is drawn beside a target is read for those of one page alone.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Self
from uuid import UUID

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When

from alliance.enums import CharterState, Standing, TargetState
from alliance.models import (
    Commitment,
    Cycle,
    Organisation,
    PublishedPledge,
    PublishedReport,
    PublishedTarget,
    PublishedVerdict,
)
from alliance.queries.lineage import key_in_version
from alliance.queries.public.charters import charter_versions
from alliance.queries.public.commitment_places import commitment_places
from alliance.queries.public.member_keys import under_own_keys
from alliance.queries.public.members import ends_of_membership
from alliance.queries.public.targets import TargetStanding, target_standings
from alliance.queries.public.verdict_matrix import commitments_of
from portal.kernel.access import ANYONE
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.publishing import cached_for_page

BEYOND_THE_CHARTER = "own"  # in the place of a commitment's key
SOON = timedelta(days=90)
_OPEN = (TargetState.LATE, TargetState.DUE)
# the worst first; a target without a day comes last
ORDER = (TargetState.MISSED, TargetState.LATE, TargetState.DUE, TargetState.KEPT, TargetState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class PromiseFilter:
    """What the ledger is narrowed to; an empty field narrows nothing."""

    member: str = ""  # a slug
    commitment: str = ""  # a key, or `BEYOND_THE_CHARTER`
    due: str = ""  # past, soon, year
    state: str = ""


@dataclass(frozen=True, slots=True)
class PromiseCounts:
    """How many targets there are of each state; those without a day are not among them."""

    by_state: dict[str, int]
    undated: int
    members: int

    @classmethod
    def of(cls, targets: Collection[Any]) -> Self:
        """Of these, each with its `state`."""
        counts = Counter(row.state for row in targets)
        members = len({row.organisation_id for row in targets})
        return cls({state: counts[state] for state in ORDER}, counts[""], members)

    @property
    def all(self) -> int:
        return sum(self.by_state.values())

    @property
    def reached_count(self) -> int:
        return self.by_state.get(TargetState.KEPT, 0)

    @property
    def passed_count(self) -> int:
        """Those whose day is over; what was withdrawn is left out."""
        return sum(self.by_state.get(state, 0) for state in ("kept", "missed", "late"))

    @property
    def are_all_due(self) -> bool:
        """Whether there are some, and the day of none is over."""
        return 0 < self.all == self.by_state.get(TargetState.DUE, 0)


@dataclass(frozen=True, slots=True)
class Promise:
    """One target: its pledge, what became of it, the commitment, and the verdicts on that, the earliest first."""

    pledge: PublishedPledge
    standing: TargetStanding
    commitment: Commitment | None
    verdicts: Sequence[PublishedVerdict]
    not_filed: Sequence[Cycle]  # for which the member filed no report, the earliest first
    outcome_in: int  # the publication since which it is known what becomes of it once its day is over
    # the day on which its member's membership ended, where nothing has decided it: no report of it has to come
    membership_ended: date | None


@dataclass(frozen=True, slots=True)
class MemberPromises:
    """A member and the states of its targets, in the order of the ledger."""

    organisation: Organisation
    states: Sequence[TargetState]


def promised_targets(day: date, filters: PromiseFilter) -> QuerySet[PublishedTarget]:
    """Those asked for, each with its `state` on that day (empty without one): worst first, the nearest day first."""
    place = Case(
        *(When(state=each.value, then=Value(number)) for number, each in enumerate(ORDER)),
        default=Value(len(ORDER)),
        output_field=IntegerField(),
    )
    rows = targets_with_state(day).filter(_condition(day, filters)).alias(place=place)
    return rows.order_by("place", "due_on", ByAlphabet("organisation__name"), "record", "number")


def targets_with_state(day: date) -> QuerySet[Any]:
    """The published targets, each with its `state` on that day; empty without one."""
    state = Case(
        When(Q(outcome="") | Q(outcome=TargetState.WITHDRAWN), then=F("outcome")),
        When(due_on__gte=day, then=Value(TargetState.DUE.value)),
        default=F("outcome"),
        output_field=CharField(),
    )
    return PublishedTarget.objects.current().annotate(state=state)


def states_of(records: Collection[UUID], day: date) -> dict[tuple[UUID, int], TargetState]:
    """By pledge and number the state of each target that has a day. One query."""
    rows = targets_with_state(day).filter(record__in=records).exclude(state="").order_by()
    return {
        (record, number): TargetState(state)
        for record, number, state in rows.values_list("record", "number", "state")
    }


def _condition(day: date, filters: PromiseFilter) -> Q:
    condition = Q()
    if filters.member:
        condition &= Q(organisation__slug=filters.member)
    if filters.commitment == BEYOND_THE_CHARTER:
        condition &= Q(commitment_key="")
    elif filters.commitment:
        condition &= targets_on(filters.commitment)
    spans = {
        "past": Q(due_on__lt=day),
        "soon": Q(due_on__range=(day, day + SOON)),
        "year": Q(due_on__range=(day, day.replace(month=12, day=31))),
    }
    condition &= spans.get(filters.due, Q())
    return condition & Q(state=filters.state) if filters.state else condition


def targets_asked_for(filters: PromiseFilter) -> Q:
    """The targets of the member and the commitment that are asked for, on whatever day and in whatever state."""
    return _condition(date.min, replace(filters, due="", state=""))


def targets_on(commitment: str) -> Q:
    """The targets of the pledges to this commitment, under whatever key their version has for it."""
    pledges = PublishedPledge.objects.current().filter(commitment_places(commitment).rows())
    return Q(record__in=pledges.values("record"))


def promise_counts(day: date, filters: PromiseFilter) -> PromiseCounts:
    """How many of each state there are of those asked for, whichever state is asked for. Two queries."""
    rows = targets_with_state(day).filter(_condition(day, replace(filters, state=""))).order_by()
    members = rows.aggregate(members=Count("organisation", distinct=True))["members"]
    return _counted(rows, members)


@cached_for_page
def promise_sums(day: date) -> PromiseCounts:
    """How many of each state there are of all targets, without counting the members. One query."""
    return _counted(targets_with_state(day).order_by(), 0)


def _counted(rows: QuerySet[Any], members: int) -> PromiseCounts:
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    return PromiseCounts({state: counts.get(state, 0) for state in ORDER}, counts.get("", 0), members)


def member_promises(day: date, limit: int) -> tuple[list[MemberPromises], int]:
    """So many members with targets that have a day, and how many there are.

    Of more, those with the most that is missed and overdue.
    """
    states: dict[int, list[TargetState]] = defaultdict(list)
    rows = targets_with_state(day).exclude(state="").order_by()
    for organisation_id, state in rows.values_list("organisation_id", "state"):
        states[organisation_id].append(TargetState(state))
    bad = (TargetState.MISSED, TargetState.LATE)
    chosen = sorted(states, key=lambda pk: (-sum(state in bad for state in states[pk]), pk))[:limit]
    organisations = Organisation.objects.visible_to(ANYONE).filter(pk__in=chosen)
    members = [MemberPromises(each, sorted(states[each.pk], key=ORDER.index)) for each in organisations]
    return members, len(states)


def promises_of(
    rows: Iterable[PublishedTarget], day: date, among: Iterable[PublishedPledge] | None = None
) -> list[Promise]:
    """These targets with all that is shown of them, in their order. As many queries however many they are.

    `among`: the pledges that they may be of, where they are at hand.
    """
    targets = list(rows)
    records = {row.record for row in targets}
    if among is None:
        current = PublishedPledge.objects.current().select_related("organisation")
        among = current.filter(record__in=records)
    pledges = {pledge.record: pledge for pledge in among if pledge.record in records}
    standings = target_standings(pledges.values(), day)
    commitments = promised_commitments(pledges.values())
    verdicts = _verdicts(pledges.values())
    not_filed = _not_filed({pledge.organisation_id for pledge in pledges.values()})
    ends = _membership_ends(pledges.values(), day)
    return [
        Promise(
            pledge,
            standings[row.record, row.number],
            commitments.get(_key_of(pledge)),
            verdicts[pledge.record],
            not_filed[pledge.organisation_id],
            row.valid_from,
            ends.get(pledge.organisation_id) if standings[row.record, row.number].state in _OPEN else None,
        )
        for row in targets
        if (pledge := pledges.get(row.record))
    ]


def promised_commitments(pledges: Iterable[PublishedPledge]) -> dict[tuple[int | None, str], Commitment]:
    """The commitments that these pledges may be to by the version whose keys each names, and key.

    A query for each version that a public page has not read yet.
    """
    charters = sorted({pledge.charter_id for pledge in pledges if pledge.charter_id})
    return {(row.charter_id, row.key): row for pk in charters for row in commitments_of(pk)}


def _verdicts(pledges: Collection[PublishedPledge]) -> dict[UUID, list[PublishedVerdict]]:
    """By pledge the verdicts on its commitment, or on itself where it is beyond the charter, the earliest first."""
    names = _verdict_keys(pledges)
    places = {
        (pledge.organisation_id, name)
        for pledge in pledges
        if pledge.commitment_key
        for name in names[_key_of(pledge)].values()
    }
    rows = PublishedVerdict.objects.current().filter(
        under_own_keys("commitment_key", places) & Q(measure_key="")
        | Q(pledge_record__in={pledge.record for pledge in pledges if not pledge.commitment_key}),
        organisation__in={pledge.organisation_id for pledge in pledges},
    )
    by_place: dict[tuple[int, int, str] | UUID | None, list[PublishedVerdict]] = defaultdict(list)
    # without their reasons, which are long; of each cycle there may be hundreds
    judged = list(rows.defer("reason", "difference").order_by("cycle__ends_on", "pk"))
    cycles = Cycle.objects.in_bulk({row.cycle_id for row in judged})
    for row in judged:
        row.cycle = cycles[row.cycle_id]
        place = (row.organisation_id, row.cycle.charter_id, row.commitment_key)
        by_place[place if row.commitment_key else row.pledge_record].append(row)
    verdicts = {}
    for pledge in pledges:
        own = by_place[pledge.record]
        if pledge.commitment_key:
            versions = names[_key_of(pledge)].items()
            own = [row for pk, name in versions for row in by_place[pledge.organisation_id, pk, name]]
        verdicts[pledge.record] = sorted(own, key=lambda row: (row.cycle.ends_on, row.pk))
    return verdicts


def _membership_ends(pledges: Iterable[PublishedPledge], day: date) -> dict[int, date]:
    """When members that had left by that day did. One query where one has left since, else none."""
    ends = ends_of_membership(pledge.organisation for pledge in pledges)
    return {pk: ended for pk, ended in ends.items() if ended <= day}


def _key_of(pledge: PublishedPledge) -> tuple[int | None, str]:
    return pledge.charter_id, pledge.commitment_key


def _verdict_keys(pledges: Iterable[PublishedPledge]) -> dict[tuple[int | None, str], dict[int, str]]:
    """What each version of its charter, by its id, calls the commitment of a pledge: verdicts have the cycle's key.

    One query, a few more where there are several versions.
    """
    wanted = {_key_of(pledge) for pledge in pledges if pledge.commitment_key}
    charters = {
        pk: each
        for pk, each in (charter_versions() if wanted else {}).items()
        if each.state != CharterState.DRAFT
    }
    return {
        (own, key): {
            pk: name
            for pk, each in charters.items()
            if own in charters and (name := key_in_version(charters[own], key, each))
        }
        for own, key in wanted
    }


def _not_filed(organisation_ids: Collection[int]) -> dict[int, list[Cycle]]:
    rows = PublishedReport.objects.current().filter(
        organisation__in=organisation_ids, notice=Standing.NOT_FILED
    )
    by_member: dict[int, list[Cycle]] = defaultdict(list)
    for row in rows.select_related("cycle").order_by("cycle__ends_on"):
        by_member[row.organisation_id].append(row.cycle)
    return by_member

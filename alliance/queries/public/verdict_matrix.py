"""Verdicts on commitments, counted, compared with the cycle before, and as a matrix."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, QuerySet

from alliance.enums import VERDICT_SCALE, VerdictValue
from alliance.models import Commitment, Cycle, Organisation, PublishedVerdict
from alliance.queries.lineage import lineage_of
from alliance.queries.public.obligations import PublicObligation, obligations_in
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_page

# from the most to the least, as bars and tallies show them; what is not due is last
VERDICT_ORDER = (*reversed(VERDICT_SCALE), VerdictValue.NOT_DUE)
VERDICT_LEVELS = {str(value): level for level, value in enumerate(VERDICT_SCALE, 1)} | {
    str(VerdictValue.NOT_DUE): 0
}
_GOOD_VERDICTS = (VerdictValue.COMPLETE, VerdictValue.SUBSTANTIAL)

Verdicts = Mapping[str, str]  # by the commitment's key


def current_verdicts(**filters: object) -> dict[tuple[int, int], dict[str, str]]:
    """The commitments' verdicts that hold now, by (cycle, organisation) and commitment. One query."""
    verdicts: dict[tuple[int, int], dict[str, str]] = {}
    for cycle_id, organisation_id, key, value in _commitment_verdicts(**filters).values_list(
        "cycle_id", "organisation_id", "commitment_key", "value"
    ):
        verdicts.setdefault((cycle_id, organisation_id), {})[key] = value
    return verdicts


def _commitment_verdicts(**filters: object) -> QuerySet[PublishedVerdict]:
    rows = PublishedVerdict.objects.current().filter(measure_key="", pledge_record__isnull=True, **filters)
    return rows.exclude(commitment_key="")


def verdicts_before_corrections(cycle: Cycle) -> dict[int, dict[str, str]]:
    """Of the commitments' corrected verdicts what they were before, by organisation and commitment. One query.

    It is the same verdict where its reason alone was corrected.
    """
    rows = PublishedVerdict.objects.current().filter(
        cycle=cycle, measure_key="", pledge_record__isnull=True, corrected_in__isnull=False
    )
    before: dict[int, dict[str, str]] = {}
    for organisation_id, key, was in rows.values_list("organisation_id", "commitment_key", "was"):
        before.setdefault(organisation_id, {})[key] = was["value"]
    return before


@dataclass(frozen=True)
class VerdictTally:
    """How many verdicts of each value."""

    values: Counter[str]

    @classmethod
    def of(cls, values: Iterable[str]) -> "VerdictTally":
        return cls(Counter(values))

    @property
    def counts(self) -> list[tuple[str, int]]:
        """From complete to not due, with the noughts: for bars and lists."""
        return [(str(value), self.values[value]) for value in VERDICT_ORDER]

    @property
    def due(self) -> int:
        return self.values.total() - self.values[VerdictValue.NOT_DUE]

    @property
    def good(self) -> int:
        """Complete or substantial."""
        return sum(self.values[value] for value in _GOOD_VERDICTS)

    @property
    def total(self) -> int:
        return self.values.total()

    @property
    def largest(self) -> int:
        return max(self.values.values(), default=0)


def verdict_tallies(cycle_ids: Sequence[int]) -> dict[int, VerdictTally]:
    """The commitments' verdicts of each of these cycles, counted by the database. One query."""
    rows = _commitment_verdicts(cycle_id__in=cycle_ids).order_by()
    tallies = {cycle_id: VerdictTally(Counter()) for cycle_id in cycle_ids}
    for cycle_id, value, count in rows.values_list("cycle_id", "value").annotate(Count("pk")):
        tallies[cycle_id].values[value] = count
    return tallies


@dataclass(frozen=True, slots=True)
class VerdictChanges:
    """What became of the verdicts since the cycle before; `new` were not given or not due then."""

    improved: int = 0
    worsened: int = 0
    unchanged: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class VerdictMatrixRow:
    """One member in one cycle: what became of its report, its verdicts now and in the cycle before."""

    obligation: PublicObligation
    verdicts: Verdicts
    earlier: Verdicts = field(default_factory=dict)
    corrected: Verdicts = field(default_factory=dict)  # of those corrected, what they were before

    @property
    def organisation(self) -> Organisation:
        return self.obligation.organisation

    @property
    def tally(self) -> VerdictTally:
        return VerdictTally.of(self.verdicts.values())


@dataclass(frozen=True)
class VerdictMatrix:
    """Members by commitments in one cycle; what is counted counts all members, whatever rows are shown."""

    cycle: Cycle
    earlier: Cycle | None
    commitments: Sequence[Commitment]
    rows: Sequence[VerdictMatrixRow]  # of all members, or of one page of them
    current: Mapping[int, Verdicts]  # of all members
    previous: Mapping[int, Verdicts]

    @cached_property
    def tally(self) -> VerdictTally:
        return VerdictTally.of(value for verdicts in self.current.values() for value in verdicts.values())

    @cached_property
    def changes(self) -> VerdictChanges:
        return verdict_changes((verdicts, self.previous.get(pk, {})) for pk, verdicts in self.current.items())

    def values_of(self, key: str) -> list[str]:
        """All members' verdicts on one commitment."""
        return [verdicts[key] for verdicts in self.current.values() if key in verdicts]


def verdict_changes(pairs: Iterable[tuple[Verdicts, Verdicts]]) -> VerdictChanges:
    """Count, over (now, before) of each member, the verdicts that are due now by what became of them."""
    counts: Counter[str] = Counter()
    for now, before in pairs:
        for key, value in now.items():
            level = VERDICT_LEVELS[value]
            if not level:
                continue
            earlier_level = VERDICT_LEVELS[before.get(key, VerdictValue.NOT_DUE)]
            if not earlier_level:
                counts["new"] += 1
            elif level == earlier_level:
                counts["unchanged"] += 1
            else:
                counts["improved" if level > earlier_level else "worsened"] += 1
    return VerdictChanges(**counts)


@cached_for_page
def commitments_of(charter_id: int) -> list[Commitment]:
    """The commitments of a charter in their order. One query."""
    return list(Commitment.objects.visible_to(ANYONE).filter(charter_id=charter_id))


def verdict_matrix(
    cycle: Cycle, earlier: Cycle | None = None, obligations: Iterable[PublicObligation] | None = None
) -> VerdictMatrix:
    """The matrix of a published cycle beside the one before it, under the keys of this one's charter.

    With a row for each of the obligations, else for all of the cycle. Six queries at most, however many members; a few
    more where the charter has changed in between.
    """
    all_verdicts = current_verdicts(cycle_id__in=[each.pk for each in (cycle, earlier) if each])
    follow = key_translator(cycle, earlier)
    verdicts_now = {
        member: verdicts for (cycle_id, member), verdicts in all_verdicts.items() if cycle_id == cycle.pk
    }
    before = {
        member: follow(verdicts)
        for (cycle_id, member), verdicts in all_verdicts.items()
        if cycle_id != cycle.pk
    }
    corrected = verdicts_before_corrections(cycle)
    rows = [
        VerdictMatrixRow(
            obligation=obligation,
            verdicts=verdicts_now.get(obligation.organisation.pk, {}),
            earlier=before.get(obligation.organisation.pk, {}),
            corrected=corrected.get(obligation.organisation.pk, {}),
        )
        for obligation in (obligations_in(cycle) if obligations is None else obligations)
    ]
    return VerdictMatrix(cycle, earlier, commitments_of(cycle.charter_id), rows, verdicts_now, before)


def key_translator(cycle: Cycle, earlier: Cycle | None) -> Callable[[Verdicts], Verdicts]:
    """Puts the verdicts of the cycle before under the keys of this one's charter."""
    if earlier is None or earlier.charter_id == cycle.charter_id:
        return lambda verdicts: verdicts
    lineage, version = lineage_of(cycle.charter), earlier.charter.version

    def follow(verdicts: Verdicts) -> Verdicts:
        named = ((lineage.current_key(key, version), value) for key, value in verdicts.items())
        return {key: value for key, value in named if key}

    return follow

"""Verdicts on commitments, counted, compared with the cycle before, and as a matrix."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, QuerySet, Sum

from alliance.enums import VERDICT_SCALE, CycleState, VerdictValue
from alliance.models import Commitment, Cycle, Organisation, PublishedReport, PublishedVerdict
from alliance.queries.lineage import lineage_of
from alliance.queries.public.obligations import PublicObligation, obligations_in
from alliance.queries.public.sides import Side
from alliance.queries.public.verdict_pairs import pair_counts
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_page, number_read_as_of

# from the most to the least, as bars and tallies show them; what is not due is last
VERDICT_ORDER = (*reversed(VERDICT_SCALE), VerdictValue.NOT_DUE)
VERDICT_LEVELS = {str(value): level for level, value in enumerate(VERDICT_SCALE, 1)} | {
    str(VerdictValue.NOT_DUE): 0
}
_GOOD_VERDICTS = (VerdictValue.COMPLETE, VerdictValue.SUBSTANTIAL)

Verdicts = Mapping[str, str]  # by the commitment's key


@dataclass(frozen=True, slots=True)
class VerdictCorrection:
    """What a verdict was before it was corrected, and the number of the publication that corrected it."""

    before: str
    number: int

    @classmethod
    def of(cls, corrected_in: int | None, was: Mapping[str, str] | None) -> "VerdictCorrection | None":
        """Of the columns of a published verdict; None where it was not corrected."""
        return cls(was["value"], corrected_in) if corrected_in is not None and was is not None else None


@dataclass(frozen=True, slots=True)
class JudgedReport:
    """The commitments' verdicts of one report, and of those that were corrected what they were before."""

    verdicts: dict[str, str] = field(default_factory=dict)  # by the commitment's key
    corrections: dict[str, VerdictCorrection] = field(default_factory=dict)


def current_verdicts(**filters: object) -> dict[tuple[int, int], dict[str, str]]:
    """The commitments' verdicts that hold now, by (cycle, organisation) and commitment. One query."""
    verdicts: dict[tuple[int, int], dict[str, str]] = {}
    for cycle_id, organisation_id, key, value in _commitment_verdicts(**filters).values_list(
        "cycle_id", "organisation_id", "commitment_key", "value"
    ):
        verdicts.setdefault((cycle_id, organisation_id), {})[key] = value
    return verdicts


def judged_reports(**filters: object) -> dict[tuple[int, int], JudgedReport]:
    """The same with what was corrected. One query."""
    reports: dict[tuple[int, int], JudgedReport] = {}
    for cycle_id, organisation_id, key, value, number, was in _commitment_verdicts(**filters).values_list(
        "cycle_id", "organisation_id", "commitment_key", "value", "corrected_in", "was"
    ):
        report = reports.setdefault((cycle_id, organisation_id), JudgedReport())
        report.verdicts[key] = value
        if correction := VerdictCorrection.of(number, was):
            report.corrections[key] = correction
    return reports


def _commitment_verdicts(**filters: object) -> QuerySet[PublishedVerdict]:
    rows = PublishedVerdict.objects.current().filter(measure_key="", pledge_record__isnull=True, **filters)
    return rows.exclude(commitment_key="")


def verdicts_before_corrections(cycle: Cycle, among: Collection[int]) -> dict[int, dict[str, str]]:
    """Of these members' corrected verdicts on commitments what they were before, by member and commitment. One query.

    It is the same verdict where its reason alone was corrected.
    """
    rows = PublishedVerdict.objects.current().filter(
        cycle=cycle,
        organisation_id__in=among,
        measure_key="",
        pledge_record__isnull=True,
        corrected_in__isnull=False,
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


def verdict_counts(verdicts: Iterable[PublishedVerdict]) -> list[int]:
    """How many of these are on commitments, of each value in the order of `VERDICT_ORDER`: a column of the report."""
    values = Counter(
        verdict.value
        for verdict in verdicts
        if verdict.commitment_key and not verdict.measure_key and verdict.pledge_record is None
    )
    return [values[value] for value in VERDICT_ORDER]


def tally_of(report: PublishedReport) -> VerdictTally:
    """The verdicts on commitments of a published report; none of a notice."""
    return VerdictTally(Counter(dict(zip(map(str, VERDICT_ORDER), report.verdict_counts, strict=False))))


def verdict_tallies(cycle_ids: Sequence[int]) -> dict[int, VerdictTally]:
    """The commitments' verdicts of each of these cycles, from what each report has of them. One query.

    Summed once for all public pages of a revision.
    """
    return _verdict_tallies(tuple(cycle_ids))


@cached_for_page
def _verdict_tallies(cycle_ids: tuple[int, ...]) -> dict[int, VerdictTally]:
    rows = PublishedReport.objects.current().filter(cycle_id__in=cycle_ids).order_by()
    sums = {f"sum_{place}": Sum(f"verdict_counts__{place}") for place in range(len(VERDICT_ORDER))}
    tallies = {cycle_id: VerdictTally(Counter()) for cycle_id in cycle_ids}
    for cycle_id, *counts in rows.values_list("cycle_id").annotate(**sums):
        values = zip(map(str, VERDICT_ORDER), counts, strict=True)
        tallies[cycle_id] = VerdictTally(Counter({value: count or 0 for value, count in values}))
    return tallies


def last_judged_cycle_id(organisation: Organisation) -> int | None:
    """The last cycle of which a report of the member is published with verdicts on commitments. One query."""
    rows = PublishedReport.objects.current().filter(
        organisation=organisation, cycle__state=CycleState.PUBLISHED
    )
    counted = rows.order_by("-cycle__starts_on", "-cycle").values_list("cycle_id", "verdict_counts")
    return next((pk for pk, counts in counted if any(counts)), None)


def commitment_tallies(cycle: Cycle) -> dict[str, VerdictTally]:
    """All members' verdicts of a cycle on each commitment, counted by the database. One query."""
    rows = _commitment_verdicts(cycle_id=cycle.pk).order_by().values_list("commitment_key", "value")
    tallies: dict[str, VerdictTally] = {}
    for key, value, count in rows.annotate(Count("organisation_id")):
        tallies.setdefault(key, VerdictTally(Counter())).values[value] = count
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
    """One member in one cycle: what became of its report, and its verdicts."""

    obligation: PublicObligation
    verdicts: Verdicts
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
    tallies: Mapping[str, VerdictTally]  # of all members, by the commitment's key
    changes: VerdictChanges  # of all members

    @cached_property
    def tally(self) -> VerdictTally:
        return VerdictTally(sum((each.values for each in self.tallies.values()), Counter[str]()))


def verdict_changes(pairs: Iterable[tuple[Verdicts, Verdicts]]) -> VerdictChanges:
    """Count, over (now, before) of each member, the verdicts that are due now by what became of them."""
    return changes_in(
        Counter(
            (value, before.get(key, VerdictValue.NOT_DUE))
            for now, before in pairs
            for key, value in now.items()
        )
    )


def changes_in(pairs: Mapping[tuple[str, str], int]) -> VerdictChanges:
    """The same of pairs (now, before) that are counted already."""
    counts: Counter[str] = Counter()
    for (now, before), count in pairs.items():
        level, earlier_level = VERDICT_LEVELS[now], VERDICT_LEVELS[before]
        if not level:
            continue
        if not earlier_level:
            counts["new"] += count
        elif level == earlier_level:
            counts["unchanged"] += count
        else:
            counts["improved" if level > earlier_level else "worsened"] += count
    return VerdictChanges(**counts)


@cached_for_page
def commitments_of(charter_id: int) -> list[Commitment]:
    """The commitments of a charter in their order. One query."""
    return list(Commitment.objects.visible_to(ANYONE).filter(charter_id=charter_id))


def verdict_matrix(
    cycle: Cycle, earlier: Cycle | None = None, obligations: Iterable[PublicObligation] | None = None
) -> VerdictMatrix:
    """The matrix of a published cycle beside the one before it, under the keys of this one's charter.

    With a row for each of the obligations, else for all of the cycle. Verdicts are read of these rows alone, and
    counted of all. Eight queries at most, however many members; a few more where the charter has changed in between.
    """
    shown = obligations_in(cycle) if obligations is None else list(obligations)
    members = [obligation.organisation.pk for obligation in shown]
    verdicts = current_verdicts(cycle_id=cycle.pk, organisation_id__in=members)
    corrected = verdicts_before_corrections(cycle, members)
    rows = [
        VerdictMatrixRow(
            obligation=obligation,
            verdicts=verdicts.get((cycle.pk, obligation.organisation.pk), {}),
            corrected=corrected.get(obligation.organisation.pk, {}),
        )
        for obligation in shown
    ]
    return VerdictMatrix(
        cycle,
        earlier,
        commitments_of(cycle.charter_id),
        rows,
        commitment_tallies(cycle),
        changes_since(cycle, earlier),
    )


def changes_since(cycle: Cycle, earlier: Cycle | None) -> VerdictChanges:
    """What became of the verdicts of an earlier cycle in this one. One query, a few more across versions."""
    number = number_read_as_of()
    return changes_in(pair_counts(Side(earlier, number) if earlier else None, Side(cycle, number)))


def key_translator(cycle: Cycle, earlier: Cycle | None) -> Callable[[Verdicts], Verdicts]:
    """Puts the verdicts of the cycle before under the keys of this one's charter."""
    if earlier is None or earlier.charter_id == cycle.charter_id:
        return lambda verdicts: verdicts
    lineage, version = lineage_of(cycle.charter), earlier.charter.version

    def follow(verdicts: Verdicts) -> Verdicts:
        named = ((lineage.current_key(key, version), value) for key, value in verdicts.items())
        return {key: value for key, value in named if key}

    return follow

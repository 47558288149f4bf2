"""How it stands: verdicts on commitments, counted, compared with the cycle before, and as a matrix."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import QuerySet

from alliance.enums import VERDICT_SCALE, VerdictValue
from alliance.models import Commitment, Cycle, Organisation, PublishedReport, PublishedVerdict
from alliance.queries.lineage import lineage_of
from portal.kernel.access import ANYONE
from portal.kernel.kept import kept_for_pages

# from the most to the least, as bars and tallies show them; what is not due stands at the end
ORDER = (*reversed(VERDICT_SCALE), VerdictValue.NOT_DUE)
LEVELS = {str(value): level for level, value in enumerate(VERDICT_SCALE, 1)} | {str(VerdictValue.NOT_DUE): 0}
_GOOD = (VerdictValue.COMPLETE, VerdictValue.SUBSTANTIAL)

Verdicts = Mapping[str, str]  # by the commitment's key


def standings(**which: object) -> dict[tuple[int, int], dict[str, str]]:
    """The commitments' verdicts that hold now, by (cycle, organisation) and commitment. One query."""
    rows = PublishedVerdict.objects.current().filter(measure_key="", pledge_record__isnull=True, **which)
    found: dict[tuple[int, int], dict[str, str]] = {}
    for cycle_id, organisation_id, key, value in rows.exclude(commitment_key="").values_list(
        "cycle_id", "organisation_id", "commitment_key", "value"
    ):
        found.setdefault((cycle_id, organisation_id), {})[key] = value
    return found


@dataclass(frozen=True)
class Tally:
    """How many verdicts of each value."""

    values: Counter[str]

    @classmethod
    def of(cls, values: Iterable[str]) -> "Tally":
        return cls(Counter(values))

    @property
    def counts(self) -> list[tuple[str, int]]:
        """From complete to not due, with the noughts: for bars and lists."""
        return [(str(value), self.values[value]) for value in ORDER]

    @property
    def due(self) -> int:
        return self.values.total() - self.values[VerdictValue.NOT_DUE]

    @property
    def good(self) -> int:
        """Complete or substantial."""
        return sum(self.values[value] for value in _GOOD)

    @property
    def total(self) -> int:
        return self.values.total()

    @property
    def most(self) -> int:
        return max(self.values.values(), default=0)


@dataclass(frozen=True, slots=True)
class Moves:
    """What became of the verdicts since the cycle before; `new` were not given or not due then."""

    rose: int = 0
    fell: int = 0
    stayed: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One member in one cycle: its verdicts now and in the cycle before, or the notice instead of them."""

    organisation: Organisation
    notice: str
    verdicts: Verdicts
    earlier: Verdicts = field(default_factory=dict)

    @property
    def tally(self) -> Tally:
        return Tally.of(self.verdicts.values())


@dataclass(frozen=True)
class Matrix:
    """Members by commitments in one cycle; what is counted counts all members, whatever rows are shown."""

    cycle: Cycle
    earlier: Cycle | None
    commitments: Sequence[Commitment]
    rows: Sequence[MatrixRow]  # of all members, or of one page of them
    given: Mapping[int, Verdicts]  # of all members
    before: Mapping[int, Verdicts]

    @cached_property
    def tally(self) -> Tally:
        return Tally.of(value for verdicts in self.given.values() for value in verdicts.values())

    @cached_property
    def moves(self) -> Moves:
        return moves_of((verdicts, self.before.get(pk, {})) for pk, verdicts in self.given.items())

    def values_of(self, key: str) -> list[str]:
        """All members' verdicts on one commitment."""
        return [verdicts[key] for verdicts in self.given.values() if key in verdicts]


def moves_of(pairs: Iterable[tuple[Verdicts, Verdicts]]) -> Moves:
    """Count, over (now, before) of each member, the verdicts that are due now by what became of them."""
    counted: Counter[str] = Counter()
    for now, before in pairs:
        for key, value in now.items():
            if LEVELS[value]:
                counted[_move(LEVELS[value], LEVELS[before.get(key, VerdictValue.NOT_DUE)])] += 1
    return Moves(**counted)


def _move(now: int, before: int) -> str:
    if not before:
        return "new"
    return "stayed" if now == before else "rose" if now > before else "fell"


@kept_for_pages
def commitments_of(charter_id: int) -> list[Commitment]:
    """The commitments of a charter in their order. One query."""
    return list(Commitment.objects.visible_to(ANYONE).filter(charter_id=charter_id))


def reports_in(cycle: Cycle) -> QuerySet[PublishedReport]:
    """The reports and notices of one cycle by member's name, as a matrix has its rows."""
    rows = PublishedReport.objects.current().filter(cycle=cycle).select_related("organisation")
    return rows.defer("answers", "evidence", "reason").order_by("organisation__name", "pk")


def matrix_of(
    cycle: Cycle, earlier: Cycle | None = None, shown: Iterable[PublishedReport] | None = None
) -> Matrix:
    """The matrix of a published cycle beside the one before it, under the keys of this one's charter.

    With the rows of the reports that are `shown`, else of all. Three queries, however many members; a few more
    where the charter has changed in between.
    """
    found = standings(cycle_id__in=[one.pk for one in (cycle, earlier) if one])
    follow = _follower(cycle, earlier)
    given = {member: verdicts for (one, member), verdicts in found.items() if one == cycle.pk}
    before = {member: follow(verdicts) for (one, member), verdicts in found.items() if one != cycle.pk}
    rows = [
        MatrixRow(
            organisation=report.organisation,
            notice=report.notice,
            verdicts=given.get(report.organisation_id, {}),
            earlier=before.get(report.organisation_id, {}),
        )
        for report in (reports_in(cycle) if shown is None else shown)
    ]
    return Matrix(cycle, earlier, commitments_of(cycle.charter_id), rows, given, before)


def _follower(cycle: Cycle, earlier: Cycle | None) -> Callable[[Verdicts], Verdicts]:
    """Puts the verdicts of the cycle before under the keys of this one's charter."""
    if earlier is None or earlier.charter_id == cycle.charter_id:
        return lambda verdicts: verdicts
    lineage, version = lineage_of(cycle.charter), earlier.charter.version

    def follow(verdicts: Verdicts) -> Verdicts:
        named = ((lineage.follow(key, version), value) for key, value in verdicts.items())
        return {key: value for key, value in named if key}

    return follow

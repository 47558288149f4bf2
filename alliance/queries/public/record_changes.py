"""What changed in the record between two cycles or two days: verdicts, reports, figures, promises, corrections."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language

from alliance.enums import PledgeState, Standing, TargetState
from alliance.models import (
    Commitment,
    Organisation,
    PublishedPledge,
    PublishedResponse,
    PublishedVerdict,
    TimelineEntry,
)
from alliance.queries.public.cycles import latest_cycle
from alliance.queries.public.figure_moves import FigureMoves, figure_moves
from alliance.queries.public.members import ids_by_name
from alliance.queries.public.obligations import (
    FILED_STANDINGS,
    PublicObligation,
    obligations_in,
    standings_in,
)
from alliance.queries.public.promise_changes import ChangedPromise, changed_promises, changed_targets
from alliance.queries.public.record import last_number_on
from alliance.queries.public.sides import Side, as_known_now
from alliance.queries.public.verdict_matrix import (
    VERDICT_LEVELS,
    VerdictChanges,
    changes_in,
    commitments_of,
)
from alliance.queries.public.verdict_pairs import MovedVerdict, Pair, counted_and_moved_verdicts
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_page, reading_as_of

Row = TypeVar("Row")
# a reply and a pledge keep their kind in the timeline when they are corrected
_IS_CORRECTION = Q(kind="correction") | Q(kind__in=("response", "pledge"), detail__has_key="corrected_values")
_ENDED = (PledgeState.FULFILLED, PledgeState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class VerdictMove:
    """A verdict that is another one than before."""

    organisation: Organisation
    commitment: Commitment
    before: str
    now: str
    reason: str = ""  # why it is what it is now
    language: str = ""
    has_reply: bool = False
    was: str = ""  # before the present one was corrected
    corrected_in: int | None = None

    @property
    def rose(self) -> bool:
        return VERDICT_LEVELS[self.now] > VERDICT_LEVELS[self.before]


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """The first rows of a kind, and how many there are."""

    rows: Sequence[Row]
    total: int


@dataclass(frozen=True, slots=True)
class RecordChanges:
    """Everything that changed, the worse before the better; of what is read in part, how much there is."""

    before: Side | None  # None: no cycle was published yet
    now: Side | None
    fell: Part[VerdictMove]
    rose: Part[VerdictMove]
    stayed: int
    new_verdicts: int
    not_filed: Part[PublicObligation]
    filed_again: Part[PublicObligation]  # did not file before
    figures: FigureMoves
    promises: Mapping[str, Part[ChangedPromise]]  # missed, late, kept
    pledges: Mapping[str, Part[PublishedPledge]]  # new, fulfilled, withdrawn
    corrections: Part[TimelineEntry]
    withdrawals: Part[TimelineEntry]

    @property
    def is_empty(self) -> bool:
        totals = (
            self.not_filed.total,
            self.filed_again.total,
            self.fell.total,
            self.rose.total,
            self.new_verdicts,
            self.figures.all_worse,
            self.figures.all_better,
            self.promise_count,
            self.corrections.total,
            self.withdrawals.total,
        )
        return not any(totals)

    @property
    def promise_count(self) -> int:
        """Targets that were decided or fell overdue, and pledges."""
        targets = sum(part.total for part in self.promises.values())
        return targets + sum(part.total for part in self.pledges.values())

    def only_worse(self) -> "RecordChanges":
        """What got worse alone: of corrections and withdrawn publications nobody can say that."""
        nothing: Part[Any] = Part((), 0)
        return replace(
            self,
            rose=nothing,
            filed_again=nothing,
            figures=self.figures.only_worse(),
            promises={**self.promises, "kept": nothing},
            pledges={name: part if name == "withdrawn" else nothing for name, part in self.pledges.items()},
            corrections=nothing,
            withdrawals=nothing,
        )

    @property
    def is_one_cycle(self) -> bool:
        """The cycle is the same on both sides: what was filed late may have changed in it."""
        return self.before is not None and self.now is not None and self.before.cycle == self.now.cycle


def side_on(day_end: datetime) -> Side | None:
    """The last cycle that was published before this moment, as it was known then; None before the first."""
    number = last_number_on(day_end)
    with reading_as_of(number):
        cycle = latest_cycle()
    return Side(cycle, number) if cycle else None


def changes_between(
    before: Side | None,
    now: Side | None,
    *,
    days: tuple[date, date],
    numbers: tuple[int, int],
    organisation: Organisation | None = None,
    limit: int | None,
) -> RecordChanges:
    """What changed from one side to the other, of all members or of one.

    Promises are those that are known to be kept, missed or overdue on the last of `days`, after the last of `numbers`,
    and were not so on the first. New and ended pledges, corrections and withdrawals are the publications in `numbers`,
    after the first, up to the last. At most `limit` of each are read in full, or all. As many queries however much
    there is.
    """
    moves, counted = _verdict_moves(before, now, organisation, limit) if now else ([], VerdictChanges())
    nothing: Part[PublicObligation] = Part((), 0)
    not_filed, filed_again = _filed_changes(before, now, organisation, limit) if now else (nothing, nothing)
    entries = _entries(numbers, organisation, limit)
    return RecordChanges(
        before,
        now,
        Part([move for move in moves if not move.rose], counted.worsened),
        Part([move for move in moves if move.rose], counted.improved),
        counted.unchanged,
        counted.new,
        not_filed,
        filed_again,
        figure_moves(before, now, organisation, limit) if before and now else FigureMoves(()),
        _promises(days, numbers, organisation, limit),
        _pledges(numbers, organisation, limit),
        entries["correction"],
        entries["withdrawal"],
    )


def _part(rows: QuerySet[Any], limit: int | None) -> Part[Any]:
    """The first of these rows, and how many there are. One query."""
    first = list(rows.annotate(total=Window(Count("pk")))[:limit])
    return Part(first, first[0].total if first else 0)


def _parts(
    rows: QuerySet[Any], column: str, names: Sequence[str], order: Sequence[str], limit: int | None
) -> dict[str, Part[Any]]:
    """By what stands in a column the first of these rows, and how many have it. One query."""
    counted = rows.filter(**{f"{column}__in": names}).annotate(
        total=Window(Count("pk"), partition_by=F(column)),
        place=Window(RowNumber(), partition_by=F(column), order_by=order),
    )
    first = counted.order_by(*order) if limit is None else counted.filter(place__lte=limit).order_by(*order)
    by_name: dict[str, list[Any]] = {name: [] for name in names}
    for row in first:
        by_name[getattr(row, column)].append(row)
    return {name: Part(some, some[0].total if some else 0) for name, some in by_name.items()}


def _entries(
    numbers: tuple[int, int], organisation: Organisation | None, limit: int | None
) -> dict[str, Part[TimelineEntry]]:
    """The corrections and the withdrawals that were published in between, the latest first."""
    entries = TimelineEntry.objects.current().filter(valid_from__gt=numbers[0], valid_from__lte=numbers[1])
    if organisation:
        entries = entries.filter(organisation=organisation)
    what = Case(When(_IS_CORRECTION, then=Value("correction")), default=F("kind"), output_field=CharField())
    rows = entries.select_related("organisation", "cycle__charter").annotate(what=what)
    return _parts(rows, "what", ("correction", "withdrawal"), ("-valid_from",), limit)


def _verdict_moves(
    before: Side | None, now: Side, organisation: Organisation | None, limit: int | None
) -> tuple[list[VerdictMove], VerdictChanges]:
    """By member’s name, then in the order of the charter, at most so many of each way; and how many there are."""
    commitments = {each.key: each for each in commitments_of(now.cycle.charter_id)}
    sides = as_known_now(before) if before else None, as_known_now(now)
    is_kept = organisation is None and limit is not None and all(each.is_present for each in sides if each)
    read = _counted_and_moved_of_all if is_kept else _counted_and_moved
    pairs, moved = read(*sides, organisation, limit, get_language())
    organisations = Organisation.objects.visible_to(ANYONE).in_bulk({row[0] for row in moved})
    # what is kept may be a moment old, and a member or a verdict gone since
    moves = [
        VerdictMove(organisations[pk], commitments[key], earlier, value)
        for pk, key, value, earlier in moved
        if pk in organisations
    ]
    return _with_reasons(now, moves), changes_in(pairs)


def _counted_and_moved(
    before: Side | None, now: Side, organisation: Organisation | None, limit: int | None, language: str | None
) -> tuple[Counter[Pair], list[MovedVerdict]]:
    del language  # the active one, in whose alphabet the members stand: of many the first are read
    commitments = [each.key for each in commitments_of(now.cycle.charter_id)]
    members = [organisation.pk] if organisation else ids_by_name()
    return counted_and_moved_verdicts(before, now, organisation, members, commitments, limit)


# of two cycles as they are known now: there are not many of these, and thousands of verdicts in each
_counted_and_moved_of_all = cached_for_page(_counted_and_moved)


def _with_reasons(side: Side, moves: Sequence[VerdictMove]) -> list[VerdictMove]:
    """The moves with reason, reply and correction of the verdict as it is now, without those of none. Two queries."""
    if not moves:
        return []
    places = {
        "cycle": side.cycle,
        "organisation__in": {move.organisation.pk for move in moves},
        "commitment_key__in": {move.commitment.key for move in moves},
    }
    with reading_as_of(side.number):
        verdicts = {
            (row.organisation_id, row.commitment_key): row
            for row in PublishedVerdict.objects.current().filter(measure_key="", pledge_record=None, **places)
        }
        replies = PublishedResponse.objects.current().filter(**places)
        replied = set(replies.values_list("organisation_id", "commitment_key"))
    keyed = (((move.organisation.pk, move.commitment.key), move) for move in moves)
    return [_with_reason(move, verdicts[key], key in replied) for key, move in keyed if key in verdicts]


def _with_reason(move: VerdictMove, row: PublishedVerdict, has_reply: bool) -> VerdictMove:
    return replace(
        move,
        reason=row.reason,
        language=row.language,
        has_reply=has_reply,
        was=row.was["value"] if row.was else "",
        corrected_in=row.corrected_in,
    )


def _filed_changes(
    before: Side | None, now: Side, organisation: Organisation | None, limit: int | None
) -> tuple[Part[PublicObligation], Part[PublicObligation]]:
    """The members that did not file now, and those that file again after they had not; at most so many of each.

    Within one cycle: those of which only one of the two was known before.
    """
    standings = _standings([side for side in (before, now) if side])
    earlier, present = (standings.get(side, {}) for side in (before, now))
    silent = {pk for pk, standing in earlier.items() if standing == Standing.NOT_FILED}
    known = silent if before and before.cycle == now.cycle else set()
    not_filed = {pk for pk, standing in present.items() if standing == Standing.NOT_FILED} - known
    again = {pk for pk in silent if present.get(pk) in FILED_STANDINGS}
    with reading_as_of(now.number):
        sets = [some & {organisation.pk} if organisation else some for some in (not_filed, again)]
        order = ids_by_name(set().union(*sets)) if any(sets) else []
        first = [[pk for pk in order if pk in some][:limit] for some in sets]
        rows = obligations_in(now.cycle, [*first[0], *first[1]])
    listed, filed = ([each for each in rows if each.organisation.pk in some] for some in first)
    return Part(listed, len(sets[0])), Part(filed, len(sets[1]))


def _standings(sides: Sequence[Side]) -> dict[Side | None, dict[int, Standing]]:
    """What became of each obligation on each side, by organisation. What is known of one day is read at once."""
    standings: dict[Side | None, dict[int, Standing]] = {side: {} for side in sides}
    for number in dict.fromkeys(side.number for side in sides):
        cycles = {side.cycle.pk: side for side in sides if side.number == number}
        with reading_as_of(number):
            known = standings_in([side.cycle for side in cycles.values()])
        for (cycle, pk), standing in known.items():
            standings[cycles[cycle]][pk] = standing
    return standings


def _promises(
    days: tuple[date, date], numbers: tuple[int, int], organisation: Organisation | None, limit: int | None
) -> dict[str, Part[ChangedPromise]]:
    """The targets that became something else in between, by what became of them."""
    rows = changed_targets(numbers, days)
    with reading_as_of(numbers[1]):
        return _promise_parts(rows, days[1], organisation, limit)


def _promise_parts(
    rows: QuerySet[Any], day: date, organisation: Organisation | None, limit: int | None
) -> dict[str, Part[ChangedPromise]]:
    """Those of these targets that are decided or overdue on this day, the earliest first.

    At most `limit` of all: missed ones before those overdue, and these before those kept.
    """
    came = rows.filter(organisation=organisation) if organisation else rows
    states = [state.value for state in (TargetState.MISSED, TargetState.LATE, TargetState.KEPT)]
    parts = _parts(came, "state", states, ("due_on", "record", "number"), limit)
    listed = [row for part in parts.values() for row in part.rows][:limit]
    everything = {
        (promise.pledge.record, promise.standing.number): promise for promise in changed_promises(listed, day)
    }
    return {
        name: Part(
            [
                everything[row.record, row.number]
                for row in part.rows
                if (row.record, row.number) in everything
            ],
            part.total,
        )
        for name, part in parts.items()
    }


def _pledges(
    numbers: tuple[int, int], organisation: Organisation | None, limit: int | None
) -> dict[str, Part[PublishedPledge]]:
    """The pledges that were first published in between, and those that were fulfilled or withdrawn then."""
    rows = PublishedPledge.objects.current().select_related("organisation").order_by("valid_from")
    if organisation:
        rows = rows.filter(organisation=organisation)
    every = PublishedPledge.objects.all()
    first = {"new": rows.filter(_first_in(every, numbers))} | {
        state.value: rows.filter(_first_in(every.filter(state=state), numbers), state=state)
        for state in _ENDED
    }
    return {name: _part(some, limit) for name, some in first.items()}


def _first_in(revisions: QuerySet[PublishedPledge], numbers: tuple[int, int]) -> Exists:
    """Whether the first of these revisions of a pledge was published in between: later ones may correct it."""
    earlier = revisions.filter(record=OuterRef("record"), valid_from__lt=OuterRef("valid_from"))
    published = revisions.filter(valid_from__gt=numbers[0], valid_from__lte=numbers[1])
    return Exists(published.filter(~Exists(earlier), record=OuterRef("record")))

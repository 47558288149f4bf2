"""Which targets of pledges became something else from one publication to another, each read on its day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.models import PublishedPledge, PublishedTarget
from alliance.queries.public.promises import targets_with_state
from alliance.queries.public.targets import TargetStanding, standings_on_their_days
from portal.kernel.publishing import reading_as_of

Targets = Sequence[Mapping[str, Any]]  # of a published pledge, in its order


@dataclass(frozen=True, slots=True)
class ChangedPromise:
    """One target that became something else: its pledge, what it is now, since which publication that is known."""

    pledge: PublishedPledge
    standing: TargetStanding
    outcome_in: int


def changed_promises(rows: Iterable[PublishedTarget], day: date) -> list[ChangedPromise]:
    """These targets with what is said of a change, in their order. As many queries however many they are.

    Of their figures those that decide them alone: the course of a promise, cycle by cycle, is the ledger's.
    """
    targets = list(rows)
    current = PublishedPledge.objects.current().select_related("organisation")
    pledges = {pledge.record: pledge for pledge in current.filter(record__in={row.record for row in targets})}
    standings = standings_on_their_days(pledges.values(), day)
    return [
        ChangedPromise(pledge, standings[row.record, row.number], row.valid_from)
        for row in targets
        if (pledge := pledges.get(row.record))
    ]


def changed_targets(numbers: tuple[int, int], days: tuple[date, date]) -> QuerySet[Any]:
    """Those that after the last publication are, on the last day, what they were not after the first on the first.

    A target is known by its number; in a pledge whose targets were revised in between by its words and its day, since
    others may stand before it now. One query, and two more where there is such a pledge.
    """
    with reading_as_of(numbers[0]):
        before = targets_with_state(days[0])
    with reading_as_of(numbers[1]):
        now = targets_with_state(days[1])
    same = {name: OuterRef(name) for name in ("record", "number", "due_on", "state")}
    changed = ~Exists(before.filter(**same))
    revised = _revised_targets(*numbers)
    if not revised:
        return now.filter(changed)
    was = {
        (record, number): became
        for record, number, *became in before.filter(record__in=revised).values_list(
            "record", "number", "due_on", "state"
        )
    }
    moved = [
        pk
        for pk, record, number, *became in now.filter(record__in=revised).values_list(
            "pk", "record", "number", "due_on", "state"
        )
        if was.get((record, earlier_number(number, *revised[record]))) != became
    ]
    return now.filter(~Q(record__in=revised) & changed | Q(pk__in=moved))


def _revised_targets(first: int, last: int) -> dict[UUID, tuple[Targets, Targets]]:
    """The targets before and now of each pledge that was revised in between and is public still. Two queries."""
    before = PublishedPledge.objects.as_of(first)
    rows = PublishedPledge.objects.as_of(last).filter(Exists(before.filter(record=OuterRef("record"))))
    now: dict[UUID, Targets] = dict(rows.filter(valid_from__gt=first).values_list("record", "targets"))
    if not now:
        return {}
    was = before.filter(record__in=now).values_list("record", "targets")
    return {record: (targets, now[record]) for record, targets in was if targets != now[record]}


def earlier_number(number: int, before: Targets, now: Targets) -> int | None:
    """The number that a target of a revised pledge had before: by its words and day, else, reworded, its own.

    None for one that there was not.
    """
    earlier, present = ([(target["text"], target["due_on"]) for target in some] for some in (before, now))
    own = present[number - 1] if number <= len(present) else None
    stood_there = earlier[number - 1] if number <= len(earlier) else None
    if own in (None, stood_there):
        return number
    if own in earlier:
        return earlier.index(own) + 1
    return number if stood_there and stood_there not in present else None

"""The promises of which a publication has changed what became of them: for the letters about it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from alliance.enums import TargetState
from alliance.models import PublishedPledge, PublishedTarget
from alliance.queries.public.overdue import target_words

_Key = tuple[UUID, int]  # the record of the pledge, and the number of the target in it


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """A promise in its own words, with what became of it before and after; None where it does not stand in the ledger.

    One without a day is counted nowhere, and is none of these.
    """

    text: str
    before: TargetState | None
    after: TargetState | None

    @property
    def was(self) -> str:
        """In words; empty where it did not stand there."""
        return str(self.before.label) if self.before else ""

    @property
    def becomes(self) -> str:
        """In words; empty where it stands there no more."""
        return str(self.after.label) if self.after else ""


def promises_changed_by(number: int, day: date) -> list[PromiseChange]:
    """Those that the publication of this number has changed, as of a day, the earliest first. Two queries."""
    rows = PublishedTarget.objects.filter(Q(valid_from=number) | Q(valid_to=number), due_on__isnull=False)
    before: dict[_Key, PublishedTarget] = {}
    after: dict[_Key, PublishedTarget] = {}
    for row in rows.order_by("due_on", "record", "number"):
        (after if row.valid_from == number else before)[row.record, row.number] = row
    pledges: dict[UUID, PublishedPledge] = {}
    named = PublishedPledge.objects.filter(record__in={key[0] for key in (*before, *after)})
    for pledge in named.filter(valid_from__lte=number).order_by("valid_from"):
        pledges[pledge.record] = pledge  # the last that was public then, or became so
    changes = []
    for key in dict.fromkeys((*before, *after)):
        row, states = (
            after.get(key) or before[key],
            [_state_on(each.get(key), day) for each in (before, after)],
        )
        text = target_words(pledges[key[0]], row.number, row.due_on) if key[0] in pledges else None
        if text and states[0] != states[1]:
            changes.append(PromiseChange(text, *states))
    return changes


def _state_on(row: PublishedTarget | None, day: date) -> TargetState | None:
    if row is None or row.due_on is None:
        return None
    is_open = row.outcome != TargetState.WITHDRAWN and row.due_on >= day
    return TargetState.DUE if is_open else TargetState(row.outcome)

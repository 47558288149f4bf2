"""One figure of one cycle as a cell: its value or why there is none, its change, what others counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from alliance.models import Cycle, Indicator, ReferenceCount
from alliance.queries.public.changes import apart, change_of, far_apart
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import apart_text, change_text, said_value, unit_of


@dataclass(frozen=True, slots=True)
class Counted:
    """What somebody else counted, and how far it is from the member's own figure."""

    observer: str
    source: str
    value: Decimal
    apart: str
    far: bool


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """A reading ready to be shown; without one the line did not yet exist."""

    cycle: Cycle
    reading: Reading | None
    text: str
    unit: str
    change: str
    broken: bool
    counted: list[Counted]

    @property
    def flagged(self) -> bool:
        return any(one.far for one in self.counted)


def compared_cell(
    indicator: Indicator,
    cycle: Cycle,
    now: Reading | None,
    before: Reading | None,
    references: Sequence[ReferenceCount],
) -> ComparedCell:
    """A cell beside the one before it; across a changed definition nothing is subtracted."""
    change = change_of(indicator.value, now, before)
    return ComparedCell(
        cycle=cycle,
        reading=now,
        text=said_value(indicator, now.value, now.choice) if now and not now.withheld else "",
        unit=unit_of(indicator),
        change=change_text(change),
        broken=change is not None and change.kind == "broken",
        counted=[_counted(now.value if now and now.known else None, reference) for reference in references],
    )


def _counted(own: Decimal | None, reference: ReferenceCount) -> Counted:
    """Without a public figure of its own a member is not measured against anybody's count."""
    return Counted(
        observer=reference.observer,
        source=reference.source,
        value=reference.value,
        apart=apart_text(apart(own, reference.value)) if own is not None else "",
        far=own is not None and far_apart(own, reference.value),
    )

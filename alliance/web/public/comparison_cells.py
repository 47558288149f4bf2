"""One figure of one cycle as a cell: its value or why there is none, its change, what others counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from alliance.models import Cycle, Indicator, ReferenceCount
from alliance.queries.public.changes import change_of, deviation, is_large_deviation
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import change_text, deviation_text, unit_of, value_text


@dataclass(frozen=True, slots=True)
class CountComparison:
    """What somebody else counted, and how far it is from the member's own figure."""

    observer: str
    source: str
    value: Decimal
    deviation: str
    is_large: bool


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """A reading ready to be shown; without one the line did not yet exist."""

    cycle: Cycle
    reading: Reading | None
    text: str
    unit: str
    change: str
    broken: bool
    reference_counts: list[CountComparison]

    @property
    def has_large_deviation(self) -> bool:
        return any(reference_count.is_large for reference_count in self.reference_counts)


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
        text=value_text(indicator, now.value, now.choice) if now and not now.withheld else "",
        unit=unit_of(indicator),
        change=change_text(change),
        broken=change is not None and change.kind == "broken",
        reference_counts=[
            _count_comparison(now.value if now and now.has_value else None, reference)
            for reference in references
        ],
    )


def _count_comparison(own: Decimal | None, reference: ReferenceCount) -> CountComparison:
    """Without a public figure of its own a member is not measured against anybody's count."""
    return CountComparison(
        observer=reference.observer,
        source=reference.source,
        value=reference.value,
        deviation=deviation_text(deviation(own, reference.value)) if own is not None else "",
        is_large=own is not None and is_large_deviation(own, reference.value),
    )

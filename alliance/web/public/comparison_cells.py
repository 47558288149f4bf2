"""One figure of one cycle as a cell: its value or why there is none, its change, what others counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from alliance.models import Cycle, Indicator, ReferenceCount
from alliance.queries.public.changes import change_of, deviation, is_large_deviation
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import (
    change_text,
    deviation_text,
    earlier_text,
    text_before_correction,
    unit_of,
    value_text,
)
from portal.kernel.web import address_of


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
    """A reading ready to be shown."""

    cycle: Cycle
    reading: Reading
    text: str
    unit: str
    change: str
    broken: bool
    was: str  # before it was corrected
    reference_counts: list[CountComparison]

    @property
    def correction_url(self) -> str:
        """The publication that corrected the figure."""
        number = self.reading.corrected_in
        return address_of("public:publication", number) if number else ""

    @property
    def has_large_deviation(self) -> bool:
        return any(reference_count.is_large for reference_count in self.reference_counts)


def compared_cell(
    indicator: Indicator,
    cycle: Cycle,
    readings: Sequence[Reading],
    references: Sequence[ReferenceCount],
) -> ComparedCell:
    """A cell beside the one before it, the last of `readings`; across a changed definition nothing is subtracted."""
    now, before = readings[-1], readings[-2] if len(readings) > 1 else None
    change = change_of(indicator.value, now, before)
    return ComparedCell(
        cycle=cycle,
        reading=now,
        text="" if now.withheld else value_text(indicator, now.value, now.choice),
        unit=unit_of(indicator),
        change=change_text(change) or _text_across_gap(indicator, readings),
        broken=change is not None and change.kind == "broken",
        was=text_before_correction(indicator, now, now.before_correction),
        reference_counts=[
            _count_comparison(now.value if now.has_value else None, reference) for reference in references
        ],
    )


def _text_across_gap(indicator: Indicator, readings: Sequence[Reading]) -> str:
    """What the figure was before the periods without one; nothing across a changed definition, or without a gap."""
    *earlier, now = readings
    if not now.has_value or now.broken:
        return ""
    for periods, reading in enumerate(reversed(earlier), 1):
        if reading.has_value:
            return earlier_text(indicator, periods, reading) if periods > 1 else ""
        if reading.broken:
            return ""
    return ""


def _count_comparison(own: Decimal | None, reference: ReferenceCount) -> CountComparison:
    """Without a public figure of its own a member is not measured against anybody's count."""
    return CountComparison(
        observer=reference.observer,
        source=reference.source,
        value=reference.value,
        deviation=deviation_text(deviation(own, reference.value)) if own is not None else "",
        is_large=own is not None and is_large_deviation(own, reference.value),
    )

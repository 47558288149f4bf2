"""What a report or a cycle asks, in its charter's order: chapters with their indicators, and the place of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from alliance.enums import Aggregation, IndicatorScope, IndicatorType, ValueType
from alliance.figure_fields import QUANTITIES
from alliance.models import Chapter, Charter, Commitment, Indicator, Measure
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.wording import cell_title, choice_title, in_charter_order
from portal.kernel.access import ANYONE

_TOTALLED_AGGREGATIONS = (Aggregation.SUM, Aggregation.RATIO, Aggregation.ENTERED)


@dataclass(frozen=True)
class CharterIndicator:
    """An indicator with its measure, commitment and chapter."""

    indicator: Indicator
    measure: Measure
    commitment: Commitment
    chapter: str

    @property
    def is_figure(self) -> bool:
        return self.indicator.type == IndicatorType.FIGURE

    @property
    def is_quantity(self) -> bool:
        """Its values can be drawn side by side."""
        return self.indicator.value in QUANTITIES

    @property
    def has_whole(self) -> bool:
        """Whether one value represents the organisation; medians are per service."""
        indicator = self.indicator
        return (
            indicator.scope == IndicatorScope.ORGANISATION
            or indicator.aggregation in _TOTALLED_AGGREGATIONS
            or not self.is_quantity
        )

    @cached_property
    def unit(self) -> str:
        return "%" if self.indicator.value == ValueType.SHARE else str(self.indicator.get_unit_display())

    @property
    def heading(self) -> str:
        """As a column names it: code, title, unit."""
        named = f"{self.indicator.code} {self.indicator.title}"
        return f"{named}, {self.unit}" if self.unit else named


class CycleCharter:
    """The charter of a cycle, looked up by key; the words for its cells are worked out once each."""

    def __init__(self, charter: Charter, chapters: Sequence[Chapter]) -> None:
        self.charter = charter
        self.chapters = list(chapters)
        self.commitments = list(charter.commitments.all())
        self._cells: dict[str, str] = {}
        self._choices: dict[tuple[str, str], str] = {}

    @cached_property
    def indicators(self) -> list[CharterIndicator]:
        """Every indicator in the charter's order."""
        titles = {chapter.pk: chapter.title for chapter in self.chapters}
        return [
            CharterIndicator(indicator, measure, commitment, titles.get(commitment.chapter_id, ""))
            for commitment in self.commitments
            for measure in commitment.measures.all()
            for indicator in measure.indicators.all()
        ]

    @cached_property
    def by_key(self) -> Mapping[str, CharterIndicator]:
        return {each.indicator.key: each for each in self.indicators}

    def figures_of(self, chapter: Chapter) -> list[CharterIndicator]:
        """The chapter's indicators that ask for a figure."""
        return [
            each for each in self.indicators if each.is_figure and each.commitment.chapter_id == chapter.pk
        ]

    def cell(self, cell: str) -> str:
        if cell not in self._cells:
            self._cells[cell] = cell_title(self.charter, cell) if cell else ""
        return self._cells[cell]

    def choice(self, indicator: Indicator, key: str) -> str:
        place = (indicator.key, key)
        if place not in self._choices:
            self._choices[place] = choice_title(indicator, key)
        return self._choices[place]

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {entry.indicator.key: place for place, entry in enumerate(self.indicators)}

    def position_of(self, indicator: str) -> int:
        """The order of the indicator in the charter; what it no longer asks comes last."""
        return self._positions.get(indicator, len(self.indicators))

    def cell_order(self, cells: set[str]) -> Mapping[str, int]:
        """The order of these breakdown cells, the whole before its parts."""
        return {cell: place for place, cell in enumerate(in_charter_order(self.charter, cells))}


def cycle_charter(charter: Charter) -> CycleCharter:
    """The charter with all that it asks. Five queries."""
    tree = public_charter_tree(charter.key, charter.version)
    assert tree is not None, "a cycle stands on a charter that is in force, or was"
    return CycleCharter(tree, Chapter.objects.visible_to(ANYONE).filter(charter=charter))

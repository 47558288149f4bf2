"""What the page of a correction shows of its values and of each public place that would change."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.models import CorrectionItem
from alliance.queries.public.value_differences import ValueDifference
from portal.kernel.text import DiffPiece, compare_words, shorten_unchanged

MOST_OF_FIGURE = 200  # characters, where only what is said of it differs


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One value: what it is called, what it is and should be; `is_withheld`: readers do not see it."""

    item: CorrectionItem
    title: str
    old: str
    new: str
    is_withheld: bool
    is_text: bool
    difference: ValueDifference  # with its texts that are not the same

    @property
    def pieces(self) -> list[DiffPiece]:
        """Of a text the words that go and come, with some of those beside them."""
        return shorten_unchanged(compare_words(self.old, self.new))

    @property
    def parts(self) -> list[tuple[str, list[DiffPiece]]]:
        """The same of each of its texts that differs, with what that is called: a verdict's reason, a method."""
        return [(part.title, part.pieces) for part in self.difference.parts]


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """One value inside a place, as it stands there today and after; `kind`: figure, verdict, text or withheld."""

    label: str
    now: str
    after: str
    kind: str = "figure"
    verdicts: tuple[str, str] = ("", "")  # as chips take them
    reason: str = ""  # of a verdict, after

    @property
    def is_changed(self) -> bool:
        return self.now != self.after or bool(self.reason) or self.kind == "withheld"


@dataclass(frozen=True, slots=True)
class AffectedPlace:
    """One public place that would change: where it is, what its value says now and after, the place as a whole."""

    icon: str
    title: str
    url: str
    now: str
    after: str
    note: str = ""
    cells: Sequence[PreviewCell] = ()
    files: Sequence[tuple[str, str]] = ()  # other addresses of the same: what each is called, and where it is


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Places of one kind, which a page folds together; `is_open`: a reader sees them without a click."""

    title: str
    places: Sequence[AffectedPlace]
    is_open: bool = False


def verdict_cell(row: ItemRow) -> PreviewCell:
    """A verdict with its reason, as a chip now and after."""
    values = (row.item.old["value"], row.item.new["value"])
    return PreviewCell(row.title, row.old, row.new, "verdict", values, row.item.new["reason"])

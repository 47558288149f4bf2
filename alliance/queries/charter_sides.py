"""The two sides of a difference between charter versions: the words of each, those marked that the other has not."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.queries.charter_differences import CharterItem, ItemDifference
from portal.kernel.text import DiffMark, DiffPiece, compare_words, shorten_unchanged


@dataclass(frozen=True)
class ItemSide:
    """A commitment or measure as one version has it, its words marked that the other has not."""

    item: CharterItem
    title: Sequence[DiffPiece]
    text: Sequence[DiffPiece]


def item_sides(difference: ItemDifference, language: str) -> tuple[list[ItemSide], list[ItemSide]]:
    """What stood in the earlier version and what stands in the later one, in one language of the charter."""
    earlier, later = difference.earlier, difference.later
    return (
        [_side(item, later, language, DiffMark.REMOVED) for item in earlier],
        [_side(item, earlier, language, DiffMark.ADDED) for item in later],
    )


def _side(item: CharterItem, others: Sequence[CharterItem], language: str, mark: DiffMark) -> ItemSide:
    """The item's words; those that none of the others has are marked, all of them where there is no other."""
    others_title = " ".join(getattr(other.title, language) for other in others)
    others_text = "\n".join(getattr(other.text, language) for other in others)
    return ItemSide(
        item,
        _pieces(getattr(item.title, language), others_title, mark),
        shorten_unchanged(_pieces(getattr(item.text, language), others_text, mark)),
    )


def _pieces(own: str, other: str, mark: DiffMark) -> list[DiffPiece]:
    """The own words, with the mark where the other text has not got them."""
    if not other:
        return [DiffPiece(own, mark)]
    old, new = (own, other) if mark == DiffMark.REMOVED else (other, own)
    return [piece for piece in compare_words(old, new) if piece.mark in (DiffMark.SAME, mark)]

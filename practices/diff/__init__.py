"""What changed between two versions of a practice."""

from practices.diff.fields import FieldDifference, ListEntryDifference, compare, compare_rows
from practices.diff.texts import DiffMark, DiffPiece, compare_words, shorten_unchanged

__all__ = [
    "DiffMark",
    "DiffPiece",
    "FieldDifference",
    "ListEntryDifference",
    "compare",
    "compare_rows",
    "compare_words",
    "shorten_unchanged",
]

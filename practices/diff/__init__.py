"""What changed between two versions of a practice."""

from practices.diff.fields import Change, Entry, compare, entries_of, rows_of
from practices.diff.texts import Mark, Piece, shortened, words_of

__all__ = ["Change", "Entry", "Mark", "Piece", "compare", "entries_of", "rows_of", "shortened", "words_of"]

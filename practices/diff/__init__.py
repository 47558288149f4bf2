"""What changed between two versions of a practice."""

from practices.diff.fields import FieldDifference, ListEntryDifference, compare, compare_rows

__all__ = [
    "FieldDifference",
    "ListEntryDifference",
    "compare",
    "compare_rows",
]

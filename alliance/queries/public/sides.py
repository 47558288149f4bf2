"""The two ends of a comparison of the record with itself."""

from dataclasses import dataclass

from alliance.models import Cycle


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a comparison: a cycle, as it is known after a publication (None: now)."""

    cycle: Cycle
    number: int | None = None


def valid_on(side: Side, parameter: str, table: str) -> str:
    """The condition, in SQL, that a row of a projection holds on that side; its number is the query's `parameter`."""
    if side.number is None:
        return f"{table}.valid_to IS NULL"
    return f"{table}.valid_from <= %({parameter})s AND ({table}.valid_to IS NULL OR {table}.valid_to > %({parameter})s)"

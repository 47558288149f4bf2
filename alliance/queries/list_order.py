"""The order of a list by one of its columns, as its address names it: with a minus the other way round."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case, Value, When
from django.db.models.expressions import OrderBy


def by_column(columns: Mapping[str, Any], sort: str) -> OrderBy:
    """The order by the column of this name; rows without a value are the last, whichever way round."""
    column = columns[sort.removeprefix("-")]
    order: OrderBy = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return order


def place_among(column: str, values: Iterable[str]) -> Case:
    """The place of a column’s value among these: states in the order in which a thing goes through them."""
    return Case(*(When(**{column: value}, then=Value(place)) for place, value in enumerate(values)))

"""What is public of one member, commitment, cycle or report: its rows of the open data, and its publications."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from alliance.models import TimelineEntry
from alliance.queries.public.data_tables import DataScope, find_table


def table_rows(name: str, scope: DataScope) -> list[dict[str, Any]]:
    """The rows of a table in this scope, as JSON has them. One query, or as many as the table takes."""
    table = find_table(name)
    assert table is not None, name
    return [table.values(row) for row in table.source(scope)]


def timeline_of(scope: DataScope, limit: int) -> Sequence[TimelineEntry]:
    """The latest public entries about what the scope names. One query."""
    names = {"member": "organisation__slug", "cycle": "cycle__slug", "commitment": "commitment_key"}
    condition = Q(**scope.lookups(names))
    return list(TimelineEntry.objects.current().filter(condition).order_by("-valid_from")[:limit])

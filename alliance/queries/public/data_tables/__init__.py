"""The open data as tables: one definition of each, from which files, dictionary, page and package are made.

Columns are added, never renamed or removed: `/data/v1/` is a promise. `VERSION` moves when there are more of them.
"""

from collections.abc import Callable

from alliance.queries.public.data_tables.charter import CHARTER
from alliance.queries.public.data_tables.columns import (
    ColumnType,
    DataColumn,
    DataScope,
    DataTable,
    TextCell,
    cell_value,
)
from alliance.queries.public.data_tables.facts import (
    COUNTED_BY_OTHERS,
    PUBLICATIONS,
    REPLIES,
    REPORTS,
    VERDICTS,
)
from alliance.queries.public.data_tables.figures import FIGURES
from alliance.queries.public.data_tables.members import MEMBERS
from alliance.queries.public.data_tables.promises import PROMISES

__all__ = [
    "VERSION",
    "ColumnType",
    "DataColumn",
    "DataScope",
    "DataTable",
    "TextCell",
    "cell_value",
    "data_tables",
    "find_table",
    "register_data_table",
]

VERSION = "1.4"

# those of upper layers, which register them in their `apps.ready()`, stand before the last two
_REGISTERED: dict[str, Callable[[], DataTable]] = {}


def register_data_table(name: str, table: Callable[[], DataTable]) -> None:
    """Add the table of an upper layer to the open data."""
    _REGISTERED[name] = table


def data_tables() -> list[DataTable]:
    """All tables, in the order in which they are listed."""
    further = [table() for table in _REGISTERED.values()]
    return [
        FIGURES,
        VERDICTS,
        PROMISES,
        REPORTS,
        REPLIES,
        MEMBERS,
        CHARTER,
        *further,
        COUNTED_BY_OTHERS,
        PUBLICATIONS,
    ]


def find_table(name: str) -> DataTable | None:
    """The table of this name."""
    return next((table for table in data_tables() if table.name == name), None)

"""What changed in a table since the release before: both are in the order of the key, and are read side by side."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from alliance.queries.public.data_tables import ColumnType, DataColumn, DataTable, cell_value

_MOST_EXAMPLES = 3
_Row = dict[str, str]
_Key = tuple[int | str, ...]


@dataclass
class TableChange:
    """How many rows are new, changed, corrected (a publication corrected them), removed; the first of them by key."""

    table: str
    new: int = 0
    changed: int = 0
    corrected: int = 0
    removed: int = 0
    examples: list[list[str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)  # that the table has gained

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.corrected or self.removed or self.columns)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def difference(
    table: DataTable, header: Sequence[str], earlier: Iterable[Sequence[str]], rows: Iterable[Sequence[str]]
) -> TableChange:
    """Compare the rows with those of an earlier file, which had this header: columns are added alone."""
    change = TableChange(table.name, columns=[name for name in table.header if name not in header])
    compared = [column.name for column in table.columns if column.name in header and not column.is_trace]
    before, after = _keyed(table, header, earlier), _keyed(table, table.header, rows)
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        if old is None or (new is not None and new[0] < old[0]):
            assert new is not None
            change.new += 1
            _add_example(change, table, new[1])
            new = next(after, None)
        elif new is None or old[0] < new[0]:
            change.removed += 1
            _add_example(change, table, old[1])
            old = next(before, None)
        else:
            _compare(change, table, old[1], new[1], compared)
            old, new = next(before, None), next(after, None)
    return change


def _keyed(
    table: DataTable, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[tuple[_Key, _Row]]:
    columns = [column for name in table.key for column in table.columns if column.name == name]
    for cells in rows:
        row = dict(zip(header, cells, strict=True))
        yield tuple(_key_part(column, row[column.name]) for column in columns), row


def _key_part(column: DataColumn, cell: str) -> int | str:
    value = cell_value(column, cell)
    if column.type == ColumnType.INTEGER:
        return value if isinstance(value, int) else 0
    return str(value or "")


def _compare(change: TableChange, table: DataTable, old: _Row, new: _Row, compared: Sequence[str]) -> None:
    if all(old[name] == new[name] for name in compared):
        return
    if old.get("corrected_in") != new.get("corrected_in"):
        change.corrected += 1
    else:
        change.changed += 1
    _add_example(change, table, new)


def _add_example(change: TableChange, table: DataTable, row: _Row) -> None:
    if len(change.examples) < _MOST_EXAMPLES:
        change.examples.append([row[name] for name in table.key if row[name]])

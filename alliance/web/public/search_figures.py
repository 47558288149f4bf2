"""Found figures as small tables: one for each indicator, with a line for each member or service, and its cycles."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.queries.public.search import YesNoCounts
from alliance.web.public.search_rows import FigureValue, ResultRow


@dataclass(frozen=True, slots=True)
class FigureLine:
    """What one member, or one service of it, has in each cycle of the table; `row` is the result it comes from."""

    row: ResultRow
    service: str
    cycles: Sequence[str]
    values: Sequence[FigureValue | None]

    @property
    def cells(self) -> Sequence[tuple[str, FigureValue | None]]:
        """Each value with its cycle, those without a figure too."""
        return list(zip(self.cycles, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The figures of one indicator, or of one of its kinds of harm."""

    head: ResultRow  # whose title it has
    cycles: Sequence[str]
    lines: Sequence[FigureLine]

    @property
    def answers(self) -> YesNoCounts | None:
        return self.head.answers

    @property
    def more(self) -> int:
        """Figures of further services, which the reports have."""
        return sum(line.row.more for line in self.lines if line.row.values[-1] in line.values)


def figure_tables(rows: Sequence[ResultRow]) -> list[FigureTable]:
    """The results in tables, in the order in which each was found first."""
    by_title: dict[str, list[ResultRow]] = {}
    for row in rows:
        by_title.setdefault(row.plain_title, []).append(row)
    return [_table(of_one) for of_one in by_title.values()]


def _table(rows: Sequence[ResultRow]) -> FigureTable:
    # by time: no result need have all of them
    places = {value.cycle: value.place for row in rows for value in row.values}
    cycles = sorted(places, key=places.__getitem__)
    lines = []
    for row in rows:
        for service in dict.fromkeys(value.service for value in row.values):
            own = {value.cycle: value for value in row.values if value.service == service}
            lines.append(FigureLine(row, service, cycles, [own.get(cycle) for cycle in cycles]))
    return FigureTable(rows[0], cycles, lines)

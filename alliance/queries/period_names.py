"""How people call the months and quarters that a report asks for, in every language of the portal."""

from collections.abc import Iterator

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import override

from alliance.queries.public.wording import period_title
from alliance.queries.report_frame import ReportFrame
from alliance.validators.cell_texts import folded
from portal.kernel.text import LANGUAGES


def period_names(frame: ReportFrame) -> dict[str, str]:
    """The months and quarters for which an indicator of the report asks, by folded name, as ends of keys.

    By the key (`2026-07`, `2026-q3`), by title, and as spreadsheets have them (`07.2026`, `2026Q3`, the first day of a
    month); by the month or quarter alone where the cycle has it once.
    """
    cells = {cell for rules in frame.rules.values() for cell in rules.period_cells}
    return {
        folded(name): cell.partition("=")[2]
        for cell in sorted(cells)
        for name in _names(cell, alone=_is_single(cell, cells))
    }


def _is_single(cell: str, cells: set[str]) -> bool:
    """Whether it is the only one with this month: a cycle of a year and a day has its first month twice."""
    return sum(each[-3:] == cell[-3:] for each in cells) == 1


def _names(cell: str, *, alone: bool) -> Iterator[str]:
    end = cell.partition("=")[2]
    year, _hyphen, number = end.partition("-")
    yield end
    yield from _quarter(year, number[1:], alone) if number.startswith("q") else _month(year, number)
    for language in LANGUAGES:
        with override(language):
            title = period_title(cell)
            yield from (title, f"{title} г.")
            if number.startswith("q"):
                continue
            for month in (str(MONTHS[int(number)]), str(MONTHS_3[int(number)])):
                yield f"{month} {year}"
                if alone:
                    yield month


def _month(year: str, number: str) -> Iterator[str]:
    yield from (f"{number}.{year}", f"{number}/{year}", f"{year}/{number}", f"{year}-{number}-01")


def _quarter(year: str, number: str, alone: bool) -> Iterator[str]:
    yield from (f"{year}q{number}", f"{year} q{number}", f"{year}/q{number}")
    for name in (f"q{number}", f"{number} квартал", f"{number}-й квартал", f"{number} кв."):
        yield f"{name} {year}"
        if alone:
            yield name

"""The cells of a file that cannot be taken, with each reason said once for all of its cells."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from alliance.queries.upload_differences import Difference

_MOST_REASONS = 20
_MOST_RANGES = 24  # of one reason; the tables of refused rows have every cell
_NUMBER = re.compile(r"([0-9]{1,15})")
_ADDRESS = re.compile(r"(?P<sheet>.*!)?(?P<column>[A-Z]+)(?P<row>[0-9]+)", re.DOTALL)


@dataclass(frozen=True)
class SharedRefusal:
    """One reason for which several cells were refused: how many, and where they stand (`E3, E9, E12–E40`)."""

    reason: str
    count: int
    places: str


def shared_refusals(refused: Iterable[Difference]) -> list[SharedRefusal]:
    """The reasons that more than one cell has, that of most cells first. No query."""
    addresses: dict[str, dict[str, None]] = {}
    for row in refused:
        for refusal in row.refusals:
            addresses.setdefault(str(refusal.reason), {})[refusal.address] = None
    shared = [(reason, list(cells)) for reason, cells in addresses.items() if len(cells) > 1]
    shared.sort(key=lambda each: -len(each[1]))
    return [SharedRefusal(reason, len(cells), _places(cells)) for reason, cells in shared[:_MOST_REASONS]]


def _places(addresses: Iterable[str]) -> str:
    """Cells of one column that follow one another as a range; the name of a sheet stands before its first one."""
    ranges: list[tuple[str, str, int, int]] = []  # sheet, column, first row, last row
    texts: list[str] = []  # addresses of another form
    columns: dict[tuple[str, str], list[int]] = {}
    for address in addresses:
        match = _ADDRESS.fullmatch(address)
        if match is None:
            texts.append(address)
            continue
        columns.setdefault((match["sheet"] or "", match["column"]), []).append(int(match["row"]))
    for (sheet, column), rows in columns.items():
        start = len(ranges)
        for row in sorted(rows):
            if len(ranges) > start and row == ranges[-1][3] + 1:
                ranges[-1] = (sheet, column, ranges[-1][2], row)
            else:
                ranges.append((sheet, column, row, row))
    written_sheet = ""
    for sheet, column, first, last in sorted(ranges, key=lambda each: _as_people_count(each[0])):
        name = f"{column}{first}" if first == last else f"{column}{first}–{column}{last}"
        texts.append(name if sheet == written_sheet else f"{sheet}{name}")
        written_sheet = sheet
    return ", ".join(texts[:_MOST_RANGES]) + ("…" if len(texts) > _MOST_RANGES else "")


def _as_people_count(sheet: str) -> list[str | int]:
    """Numbers in a name by what they amount to: `2. Help` comes before `10. Reports`."""
    return [int(part) if place % 2 else part for place, part in enumerate(_NUMBER.split(sheet.casefold()))]

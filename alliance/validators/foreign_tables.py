"""A table that somebody else's program has made: from bytes to rows of text, and from its numbers to decimals.

Every reading is one that the person can see: the encoding and the separator are named on the page, how numbers are
written is chosen there. What can be read in two ways under that choice is refused.
"""

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, NamedTuple, Self

from django.utils.functional import Promise

from alliance.validators.numbers import parse_number
from portal.kernel.errors import DomainError
from portal.kernel.text import format_figure, plain_decimal, split_separator_line, worded_later
from portal.kernel.text import sentence as _

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 20_000, 60, 200_000
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8"))
ENCODINGS = {
    "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1251": "Windows-1251", "cp1252": "Windows-1252", "cp866": "IBM 866",
}  # fmt: skip
SEPARATORS = (";", "\t", ",", "|")
_SAMPLE = 50  # rows from which the separator is told

Rows = Sequence[Sequence[str]]


NO_RESULT = "=?"  # stands for a cell with a formula that no program has computed


@dataclass(frozen=True, slots=True)
class TableSource:
    """How a file is read: of a text its encoding and separator, of a workbook its sheet. Empty: told from the file.

    `hidden`: whether rows and columns are read that are hidden in the sheet.
    """

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    hidden: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(**data)


class Merged(NamedTuple):
    """Merged cells: rows from 1, columns from 0. What they hold stands in the first of them."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class TableFacts:
    """What texts alone do not say of a table: which cells are merged, whether it comes from a workbook.

    The numbers of a workbook are numbers, however its texts are written: they have a point.
    """

    merged: Sequence[Merged] = ()
    is_workbook: bool = False
    has_hidden: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(**{**data, "merged": [Merged(*each) for each in data.get("merged", ())]})

    @cached_property
    def rows_with_spans(self) -> frozenset[int]:
        """The rows in which cells are merged sideways: there nothing else says how far a name reaches."""
        return frozenset(each.top for each in self.merged if each.right > each.left)

    def first_of(self, row: int, column: int) -> tuple[int, int]:
        """Where that stands which the cell holds: elsewhere if it is merged with others."""
        ranges = self._by_column.get(column, ())
        number = bisect_right(ranges, row, key=lambda each: each.top) - 1
        is_merged = number >= 0 and row <= ranges[number].bottom
        return (ranges[number].top, ranges[number].left) if is_merged else (row, column)

    @cached_property
    def _by_column(self) -> Mapping[int, Sequence[Merged]]:
        columns: dict[int, list[Merged]] = {}
        for each in sorted(self.merged):
            for column in range(each.left, min(each.right + 1, MAX_COLUMNS)):
                columns.setdefault(column, []).append(each)
        return columns


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The rows of somebody's own table, of which nobody has said yet what they are, and how they were read."""

    rows: Rows
    source: TableSource
    sheets: Sequence[str] = ()  # of a workbook, those that show anything
    remarks: Sequence[Promise] = ()
    facts: TableFacts = field(default_factory=TableFacts)


@dataclass(frozen=True, slots=True)
class DecodedTable:
    """The rows of a text file, its text, and how both were read."""

    rows: Rows
    text: str
    source: TableSource


def decode_table(content: bytes, source: TableSource | None = None) -> DecodedTable:
    """The rows of a text file; how it is written is told from it where that is not given.

    Raises DomainError for what is no text, has no rows, or more than fit.
    """
    source = source or TableSource()
    text, encoding = decode_text(content, source.encoding)
    if "\0" in text:
        raise DomainError(_("This is no text file. Save it as CSV or XLSX."), field="file")
    named, table = split_separator_line(text)
    separator = source.separator or named or _separator(table)
    try:
        rows = _rows_within_limits(csv.reader(io.StringIO(table, newline=""), delimiter=separator))
    except csv.Error as error:
        raise DomainError(_("This is not CSV: %(error)s.") % {"error": error}, field="file") from error
    return DecodedTable(bounded(rows), text, TableSource(encoding, separator))


def decode_text(content: bytes, encoding: str = "") -> tuple[str, str]:
    """The text with the key of its encoding: the given one, else that of its mark, else the first that fits.

    The last of them always does. Raises DomainError where the given one does not.
    """
    mark, marked = next(((mark, name) for mark, name in _BOMS if content.startswith(mark)), (b"", "utf-8"))
    for attempt in (encoding,) if encoding else (marked, "cp1251", "cp866"):
        try:
            # the mark is not part of the text; of UTF-16 it says how to read it
            return content.removeprefix(mark if attempt == "utf-8" else b"").decode(attempt), attempt
        except UnicodeDecodeError:
            continue
    message = _("The text is not in %(encoding)s.")
    raise DomainError(message % {"encoding": ENCODINGS[encoding]}, field="encoding")


def _rows_within_limits(reader: Iterable[Sequence[str]]) -> Rows:
    """The rows up to the last with a text, each without empty cells at its end; raises at the first one too many.

    Of empty rows behind the last none is stored, however many there are.
    """
    rows: list[Sequence[str]] = []
    gap, width = 0, 0  # empty rows since the last with a text
    for row in reader:
        length = next((number for number in range(len(row), 0, -1) if row[number - 1].strip()), 0)
        if not length:
            gap += 1
            continue
        width = max(width, length)
        refuse_large_table(len(rows) + gap + 1, width)
        rows += [[]] * gap
        rows.append([cell.strip() for cell in row[:length]])
        gap = 0
    return rows


def bounded(rows: Rows) -> Rows:
    """Rows of one width without empty ones at the end. Raises DomainError where there are none, or too many."""
    last = max((number for number, row in enumerate(rows, 1) if any(row)), default=0)
    width = max((len(row) for row in rows[:last]), default=0)
    while width and not any(row[width - 1] for row in rows[:last] if len(row) >= width):
        width -= 1
    if not last or not width:
        raise DomainError(_("The file is empty."), field="file")
    refuse_large_table(last, width)
    return [[*row[:width], *[""] * (width - len(row))] for row in rows[:last]]


def refuse_large_table(height: int, width: int) -> None:
    """Raises DomainError where a table has more rows, columns or cells than fit."""
    if height > MAX_ROWS or width > MAX_COLUMNS or height * width > MAX_CELLS:
        message = _(
            "A table of one's own has at most %(rows)s rows, %(columns)s columns and %(cells)s cells. "
            "Leave out what is not needed."
        )
        limits = {"rows": MAX_ROWS, "columns": MAX_COLUMNS, "cells": MAX_CELLS}
        raise DomainError(
            message % {name: worded_later(partial(format_figure, most)) for name, most in limits.items()},
            field="file",
        )


def _separator(text: str) -> str:
    """The one that parts most rows into the same number of cells, more than one; a comma where none does."""
    best, likely = (0, 0), ","
    for separator in SEPARATORS:
        try:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            widths = [len(row) for row, _number in zip(rows, range(_SAMPLE), strict=False) if len(row) > 1]
        except csv.Error:
            continue
        common = max(set(widths), key=widths.count, default=0)
        if common and (widths.count(common), common) > best:
            best, likely = (widths.count(common), common), separator
    return likely


# --- Numbers ---------------------------------------------------------------------------------


class NumberStyle(StrEnum):
    """How a file writes numbers: what parts the thousands is said by what begins the decimals."""

    POINT = "point"  # 1,234.5 and 1 234.5
    COMMA = "comma"  # 1.234,5 and 1 234,5


@dataclass(frozen=True, slots=True)
class ForeignNumber:
    """A number; of a rounded one also between what it lies."""

    value: Decimal
    estimate: bool = False
    lower: Decimal | None = None
    upper: Decimal | None = None


_SPACES = re.compile(r"[ \u00a0\u2007\u2009\u202f\u2008'’]")
_ABOUT = re.compile(
    r"^(?:~|≈|∼|около|примерно|приблизительно|прибл\.|порядка|ок\.|about|around|roughly|approx\.?|circa|ca\.|c\.)\s*",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"^(?:>=?|<=?|≥|≤|более|менее|свыше|не более|не менее|до|от|over|under|up to|at least|at most"
    r"|more than|less than|fewer than)\s*\d|^\d[\d.,\s]*\+$",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d{1,2}\.\d{1,2}\.\d{2,4}|\d{1,2}/\d{1,2}/\d{2,4}")
_FACTORS = {
    "тыс": 3, "тыс.": 3, "тысяч": 3, "k": 3, "thousand": 3,
    "млн": 6, "млн.": 6, "миллион": 6, "миллиона": 6, "миллионов": 6, "mln": 6, "mio": 6, "m": 6, "million": 6,
    "млрд": 9, "млрд.": 9, "миллиард": 9, "миллиарда": 9, "миллиардов": 9, "bn": 9, "b": 9, "billion": 9,
}  # fmt: skip
_WITH_FACTOR = re.compile(
    rf"^(.*\d)\s*({'|'.join(map(re.escape, sorted(_FACTORS, key=len, reverse=True)))})$", re.IGNORECASE
)
_NUMERIC = re.compile(r"^[-\u2212\u2013]?[\d.,]*\d[\d.,]*%?$")
_GROUPS = {
    NumberStyle.POINT: re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?"),
    NumberStyle.COMMA: re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?"),
}
_PLAIN = {NumberStyle.POINT: re.compile(r"-?\d+(\.\d+)?"), NumberStyle.COMMA: re.compile(r"-?\d+(,\d+)?")}
_PARTED = re.compile(rf"\d{_SPACES.pattern}+\d")
_SPACED_GROUPS = re.compile(rf"-?{_SPACES.pattern}*\d{{1,3}}({_SPACES.pattern}\d{{3}})+([.,]\d+)?")


def looks_like_number(text: str) -> bool:
    """Whether the cell holds a number, however it is written, or a formula that would give one."""
    if text == NO_RESULT:
        return True
    bare = _SPACES.sub("", _ABOUT.sub("", text.strip()))
    if match := _WITH_FACTOR.match(bare):
        bare = match[1]
    return bool(_NUMERIC.match(bare.lstrip("<>≤≥=")))


def guess_style(rows: Rows, *, is_workbook: bool = False) -> NumberStyle:
    """How the numbers of a table are written, by those that can be written in one way only.

    The numbers of a workbook say nothing of how its texts are written.
    """
    votes = {NumberStyle.POINT: 0, NumberStyle.COMMA: 0}
    for row in rows:
        for cell in row:
            bare = _SPACES.sub("", _ABOUT.sub("", cell)).removesuffix("%")
            if rounded := _WITH_FACTOR.match(bare):
                bare = rounded[1]
            if is_workbook and _is_typed(bare):
                continue
            for style, groups in _GROUPS.items():
                other = NumberStyle.COMMA if style == NumberStyle.POINT else NumberStyle.POINT
                fits = groups.fullmatch(bare) or _PLAIN[style].fullmatch(bare)
                if (
                    fits and not (_PLAIN[other].fullmatch(bare) or _GROUPS[other].fullmatch(bare))
                ) or groups.fullmatch(bare):
                    votes[style] += 1
    return max(votes, key=lambda style: (votes[style], style == NumberStyle.POINT))


def _is_typed(bare: str) -> bool:
    """Whether it is written as the number of a workbook is: with a point, and never as thousands would be."""
    return bool(_PLAIN[NumberStyle.POINT].fullmatch(bare)) and not _GROUPS[NumberStyle.COMMA].fullmatch(bare)


def parse_foreign_number(text: str, style: NumberStyle, *, is_workbook: bool = False) -> ForeignNumber | None:
    """The number of a cell; None for what is no number.

    “~5 000” is an estimate. “1,2 млн” is one between 1 150 000 and 1 250 000: where it was rounded is said by its last
    digit. Raises DomainError for a bound without a value (“>1000”), for a date, for a formula without a result, and for
    what does not fit the style; a number with a point that is no text does in any.
    """
    bare = text.strip()
    if bare == NO_RESULT:
        message = _(
            "The formula of this cell was never computed. "
            "Open the file in a spreadsheet program, save it, and upload it again."
        )
        raise DomainError(message)
    if _DATE.fullmatch(bare):
        message = _("“%(text)s” is a date and no number. Format the cell as a number, and enter it again.")
        raise DomainError(message % {"text": bare})
    if _BOUND.match(bare):
        message = _(
            "“%(text)s” is a bound and no value. Enter the value, or an estimate with its bounds, on the page."
        )
        raise DomainError(message % {"text": bare[:60]})
    if not looks_like_number(bare):
        return None
    about = _ABOUT.match(bare)
    bare = _ABOUT.sub("", bare)
    factor = 0
    if match := _WITH_FACTOR.match(bare):
        bare, factor = match[1], _FACTORS[match[2].casefold()]
    number = _plain(bare, style, is_workbook=is_workbook)
    if not factor:
        return ForeignNumber(number, estimate=about is not None)
    exponent = number.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    scaled = [_checked(each.scaleb(factor)) for each in (number, number - half, number + half)]
    return ForeignNumber(scaled[0], True, scaled[1], scaled[2])


def _plain(text: str, style: NumberStyle, *, is_workbook: bool) -> Decimal:
    spaced = text.replace("\u2212", "-").replace("\u2013", "-").removesuffix("%").strip()
    bare = _SPACES.sub("", spaced)
    if is_workbook and _is_typed(bare):
        style = NumberStyle.POINT
    if _GROUPS[style].fullmatch(bare):
        bare = bare.replace("," if style == NumberStyle.POINT else ".", "")
    is_parted = _PARTED.search(spaced) and not _SPACED_GROUPS.fullmatch(spaced)  # two numbers in one cell
    if is_parted or not _PLAIN[style].fullmatch(bare):
        message = _(
            "“%(text)s” does not fit how the numbers of this file are written. Choose the other way, or mend the cell."
        )
        raise DomainError(message % {"text": text[:60]})
    return parse_number(bare.replace(",", "."), "en")


def _checked(number: Decimal) -> Decimal:
    return parse_number(plain_decimal(number) or "0", "en")

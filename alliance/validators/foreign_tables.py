"""A table that somebody else's program has made: from bytes to rows of text, and from its numbers to decimals.

Every reading is one that the person can see: the encoding and the separator are named on the page, how numbers are
written is chosen there. What can be read in two ways under that choice is refused.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any, Self

from alliance.validators.numbers import parse_number
from portal.kernel.errors import DomainError
from portal.kernel.text import format_figure, plain_decimal, worded_later
from portal.kernel.text import sentence as _

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 20_000, 60, 200_000
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8"))
ENCODINGS = {
    "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1251": "Windows-1251", "cp1252": "Windows-1252", "cp866": "IBM 866",
}  # fmt: skip
SEPARATORS = (";", "\t", ",", "|")
_SAMPLE = 50  # rows from which the separator is told

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class TableSource:
    """How a file is read: of a text its encoding and separator, of a workbook its sheet. Empty: told from the file."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(**data)


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
    separator = source.separator or _separator(text)
    try:
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        ]
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
_ABOUT = re.compile(r"^(?:~|≈|∼|около|примерно|ок\.|about|approx\.?|circa|ca\.|c\.)\s*", re.IGNORECASE)
_BOUND = re.compile(r"^(?:>=?|<=?|≥|≤|более|менее|свыше|over|under|more than|less than)\s*\d", re.IGNORECASE)
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


def looks_like_number(text: str) -> bool:
    """Whether the cell holds a number, however it is written."""
    bare = _SPACES.sub("", _ABOUT.sub("", text.strip()))
    if match := _WITH_FACTOR.match(bare):
        bare = match[1]
    return bool(_NUMERIC.match(bare.lstrip("<>≤≥=")))


def guess_style(rows: Rows) -> NumberStyle:
    """How the numbers of a table are written, by those that can be written in one way only."""
    votes = {NumberStyle.POINT: 0, NumberStyle.COMMA: 0}
    for row in rows:
        for cell in row:
            bare = _SPACES.sub("", _ABOUT.sub("", cell)).removesuffix("%")
            if rounded := _WITH_FACTOR.match(bare):
                bare = rounded[1]
            for style, groups in _GROUPS.items():
                other = NumberStyle.COMMA if style == NumberStyle.POINT else NumberStyle.POINT
                fits = groups.fullmatch(bare) or _PLAIN[style].fullmatch(bare)
                if (
                    fits and not (_PLAIN[other].fullmatch(bare) or _GROUPS[other].fullmatch(bare))
                ) or groups.fullmatch(bare):
                    votes[style] += 1
    return max(votes, key=lambda style: (votes[style], style == NumberStyle.POINT))


def parse_foreign_number(text: str, style: NumberStyle) -> ForeignNumber | None:
    """The number of a cell; None for what is no number.

    “~5 000” is an estimate. “1,2 млн” is one between 1 150 000 and 1 250 000: where it was rounded is said by its last
    digit. Raises DomainError for a bound without a value (“>1000”), and for what does not fit the style.
    """
    bare = text.strip()
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
    number = _plain(bare, style)
    if not factor:
        return ForeignNumber(number, estimate=about is not None)
    exponent = number.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    scaled = [_checked(each.scaleb(factor)) for each in (number, number - half, number + half)]
    return ForeignNumber(scaled[0], True, scaled[1], scaled[2])


def _plain(text: str, style: NumberStyle) -> Decimal:
    bare = _SPACES.sub("", text).replace("\u2212", "-").replace("\u2013", "-").removesuffix("%")
    if _GROUPS[style].fullmatch(bare):
        bare = bare.replace("," if style == NumberStyle.POINT else ".", "")
    if not _PLAIN[style].fullmatch(bare):
        message = _(
            "“%(text)s” does not fit how the numbers of this file are written. Choose the other way, or mend the cell."
        )
        raise DomainError(message % {"text": text[:60]})
    return parse_number(bare.replace(",", "."), "en")


def _checked(number: Decimal) -> Decimal:
    return parse_number(plain_decimal(number) or "0", "en")

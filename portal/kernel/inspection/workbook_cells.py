"""The cells of a workbook as plain text, sheet by sheet: what a reader of tables needs, and nothing that acts.

The answer is one file of JSON lines. The first line lists the sheets: name, whether it is hidden, its merged ranges
(first row and column, last row and column), hidden rows and hidden columns. Each further line is a cell: sheet, row
from 1, column from 0, kind, text, whether it has a formula. Kinds: `s` text, `n` number, `p` a number that is shown as
per cent, `d` a number that is shown as a date or a time, `b` a truth value, `e` an error; of a formula that of its last
result, whose text is empty where none is stored. Empty cells are left out. A sheet that was not read has its name and
whether it is hidden.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from portal.kernel.inspection.answer import Answer
from portal.kernel.inspection.refusal import Place, Refusal
from portal.kernel.inspection.workbook import Workbook, opened_workbook
from portal.kernel.inspection.workbook_sheets import ID_KEYS, resolve_target
from portal.kernel.inspection.xml_parts import OnText

# built-in formats of numbers that show dates and times, and per cent
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENT_FORMATS = {9, 10}
# words, colours and languages; not `[h]`, the hours that have passed
_NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DATE_CODES = re.compile(r"[ymdhs]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SURROGATES = range(0xD800, 0xE000)
_LAST_COLUMN = 16_384  # of a spreadsheet, from 1
_TRUE, _NOUGHT = ("1", "true"), ("0", "0.0")


def inspect(content: bytes, *, rows: int, cells: int, sheet: str | None = None) -> Answer:
    """All cells, or those of one sheet: of this name, else the first that is shown, has cells and is not too large.

    Raises Refusal for more rows or cells than these, over all sheets that are read.
    """
    book = opened_workbook(content)
    reader = _Reader(book, rows, cells)
    sheets = reader.open()
    if sheet is None:
        for number, part in sheets:
            reader.read_sheet(number, part)
    else:
        reader.read_one(sheets, sheet)
    lines = [json.dumps(reader.sheets), *reader.lines]
    return Answer([("cells", "\n".join(lines).encode())])


class _Reader:
    """Reads the parts in which cells stand."""

    def __init__(self, book: Workbook, rows: int, cells: int) -> None:
        self._book = book
        self._rows_left, self._cells_left = rows, cells
        self._strings: list[str] = []
        self._formats: list[str] = []  # the kind of number by style
        self.sheets: list[dict[str, Any]] = []
        self.lines: list[str] = []

    def open(self) -> list[tuple[int, str]]:
        """List the sheets, each with its part, and read what all of them refer to."""
        main = self._book.main_part()
        folder, _slash, name = main.rpartition("/")
        targets: dict[str, tuple[str, str]] = {}
        named: list[tuple[str, dict[str, Any]]] = []

        def relationship(_namespace: str, element: str, attributes: dict[str, str]) -> None:
            if element == "Relationship":
                kind = attributes.get("Type", "").rpartition("/")[2]
                targets[attributes.get("Id", "")] = kind, resolve_target(folder, attributes.get("Target", ""))

        def sheet(_namespace: str, element: str, attributes: dict[str, str]) -> None:
            if element == "sheet":
                key = next((attributes[key] for key in ID_KEYS if key in attributes), "")
                is_hidden = attributes.get("state", "visible") != "visible"
                facts = {
                    "name": attributes.get("name", ""),
                    "hidden": is_hidden,
                    "merged": [],
                    "hidden_rows": [],
                    "hidden_columns": [],
                }
                named.append((key, facts))

        self._book.read(f"{folder}/_rels/{name}.rels".lstrip("/"), relationship)
        self._book.read(main, sheet)
        parts = {kind: part for kind, part in targets.values() if kind in ("sharedStrings", "styles")}
        self._read_strings(parts.get("sharedStrings", ""))
        self._read_styles(parts.get("styles", ""))
        sheets = []
        for key, facts in named:
            kind, part = targets.get(key, ("", ""))
            if kind == "worksheet":
                sheets.append((len(self.sheets), part))
                self.sheets.append(facts)
        return sheets

    def read_sheet(self, number: int, part: str) -> None:
        _Sheet(self, number, self.sheets[number]).read(self._book, part)

    def read_one(self, sheets: list[tuple[int, str]], name: str) -> None:
        """The sheet of this name, else the first that is shown, has cells, and no more of them than can be read."""
        limits, too_large = (self._rows_left, self._cells_left), None
        named = [each for each in sheets if self.sheets[each[0]]["name"] == name]
        for number, part in named or sheets:
            if self.sheets[number]["hidden"]:
                continue
            self._rows_left, self._cells_left = limits
            try:
                self.read_sheet(number, part)
            except Refusal as refusal:
                if refusal.code != "too-many-rows":
                    raise
                too_large = refusal
                self.lines.clear()
            if self.lines:
                return
        if too_large is not None:
            raise too_large

    def _read_strings(self, part: str) -> None:
        is_phonetic = False

        def start(_namespace: str, element: str, _attributes: dict[str, str]) -> OnText | None:
            nonlocal is_phonetic
            if element == "si":
                is_phonetic = False
                self._strings.append("")
            elif element == "rPh":  # how a text is spoken; nothing but this follows it
                is_phonetic = True
            elif element == "t" and self._strings and not is_phonetic:
                return self._append_to_string
            return None

        self._book.read(part, start)

    def _append_to_string(self, text: str) -> None:
        self._strings[-1] += text

    def _read_styles(self, part: str) -> None:
        codes: dict[int, str] = {}
        is_of_cells = False

        def start(_namespace: str, element: str, attributes: dict[str, str]) -> None:
            nonlocal is_of_cells
            if element == "numFmt":
                codes[_number(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
            elif element in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                is_of_cells = element == "cellXfs"
            elif element == "xf" and is_of_cells:
                number = _number(attributes.get("numFmtId", ""))
                self._formats.append(_kind_of_format(number, codes.get(number, "")))

        self._book.read(part, start)

    # --- what a sheet asks for ---

    def count_row(self) -> None:
        self._rows_left -= 1
        if self._rows_left < 0:
            raise Refusal("too-many-rows")

    def add(self, sheet: int, address: tuple[int, int], kind: str, text: str, *, is_formula: bool) -> None:
        self._cells_left -= 1
        if self._cells_left < 0:
            raise Refusal("too-many-rows")
        cell = [sheet, *address, kind, _unescaped(text), is_formula]
        self.lines.append(json.dumps(cell, ensure_ascii=False))

    def shared_string(self, text: str) -> str:
        number = _number(text)
        return self._strings[number] if 0 <= number < len(self._strings) else ""

    def kind_of_number(self, style: str) -> str:
        number = _number(style)
        return self._formats[number] if 0 <= number < len(self._formats) else "n"


class _Sheet:
    """One sheet while it is read: a cell is complete when the next one begins."""

    def __init__(self, reader: _Reader, number: int, facts: dict[str, Any]) -> None:
        self._reader, self._number, self._facts = reader, number, facts
        self._attributes: dict[str, str] = {}
        self._text, self._is_formula, self._row, self._column = "", False, 0, -1

    def read(self, book: Workbook, part: str) -> None:
        book.read(part, self._start)
        self._finish()

    def _start(self, _namespace: str, element: str, attributes: dict[str, str]) -> OnText | None:
        handler: Callable[[dict[str, str]], OnText | None] | None = {
            "col": self._columns, "row": self._begin_row, "c": self._begin_cell, "v": self._value, "t": self._value,
            "f": self._formula, "mergeCell": self._merge, "rPh": None,
        }.get(element)  # fmt: skip
        return handler(attributes) if handler else None

    def _columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE or attributes.get("width") in _NOUGHT:
            first, last = _number(attributes.get("min", "")), _number(attributes.get("max", ""))
            columns = range(max(first, 1) - 1, min(last, _LAST_COLUMN))
            self._facts["hidden_columns"] = sorted({*self._facts["hidden_columns"], *columns})

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._finish()
        self._reader.count_row()
        self._row = _number(attributes.get("r", "")) if "r" in attributes else self._row + 1
        self._column = -1
        if attributes.get("hidden") in _TRUE or attributes.get("ht") in _NOUGHT:
            self._facts["hidden_rows"].append(self._row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._finish()
        self._attributes = attributes
        self._column += 1
        if match := _ADDRESS.fullmatch(attributes.get("r", "")):
            self._column, self._row = _column_number(match[1]), int(match[2])

    def _value(self, _attributes: dict[str, str]) -> OnText:
        return self._append

    def _append(self, text: str) -> None:
        self._text += text

    def _formula(self, _attributes: dict[str, str]) -> OnText:
        self._is_formula = True
        return lambda _text: None

    def _merge(self, attributes: dict[str, str]) -> None:
        self._finish()
        first, _colon, last = attributes.get("ref", "").partition(":")
        corners = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last)
        if corners[0] and corners[1]:
            ends = [(int(each[2]), _column_number(each[1])) for each in corners if each]
            self._facts["merged"].append([*ends[0], *ends[1]])
        if len(self._facts["merged"]) > 5000:
            raise Refusal("unreadable", Place(sheet=self._facts["name"]))

    def _finish(self) -> None:
        text, kind = self._text, self._attributes.get("t", "n")
        if kind == "s":
            text = self._reader.shared_string(text) if text else ""
        if text or self._is_formula:
            address = self._row, self._column
            self._reader.add(self._number, address, self._kind(kind), text, is_formula=self._is_formula)
        self._text, self._is_formula, self._attributes = "", False, {}

    def _kind(self, kind: str) -> str:
        if kind in ("b", "e", "d"):
            return kind
        return self._reader.kind_of_number(self._attributes.get("s", "")) if kind == "n" else "s"


def _kind_of_format(number: int, code: str) -> str:
    if number in _DATE_FORMATS:
        return "d"
    if number in _PERCENT_FORMATS:
        return "p"
    bare = _NOT_CODES.sub("", code)
    if bare.lower() == "general" or not bare:
        return "n"
    if "%" in bare:
        return "p"
    return "d" if _DATE_CODES.search(bare) else "n"


def _unescaped(text: str) -> str:
    """The text with characters that XML cannot hold, as spreadsheets write them."""

    def character(match: re.Match[str]) -> str:
        number = int(match[1], 16)
        return match[0] if number in _SURROGATES or not number else chr(number)

    return _ESCAPED.sub(character, text) if "_x" in text else text


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

"""Files of test sets that somebody sends: rows of text that bear the class which is right, in CSV or JSONL.

Rows held back are parted from the others when a file is read, and stand in no file that anybody takes away.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.text import format_number, is_storable, language_by_letters
from practices.packs.csv_rows import csv_rows, header_cells
from practices.packs.faults import MAX_FAULTS, FileRefused, LineFault, decode, refuse
from practices.packs.material import holds_material
from practices.packs.test_set_rows import (
    LABEL,
    NO_COLUMNS,
    OWN_COLUMNS,
    LabelledRow,
    cell_text,
    derived_id_of,
)

MAX_ROWS = 250_000
MAX_SIZE = 60 * 1024 * 1024
MAX_TEXT = 5_000  # characters of a row
FEW_ROWS = 100  # a class with fewer has uncertain scores
_MAX_LINE = 40_000
ENDINGS = (".jsonl", ".ndjson", ".csv")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "row", "номер"),
    "text": ("text", "content", "input", "prompt", "message", "текст"),
    "class": ("class", "label", "expected", "gold", "класс"),
    "language": ("language", "lang", "язык"),
    "held_back": ("held_back", "held_out", "holdout"),
}
_TRUE = {"1", "true", "yes", "y", "да", "held_back", "held_out"}
_ID = re.compile(r"[^\W_][^\s,;\"']{0,79}")  # begins as no comment and no formula does
MAX_CLASS = 80  # characters of a class that the policy may not have
MAX_COLUMNS, _MAX_COLUMN_NAME = 40, 60  # of further columns, which are kept as they are
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,4})?")


@dataclass(frozen=True, slots=True)
class UnknownClass:
    """A class that the policy does not have: how many rows bear it, the first one on this line."""

    key: str
    rows: int
    line: int


@dataclass
class TestSetFile:
    """A file that was read: its rows, and what its reader should know. `empty`: lines that hold no text."""

    rows: list[LabelledRow] = field(default_factory=list)
    unknown: list[UnknownClass] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)  # further ones, in the order in which they come


@dataclass
class TestSetSummary:
    """What a file holds, without its rows: of each class how many in each language, and the line of the first."""

    languages: dict[str, Counter[str]] = field(default_factory=dict)
    first_lines: dict[str, int] = field(default_factory=dict)
    empty: list[int] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows_held_back: int = 0  # rows that the file holds back itself

    def count_of(self, classes: Collection[str]) -> int:
        """How many rows bear one of these classes."""
        return sum(self.languages[key].total() for key in set(classes) if key in self.languages)

    def counts_of(self, classes: Collection[str]) -> dict[str, dict[str, int]]:
        """As `count_rows` says it, of these classes."""
        return {
            key: dict(counts.most_common()) for key, counts in self.languages.items() if key in set(classes)
        }

    def unknown_to(self, classes: Collection[str]) -> list[UnknownClass]:
        """The other classes, those with most rows first."""
        rows = Counter(
            {key: counts.total() for key, counts in self.languages.items() if key not in set(classes)}
        )
        return _unknown_classes(rows, self.first_lines)


def is_labelled_table(header: str) -> bool:
    """Whether the first line of a CSV names the columns of a test set."""
    return {"text", "class"} <= _columns(header_cells(header)).keys()


def read_test_set(raw: bytes, name: str, classes: Collection[str]) -> TestSetFile:
    """Read the file. Rows of a class that the policy does not have are counted and left out.

    Raises FileRefused with the lines: two rows of one id, rows that hold material, what is neither CSV nor JSONL.
    """
    parsed = TestSetFile()
    unknown: Counter[str] = Counter()
    first_lines: dict[str, int] = {}
    for line, row in _rows(raw, name, parsed.empty, parsed.columns):
        if row.class_key in classes:
            parsed.rows.append(row)
        else:
            unknown[row.class_key] += 1
            first_lines.setdefault(row.class_key, line)
    parsed.unknown = _unknown_classes(unknown, first_lines)
    return parsed


def summarise_test_set(raw: bytes, name: str) -> TestSetSummary:
    """Read the file whatever its policy, and keep none of its rows. Raises FileRefused as `read_test_set` does."""
    summary = TestSetSummary()
    for line, row in _rows(raw, name, summary.empty, summary.columns):
        summary.languages.setdefault(row.class_key, Counter())[row.language] += 1
        summary.first_lines.setdefault(row.class_key, line)
        summary.rows_held_back += row.is_held_back
    return summary


def read_rows(raw: bytes, name: str) -> Iterator[LabelledRow]:
    """Each row of the file, whatever its class. Raises FileRefused as `read_test_set` does."""
    return (row for _line, row in _rows(raw, name, [], []))


def _unknown_classes(rows: Counter[str], first_lines: Mapping[str, int]) -> list[UnknownClass]:
    return [UnknownClass(key, count, first_lines[key]) for key, count in rows.most_common()]


def _rows(raw: bytes, name: str, empty: list[int], columns: list[str]) -> Iterator[tuple[int, LabelledRow]]:
    """Each row with its line; the lines without a text are added to `empty`, the names of further columns to `columns`.

    Raises FileRefused when all are read.
    """
    text = decode(raw, limit=MAX_SIZE)
    records = _csv_records(text) if name.lower().endswith(".csv") else _json_records(text)
    faults: list[LineFault] = []
    ids: dict[str, int] = {}
    repeats: Counter[str] = Counter()
    for number, (line, record, more) in enumerate(records, start=1):
        if number > MAX_ROWS:
            raise refuse(_("There are more than %(most)s rows.") % {"most": format_number(Decimal(MAX_ROWS))})
        if isinstance(record, str):
            faults.append(LineFault(line, record))
        elif not record["text"].strip():
            empty.append(line)
        elif message := _fault_of(record, ids, line) or _fault_of_columns(more):
            faults.append(LineFault(line, message))
        elif not faults:
            _note_columns(columns, more, line)
            yield line, _row(record, record["id"] or _derived_id(record["text"], ids, repeats, line), more)
        if len(faults) > MAX_FAULTS:
            break
    if faults:
        raise FileRefused(faults)
    if not ids:
        raise refuse(_("There is no row with a text and a class in it."))


def _fault_of(record: Mapping[str, str], ids: dict[str, int], line: int) -> str:
    if not record["class"]:
        return _("The row has no class.")
    if len(record["class"]) > MAX_CLASS or not is_storable(record["class"]):
        return _("A class has at most %(most)d characters.") % {"most": MAX_CLASS}
    if len(record["text"]) > MAX_TEXT or not is_storable(record["text"]):
        return _("The text of the row is longer than %(most)d characters, or no text.") % {"most": MAX_TEXT}
    if holds_material(record["text"]):
        return _("This looks like a file and not like words about it. A test set describes the material.")
    if record["id"] and not (_ID.fullmatch(record["id"]) and is_storable(record["id"])):
        return _(
            "An id begins with a letter or a digit and has at most 80 characters, without spaces, commas and "
            "quotation marks."
        )
    earlier = ids.setdefault(record["id"], line) if record["id"] else line
    return (
        _("The id of this row stands on line %(line)d already.") % {"line": earlier}
        if earlier != line
        else ""
    )


def _fault_of_columns(more: Mapping[str, Any]) -> str:
    """What is wrong with a further column: it is kept and given out as it is, so it has to be words as well."""
    for name, value in more.items():
        if not name.strip() or len(name) > _MAX_COLUMN_NAME or not is_storable(name):
            return _("The name of a column has at most %(most)d characters.") % {"most": _MAX_COLUMN_NAME}
        text = cell_text(value)
        if len(text) > MAX_TEXT or not is_storable(text):
            message = _("The column “%(column)s” has more than %(most)d characters here, or no text.")
            return message % {"column": name, "most": MAX_TEXT}
        if holds_material(text):
            return _("This looks like a file and not like words about it. A test set describes the material.")
    return ""


def _note_columns(columns: list[str], more: Mapping[str, Any], line: int) -> None:
    columns += [column for column in more if column not in columns]
    if len(columns) > MAX_COLUMNS:
        raise refuse(_("There are more than %(most)d further columns.") % {"most": MAX_COLUMNS}, line)


def _row(record: Mapping[str, str], row_id: str, more: Mapping[str, Any]) -> LabelledRow:
    language = record["language"] if _LANGUAGE.fullmatch(record["language"]) else ""
    return LabelledRow(
        row_id,
        record["text"],
        record["class"],
        language or language_by_letters(record["text"]),
        record["held_back"].casefold() in _TRUE,
        more or NO_COLUMNS,
    )


def _derived_id(text: str, ids: dict[str, int], repeats: Counter[str], line: int) -> str:
    """An id that follows from the text, so that a row put before this one changes nothing; a repeat has a number."""
    stem = derived_id_of(text)
    row_id = stem if stem not in ids else ""
    while not row_id or row_id in ids:
        repeats[stem] += 1
        row_id = f"{stem}-{repeats[stem] + 1}"
    ids[row_id] = line
    return row_id


# The line, then what the portal reads or what is wrong, then the further columns.
Record = tuple[int, dict[str, str] | str, Mapping[str, Any]]


def _csv_records(text: str) -> Iterator[Record]:
    rows = csv_rows(text)
    names = [cell.strip() for cell in next(rows, (0, []))[1]]
    columns = _columns(names)
    further = _further_columns(names, columns.values())
    if not {"text", "class"} <= columns.keys():
        raise refuse(_("The first line must name the columns: id, text, class, language."), 1)
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            yield (
                line,
                {
                    key: cells[columns[key]].strip() if columns.get(key, len(cells)) < len(cells) else ""
                    for key in _KEYS
                },
                {
                    name: cells[place].strip()
                    for place, name in further.items()
                    if place < len(cells) and cells[place].strip()
                },
            )


def _columns(names: Sequence[str]) -> dict[str, int]:
    lower = [name.casefold() for name in names]
    words_by_key = {key: next((word for word in words if word in lower), "") for key, words in _KEYS.items()}
    return {key: lower.index(word) for key, word in words_by_key.items() if word}


def _further_columns(names: Sequence[str], used: Collection[int]) -> dict[int, str]:
    """The names of the columns that the portal does not read, by their places.

    One without a name has its number, and so has one that is called as another or as a column of every row.
    """
    further: dict[int, str] = {}
    taken = set(OWN_COLUMNS)
    for place, name in enumerate(names):
        if place not in used and name.casefold() != LABEL:
            named = name or f"column {place + 1}"
            while named.casefold() in taken:
                named = f"{named} ({place + 1})"
            taken.add(named.casefold())
            further[place] = named
    return further


def _json_records(text: str) -> Iterator[Record]:
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        if len(content) > _MAX_LINE:
            yield line, _("The line is too long."), NO_COLUMNS
            continue
        try:
            value = json.loads(content, parse_constant=lambda _name: None)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            yield line, _("Each line must be one JSON object with id, text and class."), NO_COLUMNS
            continue
        names, values = list(value), list(value.values())
        columns = _columns(names)
        further = _further_columns(names, columns.values())
        yield (
            line,
            {key: _plain(values[columns[key]]) if key in columns else "" for key in _KEYS},
            {name: values[place] for place, name in further.items() if values[place] not in (None, "")},
        )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int) else ""

"""Test sets: rows of text that bear the class which is right, read from CSV or JSONL and written as JSONL.

Rows held back are parted from the others when a file is read, and stand in no file that anybody takes away.
"""

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.publishing import canonical
from portal.kernel.text import is_storable, language_by_letters
from practices.packs.faults import MAX_FAULTS, FileRefused, LineFault, decode, refuse

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
_ID = re.compile(r"[^\s,;\"']{1,80}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,4})?")
# the material itself instead of words about it
_MATERIAL = re.compile(r"data:[a-z]+/[\w.+-]+;base64,|[A-Za-z0-9+/]{400,}={0,2}")


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """One row: what is judged, and the class that is right."""

    id: str
    text: str
    class_key: str
    language: str
    is_held_back: bool = False


@dataclass(frozen=True, slots=True)
class UnknownClass:
    """A class that the policy does not have: how many rows bear it, the first one on this line."""

    key: str
    rows: int
    line: int


@dataclass
class TestSetFile:
    """A file that was read: its rows, and what its reader should know. `empty`: lines that hold no text."""

    __test__ = False

    rows: list[LabelledRow] = field(default_factory=list)
    unknown: list[UnknownClass] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)


def is_test_set_name(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


def read_test_set(raw: bytes, name: str, classes: Collection[str]) -> TestSetFile:
    """Read the file. Rows of a class that the policy does not have are counted and left out.

    Raises FileRefused with the lines: two rows of one id, rows that hold material, what is neither CSV nor JSONL.
    """
    text = decode(raw, limit=MAX_SIZE)
    records = _csv_records(text) if name.lower().endswith(".csv") else _json_records(text)
    parsed, faults = TestSetFile(), []
    ids: dict[str, int] = {}
    unknown: Counter[str] = Counter()
    first_lines: dict[str, int] = {}
    for number, (line, record) in enumerate(records, start=1):
        if number > MAX_ROWS:
            raise refuse(_("There are more than %(most)d rows.") % {"most": MAX_ROWS})
        if isinstance(record, str):
            faults.append(LineFault(line, record))
        elif not record["text"].strip():
            parsed.empty.append(line)
        elif message := _fault_of(record, ids, line):
            faults.append(LineFault(line, message))
        elif record["class"] not in classes:
            unknown[record["class"]] += 1
            first_lines.setdefault(record["class"], line)
        else:
            parsed.rows.append(_row(record, number))
        if len(faults) > MAX_FAULTS:
            break
    if faults:
        raise FileRefused(faults)
    if not parsed.rows and not unknown:
        raise refuse(_("There is no row with a text and a class in it."))
    parsed.unknown = [UnknownClass(key, count, first_lines[key]) for key, count in unknown.most_common(20)]
    return parsed


def _fault_of(record: Mapping[str, str], ids: dict[str, int], line: int) -> str:
    if not record["class"]:
        return _("The row has no class.")
    if len(record["text"]) > MAX_TEXT or not is_storable(record["text"]):
        return _("The text of the row is longer than %(most)d characters, or no text.") % {"most": MAX_TEXT}
    if _MATERIAL.search(record["text"]):
        return _("This looks like a file and not like words about it. A test set describes the material.")
    if record["id"] and not _ID.fullmatch(record["id"]):
        return _("An id has at most 80 characters, without spaces, commas and quotation marks.")
    earlier = ids.setdefault(record["id"], line) if record["id"] else line
    return (
        _("The id of this row stands on line %(line)d already.") % {"line": earlier}
        if earlier != line
        else ""
    )


def _row(record: Mapping[str, str], number: int) -> LabelledRow:
    language = record["language"] if _LANGUAGE.fullmatch(record["language"]) else ""
    return LabelledRow(
        record["id"] or f"row-{number}",
        record["text"],
        record["class"],
        language or language_by_letters(record["text"]),
        record["held_back"].casefold() in _TRUE,
    )


Record = tuple[int, dict[str, str] | str]


def _csv_records(text: str) -> Iterator[Record]:
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = _columns([cell.strip() for cell in next(reader)])
        if not {"text", "class"} <= columns.keys():
            raise refuse(_("The first line must name the columns: id, text, class, language."), 1)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield (
                    reader.line_num,
                    {
                        key: cells[columns[key]].strip() if columns.get(key, len(cells)) < len(cells) else ""
                        for key in _KEYS
                    },
                )
    except csv.Error as error:
        raise refuse(_("This line cannot be read as CSV."), reader.line_num) from error


def _columns(names: Sequence[str]) -> dict[str, int]:
    lower = [name.casefold() for name in names]
    words_by_key = {key: next((word for word in words if word in lower), "") for key, words in _KEYS.items()}
    return {key: lower.index(word) for key, word in words_by_key.items() if word}


def _json_records(text: str) -> Iterator[Record]:
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        if len(content) > _MAX_LINE:
            yield line, _("The line is too long.")
            continue
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            yield line, _("Each line must be one JSON object with id, text and class.")
            continue
        values = {str(key).casefold(): inner for key, inner in value.items()}
        yield (
            line,
            {
                key: _plain(next((values[w] for w in words if w in values), ""))
                for key, words in _KEYS.items()
            },
        )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value).strip() if isinstance(value, str | int) else ""


# --- Holding back, counting, writing ---------------------------------------------------------


def hold_back(rows: Sequence[LabelledRow], percent: int) -> list[LabelledRow]:
    """The rows with so many of a hundred held back, besides those that the file itself holds back.

    By the id alone, so that the same row of a next version is held back again.
    """
    return [replace(row, is_held_back=row.is_held_back or _place_of(row.id) < percent) for row in rows]


def _place_of(row_id: str) -> int:
    return int.from_bytes(hashlib.sha256(row_id.encode()).digest()[:4]) * 100 >> 32


def count_rows(rows: Iterable[LabelledRow]) -> dict[str, dict[str, int]]:
    """How many rows each class has in each language."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row.class_key, Counter())[row.language] += 1
    return {key: dict(languages.most_common()) for key, languages in counts.items()}


def classes_digest(content: Mapping[str, Any]) -> str:
    """A digest of the classes of a policy: whether a test set was made for these."""
    return hashlib.sha256(canonical({"classes": content.get("classes", [])})).hexdigest()[:16]


def format_rows(rows: Iterable[LabelledRow]) -> bytes:
    """The rows as the portal stores them: JSONL, without a label, which may change."""
    lines = (
        json.dumps(
            {"id": row.id, "text": row.text, "class": row.class_key, "language": row.language},
            ensure_ascii=False,
        )
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines).encode()


def stored_rows(stored: bytes) -> Iterator[dict[str, str]]:
    """The rows of what `format_rows` wrote."""
    return (json.loads(line) for line in stored.decode().split("\n") if line)


def labelled_jsonl(stored: bytes, label: str) -> bytes:
    """The stored rows with the label in every line."""
    mark = f'{{"tlp": "{label}", '
    return "".join(f"{mark}{line[1:]}\n" for line in stored.decode().split("\n") if line).encode()


def labelled_csv(stored: bytes, label: str, escape: Callable[[str], str]) -> bytes:
    """The stored rows as CSV, the label in a column of its own; `escape` keeps a cell from being a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["tlp", "id", "text", "class", "language"])
    for row in stored_rows(stored):
        writer.writerow([label, *(escape(row[key]) for key in ("id", "text", "class", "language"))])
    return text.getvalue().encode()

"""The rows of a test set: drawn, counted, written as the portal stores them, and given out with their label."""

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.kernel.publishing import canonical

OWN_COLUMNS = ("id", "text", "class", "language")  # of every stored row
LABEL = "tlp"  # what exports of the portal call the column of the label: each export writes its own
NO_COLUMNS: Mapping[str, Any] = {}
_DERIVED_ID = re.compile(r"(text-[0-9a-f]{16})(?:-[0-9]+)?")


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """One row: what is judged, and the class that is right. `more` is what its further columns say."""

    id: str
    text: str
    class_key: str
    language: str
    is_held_back: bool = False
    more: Mapping[str, Any] = field(default_factory=lambda: NO_COLUMNS)


def cell_text(value: Any) -> str:
    """A value of a further column as one cell of a table."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def derived_id_of(text: str) -> str:
    """The id of a row that has none, as long as no other row has the same text: its digest, cut to sixteen digits."""
    return f"text-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def is_drawn(row_id: str, percent: int) -> bool:
    """Whether the row is among so many of a hundred.

    By the id alone, so that the same row of a next version is drawn again; repeats of a text without an id share
    their place, since the one would give away the other.
    """
    return _place_of(row_id) < percent


def _place_of(row_id: str) -> int:
    derived = _DERIVED_ID.fullmatch(row_id)
    return (
        int.from_bytes(hashlib.sha256((derived[1] if derived else row_id).encode()).digest()[:4]) * 100 >> 32
    )


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
    return b"".join(map(format_row, rows))


def format_row(row: LabelledRow) -> bytes:
    """One line of what `format_rows` writes; further columns stand behind those of every row, in place of none."""
    values = {"id": row.id, "text": row.text, "class": row.class_key, "language": row.language}
    return f"{json.dumps({**values, **row.more, **values}, ensure_ascii=False)}\n".encode()


def stored_rows(stored: bytes) -> Iterator[dict[str, Any]]:
    """The rows of what `format_rows` wrote."""
    return (json.loads(line) for line in stored.decode().split("\n") if line)


def labelled_rows(stored: bytes) -> Iterator[LabelledRow]:
    """The same as rows that can be written again."""
    for row in stored_rows(stored):
        more = {key: value for key, value in row.items() if key not in OWN_COLUMNS}
        yield LabelledRow(row["id"], row["text"], row["class"], row["language"], more=more)


def labelled_jsonl(stored: bytes, label: str) -> bytes:
    """The stored rows with the label in every line."""
    mark = f'{{"tlp": "{label}", '
    return "".join(f"{mark}{line[1:]}\n" for line in stored.decode().split("\n") if line).encode()


def labelled_csv(stored: bytes, label: str, escape: Callable[[str], str]) -> bytes:
    """The stored rows as CSV, the label in a column of its own; `escape` keeps a cell from being a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = dict.fromkeys(OWN_COLUMNS)
    for row in stored_rows(stored):
        columns |= dict.fromkeys(row)
    writer.writerow([LABEL, *map(escape, columns)])
    for row in stored_rows(stored):
        cells = (row.get(column, "") for column in columns)
        writer.writerow(
            [label, *(escape(cell) if isinstance(cell, str) else cell_text(cell) for cell in cells)]
        )
    return text.getvalue().encode()

"""Tables and documents of scores as packs carry them: what a model reached in a class, stated and not counted here."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.errors import Faults
from portal.kernel.text import format_number
from practices.content import clean_content
from practices.fields import FIELDS_BY_KEY
from practices.files.stated_results import SCORE_COLUMNS, plain_count, plain_share
from practices.packs.csv_rows import csv_rows, header_cells
from practices.packs.faults import MAX_FAULTS, FileRefused, LineFault, decode, refuse

MAX_SIZE = 1024 * 1024
_MOST = FIELDS_BY_KEY["scores"].limit
_NUMBERS = {"precision": plain_share, "recall": plain_share, "rows": plain_count}
_MOST_DEPTH = 4  # of objects within each other in a document of scores


def is_score_table(raw: bytes, suffix: str) -> bool:
    """Whether a CSV names in its first line what was reached, or a document of JSON says it, of a model or a class."""
    if suffix == ".json":
        return any(_reached(value) for value, _path in _objects(raw))
    columns = _positions(header_cells(raw[:4000].decode("utf-8", "replace").removeprefix("\ufeff")))
    return bool({"name", "class"} & columns.keys()) and bool({"precision", "recall"} & columns.keys())


def _positions(header: Sequence[str]) -> dict[str, int]:
    """The places of the columns; a first one without a name has the classes, as evaluations print them."""
    cells = [cell.casefold() for cell in header]
    places = {
        key: cells.index(word) for key, words in SCORE_COLUMNS.items() for word in words if word in cells
    }
    if cells[:1] == [""] and not {"name", "class"} & places.keys():
        places["class"] = 0
    return places


def read_score_table(raw: bytes, file_name: str) -> list[dict[str, str]]:
    """The rows as the field `scores` takes them; a share in per cent becomes one of 1.

    Where none says of which model it is, they bear the name of the file. Raises FileRefused with the lines that the
    field refuses.
    """
    path, rows, faults = PurePosixPath(file_name), list[dict[str, str]](), list[LineFault]()
    records = _json_records(raw) if path.suffix.lower() == ".json" else _csv_records(raw)
    for line, record in records:
        row = {key: _NUMBERS[key](text) if key in _NUMBERS else text for key, text in record.items()}
        if not any(row.values()):
            continue
        if len(rows) > _MOST or len(faults) > MAX_FAULTS:
            break
        try:
            rows += clean_content({"scores": [{"name": path.stem[:120], **row}]}).get("scores", [])
        except Faults as refusal:
            faults.append(LineFault(line, str(refusal.faults["scores"])))
    if faults:
        raise FileRefused(faults)
    if len(rows) > _MOST:
        raise refuse(_("There are more than %(most)s rows.") % {"most": format_number(Decimal(_MOST))})
    return rows


def _csv_records(raw: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    rows = csv_rows(decode(raw, limit=MAX_SIZE))
    columns = _positions([cell.strip() for cell in next(rows, (0, []))[1]])
    for line, cells in rows:
        yield line, {key: cells[place].strip() for key, place in columns.items() if place < len(cells)}


def _json_records(raw: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Objects that say a precision or a recall; one that is the value of a key is of the class of that name."""
    decode(raw, limit=MAX_SIZE)
    for value, path in _objects(raw):
        if _reached(value):
            lower = {str(key).casefold(): each for key, each in value.items()}
            words = {
                key: next((lower[word] for word in names if word in lower), "")
                for key, names in SCORE_COLUMNS.items()
            }
            if not words["class"] and path:
                words["class"] = path[-1]
            texts = {key: str(each) for key, each in words.items() if isinstance(each, str | int | float)}
            yield 0, {key: text for key, text in texts.items() if text}


def _reached(value: Mapping[str, Any]) -> bool:
    numbers = [each for key, each in value.items() if str(key).casefold() in ("precision", "recall")]
    return any(isinstance(each, int | float) and not isinstance(each, bool) for each in numbers)


def _objects(raw: bytes) -> Iterator[tuple[Mapping[str, Any], tuple[str, ...]]]:
    """The objects of a document in their order, each with the keys that lead to it; none within what was reached."""
    try:
        document = json.loads(raw) if len(raw) <= MAX_SIZE else None
    except (ValueError, RecursionError):
        return
    waiting: list[tuple[Any, tuple[str, ...]]] = [(document, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, dict):
            yield value, path
            inner = [(each, (*path, str(key))) for key, each in value.items()]
            waiting += reversed(inner) if len(path) < _MOST_DEPTH and not _reached(value) else ()
        elif isinstance(value, list):
            waiting += [(each, path) for each in reversed(value)]

"""Tables of scores as packs carry them: what a model reached in a class, stated and not counted here."""

import csv
import io
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.kernel.errors import Faults
from portal.kernel.text import format_number
from practices.content import clean_content
from practices.fields import FIELDS_BY_KEY
from practices.packs.faults import MAX_FAULTS, FileRefused, LineFault, decode, refuse

MAX_SIZE = 1024 * 1024
_MOST = FIELDS_BY_KEY["scores"].limit
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("model", "name", "classifier", "модель"),
    "class": ("class", "label", "класс"),
    "precision": ("precision", "точность"),
    "recall": ("recall", "полнота"),
    "rows": ("n", "rows", "support", "size", "строк"),
    "on": ("date", "on", "tested_on", "дата"),
    "by": ("by", "author", "ran_by", "кто"),
}


def is_score_table(header: str) -> bool:
    """Whether the first line of a CSV names a model and what it reached."""
    columns = _positions(header)
    return "name" in columns and bool({"precision", "recall"} & columns.keys())


def _positions(header: str) -> dict[str, int]:
    cells = [cell.strip().casefold() for cell in next(csv.reader([header], delimiter=_delimiter(header)), [])]
    return {key: cells.index(word) for key, words in _COLUMNS.items() for word in words if word in cells}


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def read_score_table(raw: bytes) -> list[dict[str, str]]:
    """The rows as the field `scores` takes them; a share in per cent becomes one of 1.

    Raises FileRefused with the lines that the field refuses.
    """
    text = decode(raw, limit=MAX_SIZE)
    header = text.partition("\n")[0]
    columns, rows, faults = _positions(header), list[dict[str, str]](), list[LineFault]()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(header))
    try:
        next(reader)
        for cells in reader:
            row = {key: cells[place].strip() for key, place in columns.items() if place < len(cells)}
            row |= {key: _share(row[key]) for key in ("precision", "recall") if row.get(key)}
            if not any(row.values()):
                continue
            if len(rows) > _MOST or len(faults) > MAX_FAULTS:
                break
            try:
                rows += clean_content({"scores": [row]}).get("scores", [])
            except Faults as refusal:
                faults.append(LineFault(reader.line_num, str(refusal.faults["scores"])))
    except csv.Error as error:
        raise refuse(_("This line cannot be read as CSV."), reader.line_num) from error
    if faults:
        raise FileRefused(faults)
    if len(rows) > _MOST:
        raise refuse(_("There are more than %(most)s rows.") % {"most": format_number(Decimal(_MOST))})
    return rows


def _share(text: str) -> str:
    plain = text.replace(",", ".").replace(" ", "")
    try:
        return f"{float(plain[:-1]) / 100:g}" if plain.endswith("%") else plain
    except ValueError:
        return plain

"""What a policy without front matter says of its evaluation: precision, recall, how many rows, and of which model.

Nothing is taken out of the text: this finds again, as numbers and rows, what it says.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from portal.kernel.errors import Faults
from practices.content import clean_content
from practices.fields import FIELDS_BY_KEY
from practices.files.tables import tables_in

# By part of a score: how evaluations head its column.
SCORE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("model", "name", "classifier", "модель"),
    "class": ("class", "label", "category", "класс"),
    "precision": ("precision", "точность"),
    "recall": ("recall", "полнота"),
    "rows": ("n", "rows", "support", "size", "строк"),
    "on": ("date", "on", "tested_on", "дата"),
    "by": ("by", "author", "ran_by", "кто"),
}
_FIELD_OF = {"precision": "precision", "recall": "recall", "rows": "sample_size"}
_SHARE_WORDS = {"precision": "precision", "точность": "precision", "recall": "recall", "полнота": "recall"}
_SHARE_WORD = "precision|recall|точность|полнота"
_NUMBER = r"(?:0?[.,]\d{1,6}|1(?:[.,]0{1,6})?|0|\d{1,3}(?:[.,]\d{1,6})?\s?%)"
_AND = r"\s?(?:/|,|&|\band\b|\bи\b)\s?"
# on the same line, and no difference: “+2 %”
_BEFORE = r"[^\w/&;.\n]{1,8}(?:(?:of|is|was|at|составил[аи]?|составляет)\s{1,3})?(?<![-−–+±])"
# no part of a longer number, no range, no first one of several
_AFTER = rf"(?!\d|\s?%|[.,]\d|\s?(?:[-–—|]|to|до|\.\.\.?|…)\s?[\d.]|{_AND}[\d.])"
_SHARE = re.compile(rf"\b(?P<word>{_SHARE_WORD})\b{_BEFORE}(?P<number>{_NUMBER}){_AFTER}", re.IGNORECASE)
_TWO_SHARES = re.compile(
    rf"\b(?P<word>{_SHARE_WORD}){_AND}(?P<other>{_SHARE_WORD})\b{_BEFORE}"
    rf"(?P<number>{_NUMBER}){_AND}(?P<next>{_NUMBER}){_AFTER}",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"(?<![\w.])(?:n|(?:test set|sample) size|rows|support|строк|объ[её]м выборки)[*_`]{0,3}(?:\s?[=:|]\s?|\s)"
    r"[*_`]{0,3}\s?(?P<size>\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+|\d{1,9})(?!\d|[.,]\d|\s?%)",
    re.IGNORECASE,
)


def stated_results(lines: Sequence[str], title: str) -> dict[str, Any]:
    """Precision, recall and the size of the test, where the text says one of each and no more; its tables of scores.

    Where a table names classes and no model, its scores bear the title of the policy.
    """
    text = "\n".join(lines)
    results: dict[str, Any] = {
        key: numbers.pop() for key, numbers in _shares_in(text).items() if len(numbers) == 1
    }
    sizes = {re.sub(r"\D", "", match["size"]) for match in _SIZE.finditer(text)} if results else set()
    if len(sizes) == 1:
        results["sample_size"] = sizes.pop()
    scores: list[dict[str, str]] = []
    for table in _score_tables(lines):
        if all({"name", "class"} & row.keys() for row in table):
            scores += _scores(table, title)
        elif len(table) == 1:
            results = {**_one_result(table[0]), **results}
    return {**results, **({"scores": scores[: FIELDS_BY_KEY["scores"].limit]} if scores else {})}


def plain_share(text: str) -> str:
    """A share as people write it, as a decimal from 0 to 1: “91 %”, “.91”, “0,91”. What is none stays as it is."""
    plain = re.sub(r"[\s*_`]", "", text).replace(",", ".")
    try:
        if plain.endswith("%"):
            return f"{float(plain[:-1]) / 100:.6f}".rstrip("0").rstrip(".") or "0"
    except ValueError:
        return text
    return f"0{plain}" if plain.startswith(".") else plain


def plain_count(text: str) -> str:
    """A count without what groups its digits: “1,200”, “1 200”. What is none stays as it is."""
    digits = re.sub(r"(?<=\d)[\s,\u00a0\u202f](?=\d{3}(?!\d))", "", text.strip("*_` "))
    return digits if digits.isdecimal() else text


def score_columns(headings: Sequence[str]) -> dict[str, int]:
    """The places of the columns of a table of scores, by part; empty where it says neither precision nor recall."""
    words = [heading.casefold().strip("*_` ") for heading in headings]
    places = {
        key: words.index(name) for key, names in SCORE_COLUMNS.items() for name in names if name in words
    }
    return places if {"precision", "recall"} & places.keys() else {}


def _shares_in(text: str) -> dict[str, set[str]]:
    """What the text says of each, in whatever spelling."""
    shares: dict[str, set[str]] = {"precision": set(), "recall": set()}
    for match in _SHARE.finditer(text):
        shares[_SHARE_WORDS[match["word"].casefold()]].add(plain_share(match["number"]))
    for match in _TWO_SHARES.finditer(text):
        shares[_SHARE_WORDS[match["word"].casefold()]].add(plain_share(match["number"]))
        shares[_SHARE_WORDS[match["other"].casefold()]].add(plain_share(match["next"]))
    return shares


def _score_tables(lines: Sequence[str]) -> Iterator[list[dict[str, str]]]:
    """The rows of each table that says a precision or a recall."""
    for heading, *body in tables_in(lines):
        places = score_columns(heading)
        rows = [
            {key: cells[place] for key, place in places.items() if place < len(cells) and cells[place]}
            for cells in body
        ]
        if places and any(rows):
            yield [row for row in rows if row]


def _scores(table: Sequence[Mapping[str, str]], title: str) -> list[dict[str, str]]:
    """The rows that can be kept as scores; the text says the others all the same."""
    scores: list[dict[str, str]] = []
    for row in table:
        cells = {key: cell.strip("*_` ") for key, cell in row.items()}
        cells |= {key: plain_share(cells[key]) for key in ("precision", "recall") if key in cells}
        if "rows" in cells:
            cells["rows"] = plain_count(cells["rows"])
        if not _is_day(cells.get("on", "")):
            cells.pop("on", None)
        scores += _cleaned({"scores": [{"name": title, **cells}]}).get("scores", [])
    return scores


def _one_result(row: Mapping[str, str]) -> dict[str, Any]:
    cells = {key: plain_count(cell) if key == "rows" else plain_share(cell) for key, cell in row.items()}
    return _cleaned({field: cells[key] for key, field in _FIELD_OF.items() if key in cells})


def _cleaned(raw: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return clean_content(raw)
    except Faults:
        return {}


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False

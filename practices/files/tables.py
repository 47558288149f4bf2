"""Rows as a Markdown table: the classes of a policy, their examples, scores. One cell holds one line of text."""

import re
from collections.abc import Iterator, Mapping, Sequence

from practices.enums import ClassOutcome
from practices.fields import ROW_KEYS, FieldType

# By part of a row: how its column is headed in English and Russian.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "key": ("class", "класс"),
    "title": ("title", "название"),
    "outcome": ("verdict", "решение"),
    "meaning": ("meaning", "значение"),
    "follows": ("what follows", "что следует"),
    "class": ("class", "класс"),
    "text": ("example", "пример"),
    "name": ("model", "модель"),
    "precision": ("precision", "точность"),
    "recall": ("recall", "полнота"),
    "rows": ("rows", "строк"),
    "on": ("date", "дата"),
    "by": ("by", "кто проверил"),
}
OUTCOME_WORDS: Mapping[str, tuple[str, str]] = {
    ClassOutcome.VIOLATING.value: ("not allowed", "недопустимо"),
    ClassOutcome.ALLOWED.value: ("allowed", "допустимо"),
}
# The fields that stand as a table in the body of a file.
TABLE_FIELDS: Mapping[str, FieldType] = {
    "classes": FieldType.CLASSES,
    "examples": FieldType.EXAMPLES,
    "scores": FieldType.SCORES,
}
_OUTCOME_OF = {word: code for code, words in OUTCOME_WORDS.items() for word in words}
_CELL_END = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_ESCAPED = re.compile(r"\\([\\|])")


def format_table(rows: Sequence[Mapping[str, str]], field_type: FieldType, language: str) -> str:
    """The table of rows; reading it gives the same rows."""
    place = 1 if language == "ru" else 0
    keys = ROW_KEYS[field_type]
    lines = [
        _line([COLUMNS[key][place] for key in keys]),
        _line(["---"] * len(keys)),
        *(_line([_cell(key, row.get(key, ""), place) for key in keys]) for row in rows),
    ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(key: str, text: str, place: int) -> str:
    if key == "outcome":
        text = OUTCOME_WORDS[text][place]
    return text.replace("\\", "\\\\").replace("|", "\\|")


def read_table(lines: Sequence[str], field_type: FieldType) -> tuple[list[dict[str, str]], int | None]:
    """The rows, and the place of the first line that belongs to no table with these columns, if there is one.

    The columns are known by their headings, in either language and in any order; one that is missing is empty.
    """
    filled = [place for place, line in enumerate(lines) if line.strip()]
    if not filled:
        return [], None
    first, *rest = filled
    keys = [_key_of(cell, field_type) for cell in _cells(lines[first])]
    if "" in keys or len(keys) != len(set(keys)) or not rest or not _RULE.fullmatch(lines[rest[0]].strip()):
        return [], first
    rows: list[dict[str, str]] = []
    for place in rest[1:]:
        cells = _cells(lines[place])
        if len(cells) != len(keys) or place - rest[0] != len(rows) + 1:
            return [], place
        rows.append({key: _read_cell(key, cell) for key, cell in zip(keys, cells, strict=True) if cell})
    return rows, None


def tables_in(lines: Sequence[str]) -> Iterator[list[list[str]]]:
    """The cells of each table in a text, whatever its columns: its heading, then its rows."""
    table: list[list[str]] = []
    for place, line in enumerate([*lines, ""]):
        cells = _cells(line)
        if cells and (table or _RULE.fullmatch(lines[place + 1].strip() if place + 1 < len(lines) else "")):
            if not _RULE.fullmatch(line.strip()):
                table.append(cells)
        elif table:
            yield table
            table = []


def _key_of(heading: str, field_type: FieldType) -> str:
    words = heading.casefold().strip("*_ ")
    return next((key for key in ROW_KEYS[field_type] if words in (*COLUMNS[key], key)), "")


def _read_cell(key: str, cell: str) -> str:
    return _OUTCOME_OF.get(cell.casefold(), cell) if key == "outcome" else cell


def _cells(line: str) -> list[str]:
    text = line.strip()
    if not text.startswith("|"):
        return []
    cells, start = [], 1
    for match in _CELL_END.finditer(text, 1):
        cells.append(text[start : match.end() - 1])
        start = match.end()
    if text[start:].strip():
        cells.append(text[start:])
    return [_ESCAPED.sub(r"\1", cell.strip()) for cell in cells]

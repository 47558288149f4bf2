"""Names of sheets as every spreadsheet takes them."""

import re
from collections.abc import Sequence

MAX_SHEET_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_RESERVED = {"history", "журнал"}  # a spreadsheet keeps these names for itself


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Make the names safe: at most 31 characters, and unique without regard to case."""
    names: list[str] = []
    used = set(_RESERVED)
    for name in titles:
        title = " ".join(_FORBIDDEN.sub(" ", name).split())
        safe = _make_unique(_short(title, MAX_SHEET_NAME).strip("'") or "–", used)
        used.add(safe.casefold())
        names.append(safe)
    return names


def _short(text: str, max_length: int) -> str:
    """Cut between words where possible, with an ellipsis."""
    if len(text) <= max_length:
        return text
    head = text[: max_length - 1]
    between = head.rsplit(" ", 1)[0]
    return f"{(between if len(between) > max_length // 2 else head).rstrip(' ,;.–-')}…"


def _make_unique(name: str, used: set[str]) -> str:
    if name.casefold() not in used:
        return name
    number = 2
    while (other := f"{_short(name, MAX_SHEET_NAME - len(f' {number}'))} {number}").casefold() in used:
        number += 1
    return other

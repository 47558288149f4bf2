"""Names of sheets as every spreadsheet takes them."""

import re
from collections.abc import Sequence

MAX_LENGTH = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_RESERVED = {"history", "журнал"}  # a spreadsheet keeps these names for itself


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """The wanted names made safe, at most 31 characters long, and told from one another whatever their case."""
    names: list[str] = []
    taken = set(_RESERVED)
    for name in wanted:
        safe = _make_unique(_safe(name), taken)
        taken.add(safe.casefold())
        names.append(safe)
    return names


def _safe(name: str) -> str:
    words = " ".join(_FORBIDDEN.sub(" ", name).split())
    return _short(words, MAX_LENGTH).strip("'") or "–"


def _short(text: str, most: int) -> str:
    """Cut between words where there is a word to cut at, and say so."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    between = head.rsplit(" ", 1)[0]
    return f"{(between if len(between) > most // 2 else head).rstrip(' ,;.–-')}…"


def _make_unique(name: str, taken: set[str]) -> str:
    if name.casefold() not in taken:
        return name
    number = 2
    while (other := f"{_short(name, MAX_LENGTH - len(f' {number}'))} {number}").casefold() in taken:
        number += 1
    return other

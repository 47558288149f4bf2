"""Names of sheets as every spreadsheet takes them."""

import re
from collections.abc import Sequence

LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_RESERVED = {"history", "журнал"}  # a spreadsheet keeps these names for itself


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """The wanted names made safe, at most 31 characters long, and told from one another whatever their case."""
    found: list[str] = []
    taken = set(_RESERVED)
    for name in wanted:
        safe = _told_apart(_safe(name), taken)
        taken.add(safe.casefold())
        found.append(safe)
    return found


def _safe(name: str) -> str:
    words = " ".join(_FORBIDDEN.sub(" ", name).split())
    return _short(words, LONGEST).strip("'") or "–"


def _short(words: str, most: int) -> str:
    """Cut between words where there is a word to cut at, and say so."""
    if len(words) <= most:
        return words
    head = words[: most - 1]
    between = head.rsplit(" ", 1)[0]
    return f"{(between if len(between) > most // 2 else head).rstrip(' ,;.–-')}…"


def _told_apart(name: str, taken: set[str]) -> str:
    if name.casefold() not in taken:
        return name
    number = 2
    while (other := f"{_short(name, LONGEST - len(f' {number}'))} {number}").casefold() in taken:
        number += 1
    return other

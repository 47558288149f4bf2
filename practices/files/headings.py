"""The headings of a Markdown text outside of its code, in both of Markdown's spellings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HASHES = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*(?:#+[ \t]*)?")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NO_PARAGRAPH = re.compile(r" {0,3}(?:[-*+>|#]|\d+[.)])|\s*$| {4}|\t")


@dataclass(frozen=True, slots=True)
class Heading:
    """`line` is its number from 1, `after` the place of the first line below it."""

    line: int
    level: int
    words: str
    after: int


def headings_in(lines: Sequence[str]) -> list[Heading]:
    """The headings in their order. A fence that is never closed fences nothing, so that no heading gets lost in it."""
    found: list[Heading] = []
    place = 0
    while place < len(lines):
        end = _end_of_code(lines, place)
        if end is not None:
            place = end
            continue
        heading = _heading_at(lines, place)
        if heading is not None:
            found.append(heading)
        place = heading.after if heading else place + 1
    return found


def _end_of_code(lines: Sequence[str], place: int) -> int | None:
    """The place after the fenced code that begins here; None when none does."""
    opened = _FENCE.match(lines[place])
    if opened is None:
        return None
    mark = opened[1]
    for later in range(place + 1, len(lines)):
        closing = lines[later].strip()
        if closing and set(closing) == {mark[0]} and len(closing) >= len(mark):
            return later + 1
    return None


def _heading_at(lines: Sequence[str], place: int) -> Heading | None:
    if (hashes := _HASHES.fullmatch(lines[place])) and hashes[2]:
        return Heading(place + 1, len(hashes[1]), hashes[2], place + 1)
    under = _UNDERLINE.fullmatch(lines[place + 1]) if place + 1 < len(lines) else None
    alone = place == 0 or not lines[place - 1].strip()
    if under and alone and not _NO_PARAGRAPH.match(lines[place]):
        return Heading(place + 1, 1 if under[1][0] == "=" else 2, lines[place].strip(), place + 2)
    return None

"""The headings of a Markdown text outside of its code and comments, in both of Markdown's spellings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HASHES = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_COMMENT = re.compile(r" {0,3}(<!--)")
_NO_PARAGRAPH = re.compile(r" {0,3}(?:[-*+>|#]|\d+[.)])|\s*$| {4}|\t")


@dataclass(frozen=True, slots=True)
class Heading:
    """`line` is its number from 1, `next_line` the place of the first line below it."""

    line: int
    level: int
    text: str
    next_line: int


def without_closing_hashes(text: str) -> str:
    """The words of a heading without the number signs that may stand after them."""
    return text.rstrip(" \t").rstrip("#").rstrip(" \t")


def headings_in(lines: Sequence[str]) -> list[Heading]:
    """The headings in their order. What is never closed hides nothing, so that no heading gets lost in it."""
    headings: list[Heading] = []
    open_ended: set[str] = set()  # so that nothing is looked for twice in a long text
    place = 0
    while place < len(lines):
        end = _end_of_hidden_block(lines, place, open_ended)
        if end is not None:
            place = end
            continue
        heading = _heading_at(lines, place)
        if heading is not None:
            headings.append(heading)
        place = heading.next_line if heading else place + 1
    return headings


def _end_of_hidden_block(lines: Sequence[str], index: int, open_ended: set[str]) -> int | None:
    """The place after the fenced code or the comment that begins here; None when none does."""
    opened = _FENCE.match(lines[index]) or _COMMENT.match(lines[index])
    if opened is None or any(opened[1].startswith(marker) for marker in open_ended):
        return None
    marker = opened[1]
    is_comment = marker == "<!--"
    first = index if is_comment else index + 1
    for later in range(first, len(lines)):
        line = lines[later].strip()
        closes_fence = set(line) == {marker[0]} and len(line) >= len(marker)
        closes = "-->" in line if is_comment else closes_fence
        if closes:
            return later + 1
    open_ended.add(marker)
    return None


def _heading_at(lines: Sequence[str], index: int) -> Heading | None:
    if (hashes := _HASHES.fullmatch(lines[index])) and (text := without_closing_hashes(hashes[2])):
        return Heading(index + 1, len(hashes[1]), text, index + 1)
    under = _UNDERLINE.fullmatch(lines[index + 1]) if index + 1 < len(lines) else None
    alone = index == 0 or not lines[index - 1].strip()
    if under and alone and not _NO_PARAGRAPH.match(lines[index]):
        return Heading(index + 1, 1 if under[1][0] == "=" else 2, lines[index].strip(), index + 2)
    return None

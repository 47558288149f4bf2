"""What two people made of one text, as one text: three-way, word by word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TypeVar

from portal.kernel.text.differences import TOKEN, DiffMark, compare_words

T = TypeVar("T")
_LITTLE = 12  # characters in common that are chance
_MAX_LENGTH = 4_000_000  # words by words, from where on what occurs everywhere is no anchor any more


@dataclass(frozen=True, slots=True)
class Overlap:
    """A passage that both have changed, each in another way; either may have struck it out."""

    theirs: str
    mine: str


@dataclass(slots=True)
class MergedText:
    """Both changes in place; of an overlapping passage both versions follow one another, theirs first."""

    text: str
    overlaps: list[Overlap] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Edit:
    """Words of the base from `start` to `end`, and what stands there instead."""

    start: int
    end: int
    words: tuple[str, ...]


def merge_words(base: str, theirs: str, mine: str) -> MergedText:
    """Merge two versions of `base`: each change stands where it was made; those that overlap are both kept.

    Two first versions that are much alike have their common words once, as two alike that stand for one passage have;
    others follow one another.
    """
    if not base.strip() and (common := _common_words(theirs, mine)):
        base = common
    words = TOKEN.findall(base)
    merged, place = MergedText(""), 0
    parts: list[str] = []
    for start, end, their_edits, my_edits in _passages(_edits(words, theirs), _edits(words, mine)):
        parts += words[place:start]
        their_words, my_words = (_applied(words, start, end, edits) for edits in (their_edits, my_edits))
        if not my_edits or their_words == my_words:
            parts.append(their_words)
        elif not their_edits:
            parts.append(my_words)
        elif base.strip() and _common_words(their_words, my_words):
            inner = merge_words("", their_words, my_words)
            parts.append(inner.text)
            merged.overlaps += inner.overlaps
        else:
            is_whole = (start, end) == (0, len(words))
            parts.append(_one_after_another(their_words, my_words, between="\n\n" if is_whole else " "))
            merged.overlaps.append(Overlap(their_words.strip(), my_words.strip()))
        place = end
    merged.text = "".join([*parts, *words[place:]])
    return merged


def merge_without_base(theirs: str, mine: str) -> MergedText:
    """Merge two versions of a text of which nobody knows what both started from: no word of either is left out."""
    return merge_words("", theirs, mine)


def _common_words(theirs: str, mine: str) -> str:
    """What both say, where that is most of the shorter text or half of the longer; else nothing."""
    common = "".join(piece.text for piece in compare_words(theirs, mine) if piece.mark == DiffMark.SAME)
    lengths = sorted((len(theirs), len(mine)))
    return common if len(common) >= _LITTLE and _is_alike(len(common), *lengths) else ""


def _is_alike(common: int, shorter: int, longer: int) -> bool:
    return common >= 0.8 * shorter or common >= 0.5 * longer


def merge_lists(base: Sequence[T], theirs: Sequence[T], mine: Sequence[T]) -> list[T]:
    """Theirs, without what I have taken out and with what I have added; an entry that both changed is there twice."""
    remaining = [entry for entry in theirs if entry in mine or entry not in base]
    return [*remaining, *(entry for entry in mine if entry not in base and entry not in theirs)]


def merge_values(base: T, theirs: T, mine: T) -> tuple[T, bool]:
    """The value that was changed; mine where both have changed it, which the second value tells."""
    if theirs in (base, mine):
        return mine, False
    return (theirs, False) if mine == base else (mine, True)


def _edits(words: Sequence[str], changed: str) -> list[_Edit]:
    others = TOKEN.findall(changed)
    long = len(words) * len(others) > _MAX_LENGTH
    opcodes = SequenceMatcher(str.isspace, words, others, autojunk=long).get_opcodes()
    edits: list[_Edit] = []
    for tag, i1, i2, j1, j2 in opcodes:
        if tag == "equal":
            continue
        # words between two changes that are nothing but a blank belong to the change
        if edits and i1 - edits[-1].end == 1 and words[edits[-1].end].isspace():
            last = edits.pop()
            edits.append(_Edit(last.start, i2, (*last.words, words[last.end], *others[j1:j2])))
        else:
            edits.append(_Edit(i1, i2, tuple(others[j1:j2])))
    return edits


def _passages(
    theirs: Sequence[_Edit], mine: Sequence[_Edit]
) -> Iterator[tuple[int, int, list[_Edit], list[_Edit]]]:
    """Passages of the base that somebody has changed, with the changes of either; touching ones are one passage."""
    left = sorted(
        [(edit.start, edit.end, False, edit) for edit in theirs]
        + [(edit.start, edit.end, True, edit) for edit in mine],
        key=lambda each: each[:3],
    )
    while left:
        start, end, *_rest = left[0]
        inside: list[tuple[int, int, bool, _Edit]] = []
        while left and (left[0][0] < end or left[0][0] == start or (left[0][0] == end == left[0][1])):
            inside.append(left.pop(0))
            end = max(end, inside[-1][1])
        yield (
            start,
            end,
            [edit for *_place, is_mine, edit in inside if not is_mine],
            [edit for *_place, is_mine, edit in inside if is_mine],
        )


def _applied(words: Sequence[str], start: int, end: int, edits: Sequence[_Edit]) -> str:
    parts: list[str] = []
    for edit in edits:
        parts += [*words[start : edit.start], *edit.words]
        start = edit.end
    return "".join([*parts, *words[start:end]])


def _one_after_another(theirs: str, mine: str, *, between: str) -> str:
    """Both, with a blank between them where neither has one; whole texts as paragraphs."""
    is_apart = not theirs or not mine or theirs[-1].isspace() or mine[0].isspace()
    return theirs + ("" if is_apart else between) + mine

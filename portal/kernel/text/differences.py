"""Two texts as one: the words that stayed, went and came, in any alphabet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# a number; a word with its marks and inner apostrophes or hyphens; a run of blanks; any other single sign
TOKEN = re.compile(
    r"\d+(?:[.,]\d+)+|[\w\u0300-\u036f]+(?:['’\-\u2010\u2011][\w\u0300-\u036f]+)*|\s+|.", re.DOTALL
)
_MAX_LENGTH = 4_000_000  # words by words, from where on what occurs everywhere is no anchor any more
_CONTEXT_LENGTH = 24  # words of unchanged text that stay next to a change


class DiffMark(StrEnum):
    """What became of a piece: it stayed, it was written, it was struck out; or unchanged words are left out here."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """A run of text with one fate."""

    text: str
    mark: DiffMark


def compare_words(old: str, new: str) -> list[DiffPiece]:
    """The words that went and came, paragraph by paragraph, so that a moved line does not unsettle the rest."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[DiffPiece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(DiffPiece("".join(before[i1:i2]), DiffMark.SAME))
        else:
            pieces += _tokens("".join(before[i1:i2]), "".join(after[j1:j2]))
    return _merge_neighbours(pieces)


def _tokens(old: str, new: str) -> list[DiffPiece]:
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    long = len(before) * len(after) > _MAX_LENGTH
    pieces = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(str.isspace, before, after, autojunk=long).get_opcodes():
        if tag == "equal":
            pieces.append(DiffPiece("".join(before[i1:i2]), DiffMark.SAME))
            continue
        pieces.append(DiffPiece("".join(before[i1:i2]), DiffMark.REMOVED))
        pieces.append(DiffPiece("".join(after[j1:j2]), DiffMark.ADDED))
    return pieces


def _merge_neighbours(pieces: Sequence[DiffPiece]) -> list[DiffPiece]:
    """Changes with nothing but a blank between them are one change: struck words first, then the new ones."""
    joined: list[DiffPiece] = []
    removed, added = "", ""
    for place, piece in enumerate(pieces):
        is_blank = piece.text != "" and piece.text.strip(" ") == ""
        is_between_changes = is_blank and 0 < place < len(pieces) - 1
        if piece.mark == DiffMark.SAME and not is_between_changes:
            joined += _change(removed, added)
            removed, added = "", ""
            joined.append(piece)
            continue
        removed += piece.text if piece.mark != DiffMark.ADDED else ""
        added += piece.text if piece.mark != DiffMark.REMOVED else ""
    return [piece for piece in [*joined, *_change(removed, added)] if piece.text]


def _change(removed: str, added: str) -> list[DiffPiece]:
    return [DiffPiece(removed, DiffMark.REMOVED), DiffPiece(added, DiffMark.ADDED)]


def shorten_unchanged(pieces: Sequence[DiffPiece]) -> list[DiffPiece]:
    """Long runs of unchanged words give way to an ellipsis; the words next to a change stay."""
    short: list[DiffPiece] = []
    for place, piece in enumerate(pieces):
        tokens = TOKEN.findall(piece.text)
        first, last = place == 0, place == len(pieces) - 1
        head = [] if first else tokens[: 2 * _CONTEXT_LENGTH]
        tail = [] if last else tokens[-2 * _CONTEXT_LENGTH :]
        if piece.mark != DiffMark.SAME or len(tokens) <= 2 * (len(head) + len(tail)) or len(pieces) == 1:
            short.append(piece)
            continue
        short += [
            DiffPiece("".join(head), DiffMark.SAME),
            DiffPiece(" … ", DiffMark.SKIPPED),
            DiffPiece("".join(tail), DiffMark.SAME),
        ]
    return [piece for piece in short if piece.text]

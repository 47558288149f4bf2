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
_LONG = 4_000_000  # words by words, from where on what occurs everywhere is no anchor any more
_KEPT_AROUND = 24  # words of unchanged text that stay beside a change


class Mark(StrEnum):
    """What became of a piece: it stayed, it was written, it was struck out; or unchanged words are left out here."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with one fate."""

    text: str
    mark: Mark


def words_of(old: str, new: str) -> list[Piece]:
    """The words that went and came, paragraph by paragraph, so that a moved line does not unsettle the rest."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("".join(before[i1:i2]), Mark.SAME))
        else:
            pieces += _tokens("".join(before[i1:i2]), "".join(after[j1:j2]))
    return _joined(pieces)


def _tokens(old: str, new: str) -> list[Piece]:
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    long = len(before) * len(after) > _LONG
    pieces = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(_is_blank, before, after, autojunk=long).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("".join(before[i1:i2]), Mark.SAME))
            continue
        pieces.append(Piece("".join(before[i1:i2]), Mark.REMOVED))
        pieces.append(Piece("".join(after[j1:j2]), Mark.ADDED))
    return pieces


def _is_blank(token: str) -> bool:
    return token.isspace()


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes with nothing but a blank between them are one change: struck words first, then the new ones."""
    joined: list[Piece] = []
    struck, written = "", ""
    for place, piece in enumerate(pieces):
        if piece.mark == Mark.SAME and not _bridges(pieces, place):
            joined += _change(struck, written)
            struck, written = "", ""
            joined.append(piece)
            continue
        struck += piece.text if piece.mark != Mark.ADDED else ""
        written += piece.text if piece.mark != Mark.REMOVED else ""
    return [piece for piece in [*joined, *_change(struck, written)] if piece.text]


def _bridges(pieces: Sequence[Piece], place: int) -> bool:
    inner = 0 < place < len(pieces) - 1
    return inner and pieces[place].text.strip(" ") == "" and bool(pieces[place].text)


def _change(struck: str, written: str) -> list[Piece]:
    return [Piece(struck, Mark.REMOVED), Piece(written, Mark.ADDED)]


def shortened(pieces: Sequence[Piece]) -> list[Piece]:
    """Long runs of unchanged words give way to an ellipsis; what stands beside a change stays."""
    short: list[Piece] = []
    for place, piece in enumerate(pieces):
        tokens = TOKEN.findall(piece.text)
        first, last = place == 0, place == len(pieces) - 1
        head = [] if first else tokens[: 2 * _KEPT_AROUND]
        tail = [] if last else tokens[-2 * _KEPT_AROUND :]
        if piece.mark != Mark.SAME or len(tokens) <= 2 * (len(head) + len(tail)) or len(pieces) == 1:
            short.append(piece)
            continue
        short += [
            Piece("".join(head), Mark.SAME),
            Piece(" … ", Mark.SKIPPED),
            Piece("".join(tail), Mark.SAME),
        ]
    return [piece for piece in short if piece.text]

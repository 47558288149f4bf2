"""Which rows of a test set are held back: none whose text stands anywhere that readers take away.

Texts are compared without capitals and spaces, since either would give the row away as well.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from practices.packs.test_set_rows import LabelledRow, format_row, is_drawn
from practices.packs.test_sets import read_rows

_LONG = 20  # characters; a shorter text may stand within others by chance
_MARKS = re.compile(r"^[\s>*#|\-\d.)]+|[\s|]+$")  # of lists, tables and quotations
_QUOTES = "\"'“”„«»‘’"


def text_key(text: str) -> str:
    """What two texts have in common that say the same: sixteen digits."""
    return hashlib.sha256(_plain(text).encode()).hexdigest()[:16]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


class PolicyTexts:
    """All words of a policy, to ask whether the text of a row stands among them."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        texts = list(_texts_in(content))
        self._all = "\n".join(map(_plain, texts))
        lines = [line for text in texts for line in (text, *text.splitlines())]
        self._lines = {_plain(_MARKS.sub("", line).strip(_QUOTES)) for line in lines}

    def hold(self, text: str) -> bool:
        """Whether the policy says this text: as an example, a line, or, where it is long, within another."""
        plain = _plain(text)
        return plain in self._lines or (len(plain) >= _LONG and plain in self._all)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts_in(inner)


def part_rows(
    rows: Iterable[LabelledRow],
    percent: int,
    *,
    hidden_texts: Collection[str] = frozenset(),
    given_texts: Callable[[], Collection[str]] = frozenset,
    content: Mapping[str, Any],
) -> tuple[list[LabelledRow], list[LabelledRow]]:
    """The rows that are given out, and those held back: of a text all rows or none.

    Held back are those that the file holds back, so many of a hundred, and those of a text in `hidden_texts`. Given out
    all the same are those of a text that the policy says itself, or that is in `given_texts`: an earlier version has
    given it out, whatever was held back since. Both are digests as `text_key` makes them; what was given out is asked
    for where there is something to hold back.
    """
    policy, every = PolicyTexts(content), list(rows)
    keys = [text_key(row.text) for row in every]
    back = {
        key
        for row, key in zip(every, keys, strict=True)
        if key in hidden_texts or row.is_held_back or is_drawn(row.id, percent)
    }
    if back:
        back -= set(given_texts())
    back -= {key for row, key in zip(every, keys, strict=True) if key in back and policy.hold(row.text)}
    parted = [replace(row, is_held_back=key in back) for row, key in zip(every, keys, strict=True)]
    return [row for row in parted if not row.is_held_back], [row for row in parted if row.is_held_back]


def given_digest(raw: bytes, name: str, classes: Collection[str], hidden_texts: Collection[str]) -> str:
    """The digest of what is given out of a file where the rows of these texts stay held back, as it would be stored.

    Empty where the file holds back others by itself. Keeps no row.
    """
    digest = hashlib.sha256()
    for row in read_rows(raw, name):
        is_held = text_key(row.text) in hidden_texts
        if row.is_held_back and not is_held:
            return ""
        if row.class_key in classes and not is_held:
            digest.update(format_row(row))
    return digest.hexdigest()

"""What changed between two versions, field by field: words within texts, entries of lists, rows of steps and effects.

Pure: plain data in, plain data out. Keys of things outside (harms, measures, languages) are put into words by `name`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.diff.texts import TOKEN, Mark, Piece, shortened, words_of
from practices.enums import Actor
from practices.fields import FIELDS, Field, Type

Content = Mapping[str, Any]
Name = Callable[[Field, str], str]

_ALIKE = 0.4  # rows that share less are another row, not a changed one


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list, or one row: as a whole added, removed or kept, or changed within its pieces."""

    pieces: Sequence[Piece]
    mark: Mark

    @property
    def changed(self) -> bool:
        return self.mark != Mark.SAME or any(piece.mark != Mark.SAME for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed: `pieces` of a text or a single value, `entries` of a list."""

    title: str | Promise
    pieces: Sequence[Piece] = ()
    entries: Sequence[Entry] = ()


def compare(
    old: Content,
    new: Content,
    *,
    old_files: Sequence[Mapping[str, Any]] = (),
    new_files: Sequence[Mapping[str, Any]] = (),
    name: Name = lambda field, key: key,
) -> list[Change]:
    """Every field that differs, in the order of the table; then the attachments. Empty where nothing changed."""
    changes = [
        _COMPARED[field.holds](field, old.get(field.key), new.get(field.key), name)
        for field in FIELDS
        if old.get(field.key) != new.get(field.key)
    ]
    before, after = [_file(one) for one in old_files], [_file(one) for one in new_files]
    if before != after:
        changes.append(Change(_("Attachments"), entries=entries_of(before, after)))
    return changes


def _file(attachment: Mapping[str, Any]) -> str:
    title, name = attachment["title"], attachment["name"]
    return f"{title} ({name})" if title != name else title


def _text(field: Field, old: Any, new: Any, name: Name) -> Change:
    del name
    return Change(field.title, pieces=shortened(words_of(old or "", new or "")))


# --- Single values ---------------------------------------------------------------------------


def _value(field: Field, old: Any, new: Any, name: Name) -> Change:
    said = [_in_words(field, value, name) if value else "" for value in (old, new)]
    pieces = [Piece(said[0], Mark.REMOVED), Piece(said[1], Mark.ADDED)]
    return Change(field.title, pieces=[piece for piece in pieces if piece.text])


def _in_words(field: Field, value: str, name: Name) -> str:
    return str(field.choices(value).label) if field.choices is not None else name(field, value)


# --- Lists -----------------------------------------------------------------------------------


def _list(field: Field, old: Any, new: Any, name: Name) -> Change:
    before = [_in_words(field, value, name) for value in old or []]
    after = [_in_words(field, value, name) for value in new or []]
    return Change(field.title, entries=entries_of(before, after))


def entries_of(old: Sequence[str], new: Sequence[str]) -> list[Entry]:
    """Entries in their new order, those that went where they stood."""
    entries = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            entries += [_whole(text, Mark.SAME) for text in new[j1:j2]]
        else:
            entries += [_whole(text, Mark.REMOVED) for text in old[i1:i2]]
            entries += [_whole(text, Mark.ADDED) for text in new[j1:j2]]
    return entries


def _whole(text: str, mark: Mark) -> Entry:
    return Entry([Piece(text, mark)], mark)


def _steps(field: Field, old: Any, new: Any, name: Name) -> Change:
    del name
    return Change(field.title, entries=rows_of(*([_step(row) for row in rows or []] for rows in (old, new))))


def _step(row: Mapping[str, str]) -> str:
    return f"{row['text']} ({Actor(row['by']).label})"


def _effects(field: Field, old: Any, new: Any, name: Name) -> Change:
    del name
    return Change(
        field.title, entries=rows_of(*([_effect(row) for row in rows or []] for rows in (old, new)))
    )


def _effect(row: Mapping[str, str]) -> str:
    return f"{row['what']}: {row['before']} → {row['after']} {row.get('unit', '')}".strip()


def rows_of(old: Sequence[str], new: Sequence[str]) -> list[Entry]:
    """Rows in their new order; a row that was reworded shows its words, one that is another goes and comes."""
    entries = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            entries += [_whole(text, Mark.SAME) for text in new[j1:j2]]
            continue
        gone, come = list(old[i1:i2]), list(new[j1:j2])
        while gone or come:
            entries += _next_rows(gone, come)
    return entries


def _next_rows(gone: list[str], come: list[str]) -> list[Entry]:
    """Takes the next row off one list, or a reworded pair off both."""
    if not come:
        return [_whole(gone.pop(0), Mark.REMOVED)]
    twin = next((place for place, text in enumerate(gone) if _alike(text, come[0])), None)
    if twin is None:
        return [_whole(come.pop(0), Mark.ADDED)]
    before = [_whole(text, Mark.REMOVED) for text in gone[:twin]]
    reworded = Entry(words_of(gone[twin], come.pop(0)), Mark.SAME)
    del gone[: twin + 1]
    return [*before, reworded]


def _alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, TOKEN.findall(old), TOKEN.findall(new), autojunk=False)
    return matcher.ratio() > _ALIKE


_COMPARED: Mapping[Type, Callable[[Field, Any, Any, Name], Change]] = {
    Type.LINE: _text,
    Type.TEXT: _text,
    Type.ONE: _value,
    Type.SOME: _list,
    Type.KEYS: _list,
    Type.DATE: _value,
    Type.NUMBER: _value,
    Type.SHARE: _value,
    Type.STEPS: _steps,
    Type.EFFECTS: _effects,
}

"""What changed between two versions, field by field: words within texts, entries of lists, rows of steps and effects.

Pure: plain data in, plain data out. Keys of other records (harms, measures, languages) are put into words by `name`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel.text import TOKEN, DiffMark, DiffPiece, compare_words, shorten_unchanged
from practices.enums import ClassOutcome, StepBy
from practices.fields import FIELDS, ROW_KEYS, Field, FieldType

Content = Mapping[str, Any]
NameKey = Callable[[Field, str], str]

# of what is in the writers' words alone; a step or a class also says a choice in the reader's
_WRITTEN = (FieldType.LINE, FieldType.TEXT, FieldType.EFFECTS, FieldType.EXAMPLES)
_SIMILARITY_THRESHOLD = 0.4  # rows that share less are another row, not a changed one


@dataclass(frozen=True, slots=True)
class ListEntryDifference:
    """One entry of a list, or one row: as a whole added, removed or kept, or changed within its pieces."""

    pieces: Sequence[DiffPiece]
    mark: DiffMark

    @property
    def changed(self) -> bool:
        return self.mark != DiffMark.SAME or any(piece.mark != DiffMark.SAME for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that changed: `pieces` of a text or a single value, `entries` of a list.

    `is_written`: it is in its writers' words, and not in the reader's.
    """

    title: str | Promise
    pieces: Sequence[DiffPiece] = ()
    entries: Sequence[ListEntryDifference] = ()
    is_written: bool = False


def compare(
    old: Content,
    new: Content,
    *,
    old_files: Sequence[Mapping[str, Any]] = (),
    new_files: Sequence[Mapping[str, Any]] = (),
    name: NameKey = lambda field, key: key,
) -> list[FieldDifference]:
    """Every field that differs, in the order of the table; then the attachments. Empty where nothing changed."""
    changes = [
        replace(
            _COMPARED[field.field_type](field, old.get(field.key), new.get(field.key), name),
            is_written=field.field_type in _WRITTEN,
        )
        for field in FIELDS
        if old.get(field.key) != new.get(field.key)
    ]
    before, after = [_file(old_file) for old_file in old_files], [_file(new_file) for new_file in new_files]
    if before != after:
        changes.append(FieldDifference(_("Attachments"), entries=compare_entries(before, after)))
    return changes


def _file(attachment: Mapping[str, Any]) -> str:
    title, name = attachment["title"], attachment["name"]
    return f"{title} ({name})" if title != name else title


def _text(field: Field, old: Any, new: Any, name: NameKey) -> FieldDifference:
    del name
    return FieldDifference(field.title, pieces=shorten_unchanged(compare_words(old or "", new or "")))


# --- Single values ---------------------------------------------------------------------------


def _value(field: Field, old: Any, new: Any, name: NameKey) -> FieldDifference:
    texts = [_in_words(field, value, name) if value else "" for value in (old, new)]
    pieces = [DiffPiece(texts[0], DiffMark.REMOVED), DiffPiece(texts[1], DiffMark.ADDED)]
    return FieldDifference(field.title, pieces=[piece for piece in pieces if piece.text])


def _in_words(field: Field, value: str, name: NameKey) -> str:
    return str(field.choices(value).label) if field.choices is not None else name(field, value)


# --- Lists -----------------------------------------------------------------------------------


def _list(field: Field, old: Any, new: Any, name: NameKey) -> FieldDifference:
    before = [_in_words(field, value, name) for value in old or []]
    after = [_in_words(field, value, name) for value in new or []]
    return FieldDifference(field.title, entries=compare_entries(before, after))


def compare_entries(old: Sequence[str], new: Sequence[str]) -> list[ListEntryDifference]:
    """Entries in their new order, those that went where they stood."""
    entries = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            entries += [_entry_with_mark(text, DiffMark.SAME) for text in new[j1:j2]]
        else:
            entries += [_entry_with_mark(text, DiffMark.REMOVED) for text in old[i1:i2]]
            entries += [_entry_with_mark(text, DiffMark.ADDED) for text in new[j1:j2]]
    return entries


def _entry_with_mark(text: str, mark: DiffMark) -> ListEntryDifference:
    return ListEntryDifference([DiffPiece(text, mark)], mark)


def _steps(field: Field, old: Any, new: Any, name: NameKey) -> FieldDifference:
    del name
    return FieldDifference(
        field.title,
        entries=compare_rows(
            *([f"{row['text']} ({StepBy(row['by']).label})" for row in rows or []] for rows in (old, new))
        ),
    )


def _effects(field: Field, old: Any, new: Any, name: NameKey) -> FieldDifference:
    del name
    old_rows, new_rows = (
        [
            f"{row['what']}: {row['before']} → {row['after']} {row.get('unit', '')}".strip()
            for row in rows or []
        ]
        for rows in (old, new)
    )
    return FieldDifference(field.title, entries=compare_rows(old_rows, new_rows))


def _rows(field: Field, old: Any, new: Any, name: NameKey) -> FieldDifference:
    """Rows of classes, examples or scores, each as a line of its cells."""
    del name
    lines = (
        [
            " · ".join(_cell(key, row[key]) for key in ROW_KEYS[field.field_type] if row.get(key))
            for row in rows or []
        ]
        for rows in (old, new)
    )
    return FieldDifference(field.title, entries=compare_rows(*lines))


def _cell(key: str, text: str) -> str:
    return str(ClassOutcome(text).label) if key == "outcome" else text


def compare_rows(old: Sequence[str], new: Sequence[str]) -> list[ListEntryDifference]:
    """Rows in their new order; a row that was reworded shows its words, one that is another goes and comes."""
    entries = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            entries += [_entry_with_mark(text, DiffMark.SAME) for text in new[j1:j2]]
            continue
        removed, added = list(old[i1:i2]), list(new[j1:j2])
        while removed or added:
            entries += _next_rows(removed, added)
    return entries


def _next_rows(removed: list[str], added: list[str]) -> list[ListEntryDifference]:
    """Takes the next row off one list, or a reworded pair off both."""
    if not added:
        return [_entry_with_mark(removed.pop(0), DiffMark.REMOVED)]
    added_tokens = TOKEN.findall(added[0])
    matchers = (SequenceMatcher(None, TOKEN.findall(text), added_tokens, autojunk=False) for text in removed)
    twin = next(
        (place for place, matcher in enumerate(matchers) if matcher.ratio() > _SIMILARITY_THRESHOLD), None
    )
    if twin is None:
        return [_entry_with_mark(added.pop(0), DiffMark.ADDED)]
    before = [_entry_with_mark(text, DiffMark.REMOVED) for text in removed[:twin]]
    reworded = ListEntryDifference(compare_words(removed[twin], added.pop(0)), DiffMark.SAME)
    del removed[: twin + 1]
    return [*before, reworded]


_COMPARED: Mapping[FieldType, Callable[[Field, Any, Any, NameKey], FieldDifference]] = {
    FieldType.LINE: _text,
    FieldType.TEXT: _text,
    FieldType.CHOICE: _value,
    FieldType.CHOICES: _list,
    FieldType.KEYS: _list,
    FieldType.DATE: _value,
    FieldType.NUMBER: _value,
    FieldType.SHARE: _value,
    FieldType.STEPS: _steps,
    FieldType.EFFECTS: _effects,
    FieldType.CLASSES: _rows,
    FieldType.EXAMPLES: _rows,
    FieldType.SCORES: _rows,
}

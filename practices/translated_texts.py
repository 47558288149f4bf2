"""Which texts of a practice are translated, and a version with the texts of a translation in place of its own.

Numbers, choices and keys stay those of the version: a translation cannot change what was measured.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.content import CELL_LIMITS, EFFECT_LINE_LIMIT, STEP_TEXT_LIMIT, clean_content
from practices.fields import FIELDS, FieldType

NEEDED = frozenset({"title", "summary"})  # without them there is no translation
_LEFT_OUT = ("licence",)
_LINE = 200  # characters that one line of a form takes
_TEXTS = (FieldType.LINE, FieldType.TEXT)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A text of a row: what it is, where the row has several, and how many characters it may have."""

    limit: int
    title: str | Promise = ""


_ROWS: Mapping[FieldType, Mapping[str, _Cell]] = {
    FieldType.STEPS: {"text": _Cell(STEP_TEXT_LIMIT)},
    FieldType.EFFECTS: {
        "what": _Cell(EFFECT_LINE_LIMIT, _("What was measured")),
        "unit": _Cell(EFFECT_LINE_LIMIT, _("Unit")),
    },
    FieldType.CLASSES: {
        "title": _Cell(CELL_LIMITS["title"], _("Title")),
        "meaning": _Cell(CELL_LIMITS["meaning"], _("What it means")),
        "follows": _Cell(CELL_LIMITS["follows"], _("What follows")),
    },
    FieldType.EXAMPLES: {"text": _Cell(CELL_LIMITS["text"])},
}


@dataclass(frozen=True, slots=True)
class TranslatableText:
    """One text: its name in a form, what it is, what it says in the original, and how many characters it may have."""

    name: str
    kind: str  # the field, and of a row its part: the same in every row
    title: str
    text: str
    is_long: bool
    limit: int


def translatable_texts(content: Mapping[str, Any]) -> list[TranslatableText]:
    """All texts of a version, in the order of its fields."""
    texts: list[TranslatableText] = []
    for field in FIELDS:
        value = content.get(field.key)
        if not value or field.key in _LEFT_OUT:
            continue
        if field.field_type in _TEXTS:
            texts.append(
                TranslatableText(
                    field.key,
                    field.key,
                    str(field.title),
                    value,
                    field.field_type == FieldType.TEXT,
                    field.limit,
                )
            )
        cells = _ROWS.get(field.field_type, {})
        texts += [
            TranslatableText(
                f"{field.key}-{place}-{key}",
                f"{field.key}-{key}",
                f"{field.title} {place + 1}" + (f": {cell.title}" if cell.title else ""),
                row[key],
                cell.limit > _LINE,
                cell.limit,
            )
            for place, row in enumerate(value if cells else ())
            for key, cell in cells.items()
            if row.get(key)
        ]
    return texts


@dataclass(frozen=True, slots=True)
class CarriedTexts:
    """Translated texts by their names in another version, and those that have no place there: original, translation."""

    texts: Mapping[str, str]
    outdated: Sequence[tuple[str, str]] = ()


def carry_over(before: Mapping[str, Any], after: Mapping[str, Any], texts: Mapping[str, str]) -> CarriedTexts:
    """The texts of a translation of one version for another one: each goes with its original, wherever that stands.

    What has changed, however little, is not translated any more.
    """
    pairs = [(text, texts[text.name]) for text in translatable_texts(before) if texts.get(text.name)]
    in_place = {(text.name, text.text): translated for text, translated in pairs}
    elsewhere = {(text.kind, text.text): translated for text, translated in reversed(pairs)}
    originals = translatable_texts(after)
    translations = {
        text.name: in_place.get((text.name, text.text)) or elsewhere.get((text.kind, text.text))
        for text in originals
    }
    present = {(text.kind, text.text) for text in originals}
    return CarriedTexts(
        {name: translated for name, translated in translations.items() if translated},
        [(text.text, translated) for text, translated in pairs if (text.kind, text.text) not in present],
    )


def in_other_words(content: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """The content with these texts, by their names; what has none keeps its own."""
    result: dict[str, Any] = {}
    for field in FIELDS:
        if field.key not in content:
            continue
        value = content[field.key]
        if field.field_type in _TEXTS and field.key not in _LEFT_OUT:
            value = texts.get(field.key) or value
        elif keys := _ROWS.get(field.field_type):
            value = [
                {
                    **row,
                    **{
                        key: texts.get(f"{field.key}-{place}-{key}") or row[key]
                        for key in keys
                        if row.get(key)
                    },
                }
                for place, row in enumerate(value)
            ]
        result[field.key] = value
    return result


class WrittenText(str):
    """A text that knows its language, as its element on a page says it."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str = "") -> "WrittenText":
        written = super().__new__(cls, text)
        written.language = language
        return written


def with_languages(
    content: Mapping[str, Any], language: str, translated: Collection[str] = (), other: str = ""
) -> dict[str, Any]:
    """What is filled in, with each text knowing its language: `other` of those `translated`, by their names."""
    filled = {key: value for key, value in content.items() if value}
    texts = {
        text.name: WrittenText(text.text, other if text.name in translated else language)
        for text in translatable_texts(filled)
    }
    return in_other_words(filled, texts)


def clean_texts(content: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, str]:
    """The texts as the fields take them, without what is empty. Raises Faults with a sentence for each field."""
    known = {text.name for text in translatable_texts(content)}
    given = {name: text.strip() for name, text in texts.items() if name in known and text.strip()}
    cleaned = clean_content(in_other_words(content, given))
    return {text.name: text.text for text in translatable_texts(cleaned) if text.name in given}

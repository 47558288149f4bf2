"""Which texts of a practice are translated, and a version with the texts of a translation in place of its own.

Numbers, choices and keys stay those of the version: a translation cannot change what was measured.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.content import CELL_LIMITS, EFFECT_LINE_LIMIT, STEP_TEXT_LIMIT, clean_content
from practices.enums import OriginalChange
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


def lacks_needed(content: Mapping[str, Any], texts: Mapping[str, str]) -> bool:
    """Whether title or summary, as far as the content has them, are not translated: then it is no translation."""
    return not NEEDED & originals_of(content).keys() <= {name for name, text in texts.items() if text}


@dataclass(frozen=True, slots=True)
class CarriedTexts:
    """Translated texts by their names in another version, and those that have no place there: original, translation."""

    texts: Mapping[str, str]
    outdated: Sequence[tuple[str, str]] = ()


def carry_over(before: Mapping[str, Any], after: Mapping[str, Any], texts: Mapping[str, str]) -> CarriedTexts:
    """The texts of a translation of one version for another one: each goes with its original, wherever that stands.

    What has changed, however little, is not translated any more.
    """
    return carry_texts(originals_of(before), after, texts)


def originals_of(content: Mapping[str, Any]) -> dict[str, str]:
    """What is translated of the content, by the names of its texts."""
    return {text.name: text.text for text in translatable_texts(content)}


@dataclass(frozen=True, slots=True)
class TranslatedText:
    """A text as it was translated, with its translation; `change` is what the original has done with it since."""

    text: TranslatableText
    translated: str
    change: OriginalChange | None = None


def translated_texts(
    before: Mapping[str, str], after: Mapping[str, Any], texts: Mapping[str, str]
) -> list[TranslatedText]:
    """What was to be translated, by the names that it had then, and each translation, also of rows that are gone since.

    Rows have no names that stay: of a text that is gone while others are new it is not told which one was rewritten.
    """
    originals = translatable_texts(_content_of(before))
    counts = Counter(text.kind for text in originals)
    known = {(text.kind, text.text) for text in originals}
    present: dict[str, list[str]] = defaultdict(list)
    for text in translatable_texts(after):
        present[text.kind].append(text.text)

    def change(text: TranslatableText) -> OriginalChange | None:
        now = present[text.kind]
        if text.text in now:
            return None
        if all((text.kind, each) in known for each in now):
            return OriginalChange.GONE
        return OriginalChange.CHANGED if len(now) >= counts[text.kind] else OriginalChange.CHANGED_OR_GONE

    pairs = [TranslatedText(text, texts.get(text.name, ""), change(text)) for text in originals]
    return [pair for pair in pairs if pair.translated or pair.change is None]


def _content_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """Content that has these texts alone, by their names, each in the place of its row."""
    content: dict[str, Any] = {}
    for name, text in texts.items():
        field, _dash, rest = name.partition("-")
        if not rest:
            content[field] = text
            continue
        place, _dash, cell = rest.partition("-")
        rows = content.setdefault(field, [])
        rows += [{} for _row in range(len(rows), int(place) + 1)]
        rows[int(place)][cell] = text
    return content


def carry_texts(
    before: Mapping[str, str], after: Mapping[str, Any], texts: Mapping[str, str]
) -> CarriedTexts:
    """The same where of what was translated its texts are known alone, by their names."""
    pairs = [(name, original, texts[name]) for name, original in before.items() if texts.get(name)]
    in_place = {(name, original): translated for name, original, translated in pairs}
    elsewhere = {(_kind_of(name), original): translated for name, original, translated in reversed(pairs)}
    originals = translatable_texts(after)
    translations = {
        text.name: in_place.get((text.name, text.text)) or elsewhere.get((text.kind, text.text))
        for text in originals
    }
    present = {(text.kind, text.text) for text in originals}
    return CarriedTexts(
        {name: translated for name, translated in translations.items() if translated},
        [
            (original, translated)
            for name, original, translated in pairs
            if (_kind_of(name), original) not in present
        ],
    )


def _kind_of(name: str) -> str:
    """The kind of a text, which is the same in every row, from its name, which has the place of its row."""
    field, _dash, rest = name.partition("-")
    return f"{field}-{rest.partition('-')[2]}" if rest else field


@dataclass(frozen=True, slots=True)
class AlignedTexts:
    """What another content says in place of the texts of a first one, by their names there; `total` is how many.

    `left_out` are fields of which nothing could be taken: their rows are not as many, or the first one lacks them.
    """

    texts: Mapping[str, str]
    total: int
    left_out: Sequence[str]


def align_texts(original: Mapping[str, Any], other: Mapping[str, Any]) -> AlignedTexts:
    """The texts of a content that says the same in another language, each for the one that it translates.

    Fields are told by their keys, classes by theirs, other rows by their places. What has the same letters in both
    is not translated, but for title and summary.
    """
    originals, others = translatable_texts(original), originals_of(other)
    places = {field.key: _row_places(field.key, original, other) for field in FIELDS}
    texts: dict[str, str] = {}
    for text in originals:
        field, _dash, rest = text.name.partition("-")
        place, _dash, cell = rest.partition("-")
        name = f"{field}-{places[field].get(int(place), '')}-{cell}" if rest else field
        translated = others.get(name, "")
        if translated and (translated != text.text or text.name in NEEDED):
            texts[text.name] = translated
    fields = {text.name.partition("-")[0] for text in originals}
    is_apart = {
        field.key
        for field in FIELDS
        if field.key in fields
        and field.field_type in _ROWS
        and other.get(field.key)
        and not places[field.key]
    }
    lacking = {name.partition("-")[0] for name in others} - fields
    left_out = [field.key for field in FIELDS if field.key in is_apart | lacking]
    return AlignedTexts(texts, len(originals), left_out)


def _row_places(key: str, original: Mapping[str, Any], other: Mapping[str, Any]) -> dict[int, int]:
    """For each row of the original the place of the one that translates it; none where that cannot be told."""
    rows, other_rows = original.get(key), other.get(key)
    if not isinstance(rows, list) or not isinstance(other_rows, list):
        return {}
    if key == "classes":
        by_class = {row["key"]: place for place, row in enumerate(other_rows)}
        if by_class.keys() == {row["key"] for row in rows}:
            return {place: by_class[row["key"]] for place, row in enumerate(rows)}
    return {place: place for place in range(len(rows))} if len(rows) == len(other_rows) else {}


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

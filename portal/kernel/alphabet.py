"""Names in the order of the reader's alphabet: as a key in Python, and as the same key in PostgreSQL.

The database sorts by code points, which have Ё before А; not every PostgreSQL has other rules. The key lets it sort as
people do: capitals and small letters alike, without quotation marks in front, Ё right after Е, an accented Latin letter
as the plain one. The reader's own alphabet comes first, signs and digits before every letter.
"""

import unicodedata
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, F, Func, Model
from django.utils.translation import get_language

_MARKS = " «»„“”\"'‘’("
_YO = ("ё", "е\u04ff")  # after Е with whichever Russian letter
_CYRILLIC = "\u0400"  # where the letters begin, after all Latin ones
_AFTER_CYRILLIC = "\u0530"
# Of no decomposition.
_OTHERS = {
    "æ": "a",
    "ø": "o",
    "œ": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "t",
    "ß": "s",
    "ħ": "h",
    "ı": "i",
    "ŋ": "n",
}


def _plain_letter(letter: str) -> str:
    first = unicodedata.normalize("NFKD", letter)[0]
    return _OTHERS.get(letter) or (first if first.isascii() and first.isalpha() else "")


_ACCENTED = {chr(code): _plain_letter(chr(code)) for code in range(0xE0, 0x180) if chr(code).islower()}
_PLAIN = {letter: plain for letter, plain in _ACCENTED.items() if plain}
_PLAIN_BY_CODE = str.maketrans(_PLAIN)


def alphabet_key(name: str, language: str = "") -> str:
    """By which a name is sorted for a reader of the language, by default the active one."""
    key = name.lower().lstrip(_MARKS).replace(*_YO)
    if not key.isascii():
        key = key.translate(_PLAIN_BY_CODE)
    is_foreign = _has_cyrillic_first(language) and "a" <= key[:1] < _CYRILLIC
    return _AFTER_CYRILLIC + key if is_foreign else key


class ByAlphabet(Func):
    """The key of a text column, for `order_by` and `Meta.ordering`; of a translated one in the active language.

    Across a relation too: `ByAlphabet("person__name")`. The language is that of the moment when the query runs.
    """

    def __init__(self, path: str | F) -> None:
        super().__init__(path, output_field=CharField())

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> Any:
        (source,) = self.get_source_expressions()
        key = AlphabetKey(*_columns(query.model, source.name), language=get_language() or "")
        return key.resolve_expression(query, *args, **kwargs)


class AlphabetKey(Func):
    """`alphabet_key` of a column in SQL, for an index too; of the second where the first is empty."""

    def __init__(self, *columns: str | F, language: str) -> None:
        super().__init__(*columns, output_field=CharField())
        self.language = language

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # of no template
        # plain columns have no parameters, so they may stand in it several times
        columns = [compiler.compile(column)[0] for column in self.get_source_expressions()]
        name = columns[0] if len(columns) == 1 else f"coalesce(nullif({columns[0]}, ''), {columns[1]})"
        base = f"replace(ltrim(lower({name}), {_quoted(_MARKS)}), {_quoted(_YO[0])}, {_quoted(_YO[1])})"
        accented, plain = _quoted("".join(_PLAIN)), _quoted("".join(_PLAIN.values()))
        # only where there is one: each letter is looked for among all of them
        key = f"CASE WHEN {base} ~ '[à-ſ]' THEN translate({base}, {accented}, {plain}) ELSE {base} END"
        if _has_cyrillic_first(self.language):
            first = f'left({base}, 1) COLLATE "C"'
            is_foreign = f"{first} >= 'a' AND {first} < {_quoted(_CYRILLIC)}"
            key = f"CASE WHEN {is_foreign} THEN {_quoted(_AFTER_CYRILLIC)} ELSE '' END || {key}"
        return f'({key}) COLLATE "C"', []


def _has_cyrillic_first(language: str) -> bool:
    return (language or get_language() or "").startswith("ru")


def _columns(model: type[Model], path: str) -> list[F]:
    """The column of the active language before that of the other one; the column itself where it is in none."""
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model  # type: ignore[assignment]  # of a relation
    languages = sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != get_language())
    try:
        fields = [model._meta.get_field(f"{name}_{language}").name for language in languages[:2]]
    except FieldDoesNotExist:
        fields = [name]
    return [F("__".join([*relations, field])) for field in fields]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

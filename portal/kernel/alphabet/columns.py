"""The key of a column in SQL: for `order_by`, `Meta.ordering` and indexes."""

from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, F, Func, Model
from django.utils.translation import get_language

from portal.kernel.alphabet.key import (
    AFTER_CYRILLIC,
    CYRILLIC,
    MARKS,
    PLAIN,
    YO,
    has_cyrillic_first,
)


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
        base = f"replace(ltrim(lower({name}), {_quoted(MARKS)}), {_quoted(YO[0])}, {_quoted(YO[1])})"
        accented, plain = _quoted("".join(PLAIN)), _quoted("".join(PLAIN.values()))
        # only where there is one: each letter is looked for among all of them
        key = f"CASE WHEN {base} ~ '[à-ſ]' THEN translate({base}, {accented}, {plain}) ELSE {base} END"
        if has_cyrillic_first(self.language):
            first = f'left({base}, 1) COLLATE "C"'
            is_foreign = f"{first} >= 'a' AND {first} < {_quoted(CYRILLIC)}"
            key = f"CASE WHEN {is_foreign} THEN {_quoted(AFTER_CYRILLIC)} ELSE '' END || {key}"
        return f'({key}) COLLATE "C"', []


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

"""What is kept about one person: each floor tells of its own, and takes out what goes when they are erased.

What hangs on a person alone (a foreign key that cascades: lines of the inbox, factors, preferences) goes by itself.
What is part of the record points to them and stays, under a neutral name. Of every column that names a person the
floors say both: how it is told, and what becomes of it. Columns are written as `app.Model.column`.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import CASCADE
from django.utils.functional import Promise

from portal.kernel.access import Actor, acting_as, end_sessions

PersonalDataRow = Mapping[str, Any]
PersonalDataSource = Callable[[Actor], Iterable[PersonalDataRow]]


@dataclass(frozen=True, slots=True)
class PersonalDataPart:
    """One kind of thing that is kept about a person; `rows` gives it as plain values, through the person's own eyes.

    It is asked once for each tenant that the person acts for; what it tells twice is told once. `person_columns`
    are the columns by which it finds the person, where `rows_of` does not know them.
    """

    name: str
    title: str | Promise
    rows: PersonalDataSource
    person_columns: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (
            (*self.person_columns, self.rows.column)
            if isinstance(self.rows, _RowsOf)
            else self.person_columns
        )


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody who is being erased, with the words that must be found and taken out."""

    person_id: int
    name: str
    email: str
    replacement_name: str


ErasureHook = Callable[[Erasure], object]
Reasons = Mapping[str, Sequence[str]]  # from why it is so to the columns of which it holds

_PARTS: dict[str, PersonalDataPart] = {}
_ERASURE_HOOKS: list[ErasureHook] = []
_UNDISCLOSED: set[str] = set()
_ERASED: set[str] = set()
_RETAINED: set[str] = set()


def register_parts(
    *parts: PersonalDataPart, undisclosed: Reasons | None = None, retained: Reasons | None = None
) -> None:
    """Add parts to what a person is told about themselves; say what is not told, what stays after them, and why."""
    _PARTS.update({part.name: part for part in parts})
    _UNDISCLOSED.update(column for columns in (undisclosed or {}).values() for column in columns)
    _RETAINED.update(column for columns in (retained or {}).values() for column in columns)


def on_erasure(*columns: str) -> Callable[[ErasureHook], ErasureHook]:
    """Register what else goes when a person is erased: the rows of these columns, or whatever else holds them.

    Called as SYSTEM, within the act.
    """

    def register(forget: ErasureHook) -> ErasureHook:
        _ERASURE_HOOKS.append(forget)
        _ERASED.update(columns)
        return forget

    return register


def person_columns() -> set[str]:
    """Every column of a table that names a person: foreign keys, and numbers that are called `person_id`."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.concrete_fields
        if field.name == "person_id" or field.related_model is get_user_model()
    }


def undecided_disclosures() -> set[str]:
    """Columns of which a person is told nothing, without a reason."""
    disclosed = {column for part in _PARTS.values() for column in part.columns}
    return person_columns() - disclosed - _UNDISCLOSED


def undecided_erasures() -> set[str]:
    """Columns of which nobody has said what becomes of them when the person is erased."""
    alone = {f"{field.model._meta.label}.{field.name}" for field in _cascading_fields()}
    return person_columns() - alone - _ERASED - _RETAINED


def _cascading_fields() -> list[Any]:
    """Foreign keys whose rows hang on a person alone; those that bear no name on the person's side too."""
    relations: Any = get_user_model()._meta.get_fields(include_hidden=True)
    return [
        relation.field
        for relation in relations
        if relation.auto_created and not relation.concrete and relation.on_delete is CASCADE
    ]


def retained_columns() -> frozenset[str]:
    """Columns that name a person still when they are erased; nothing but their number."""
    return frozenset(_RETAINED)


def personal_data_of(actors: Sequence[Actor]) -> list[tuple[PersonalDataPart, list[PersonalDataRow]]]:
    """Everything that is kept about the person who may act as any of these, part by part."""
    return [(part, list(_distinct_rows(part, actors))) for part in _PARTS.values()]


def _distinct_rows(part: PersonalDataPart, actors: Sequence[Actor]) -> Iterable[PersonalDataRow]:
    texts = set()
    for actor in actors:
        with acting_as(actor):
            rows = [dict(row) for row in part.rows(actor)]
        for row in rows:
            written = json.dumps(row, cls=DjangoJSONEncoder, sort_keys=True)
            if written not in texts:
                texts.add(written)
                yield row


@dataclass(frozen=True, slots=True)
class _RowsOf:
    model: Any
    person_field: str
    fields: Mapping[str, str]

    def __call__(self, actor: Actor) -> Iterable[PersonalDataRow]:
        rows = (
            self.model.objects.visible_to(actor).filter(**{self.person_field: actor.person_id}).order_by("pk")
        )
        return [
            dict(zip(self.fields, values, strict=True)) for values in rows.values_list(*self.fields.values())
        ]

    @property
    def column(self) -> str:
        return f"{self.model._meta.label}.{self.person_field}"


def rows_of(model: Any, person_field: str, **fields: str) -> PersonalDataSource:
    """What of a model names the person in the field `person_field`, as far as they see it: each value under its
    name.
    """
    return _RowsOf(model, person_field, fields)


def erase(erasure: Erasure) -> None:
    """Take out all that hangs on the person alone, and whatever the floors have registered."""
    for called in _ERASURE_HOOKS:
        called(erasure)
    for field in _cascading_fields():
        field.model._base_manager.filter(**{field.name: erasure.person_id}).delete()
    end_sessions(erasure.person_id)

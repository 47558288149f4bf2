"""Personal data: each layer registers what it stores about a person, and what it removes when they are erased.

What belongs to a person alone (a foreign key that cascades: inbox items, factors, preferences) is deleted by itself.
What is part of the record points to them and stays, under a neutral name; a name that is stored with a signature stays
too. Of every column that names a person the
layers say both: where it is disclosed, and what becomes of it. Columns are written as `app.Model.column`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import CASCADE
from django.utils.functional import Promise

from portal.kernel.access import end_sessions
from portal.kernel.privacy.personal_rows import PersonalDataSource, RowsOfPerson


@dataclass(frozen=True, slots=True)
class PersonalDataPart:
    """One part of what is stored about a person; `rows` gives it as plain values, as far as the person may see it.

    It is called for each tenant that the person acts for; what is seen as several of them is there once. What may be
    long gives NumberedRows. `person_columns` are the columns by which it finds the person, where `rows_of` does not
    know them.
    """

    name: str
    title: str | Promise
    rows: PersonalDataSource
    person_columns: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (
            (*self.person_columns, self.rows.column)
            if isinstance(self.rows, RowsOfPerson)
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
    """Add parts to the export of personal data; `undisclosed` and `retained` give columns by reason."""
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
    """Columns that are not in the export, without a reason."""
    disclosed = {column for part in _PARTS.values() for column in part.columns}
    return person_columns() - disclosed - _UNDISCLOSED


def undecided_erasures() -> set[str]:
    """Columns without a rule for what becomes of them when the person is erased."""
    alone = {f"{field.model._meta.label}.{field.name}" for field in _cascading_fields()}
    return person_columns() - alone - _ERASED - _RETAINED


def _cascading_fields() -> list[Any]:
    """Foreign keys whose rows are deleted with a person; those without a reverse name too."""
    relations: Any = get_user_model()._meta.get_fields(include_hidden=True)
    return [
        relation.field
        for relation in relations
        if relation.auto_created and not relation.concrete and relation.on_delete is CASCADE
    ]


def retained_columns() -> frozenset[str]:
    """Columns that name a person still when they are erased; nothing but their number."""
    return frozenset(_RETAINED)


def personal_data_parts() -> list[PersonalDataPart]:
    """Every part of the export, in the order of the layers."""
    return list(_PARTS.values())


def erase(erasure: Erasure) -> None:
    """Delete all rows that belong to the person alone, and run what the layers have registered."""
    for called in _ERASURE_HOOKS:
        called(erasure)
    for field in _cascading_fields():
        field.model._base_manager.filter(**{field.name: erasure.person_id}).delete()
    end_sessions(erasure.person_id)

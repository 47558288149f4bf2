"""What is kept about one person: each floor tells of its own, and takes out what goes when they are erased.

What hangs on a person alone (a foreign key that cascades: lines of the inbox, factors, preferences) goes by itself.
What is part of the record points to them and stays, under a neutral name. Of every column that names a person the
floors say both: how it is told, and what becomes of it. Columns are written as `app.Model.column`.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import CASCADE
from django.db.models.functions import Now
from django.utils.functional import Promise

from portal.kernel.access import Actor
from portal.kernel.row_security import acting_as

Row = Mapping[str, Any]
Told = Callable[[Actor], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing that is kept about a person; `told` gives it as plain values, through the person's own eyes.

    It is asked once for each tenant that the person acts for; what it tells twice is told once. `of` are the columns
    by which it finds the person, where `rows_of` does not know them.
    """

    name: str
    title: str | Promise
    told: Told
    of: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.of, self.told.column) if isinstance(self.told, _RowsOf) else self.of


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who is being erased, with the words that must be found and taken out."""

    person_id: int
    name: str
    email: str
    neutral: str


Forgets = Callable[[Leaver], object]
Reasons = Mapping[str, Sequence[str]]  # from why it is so to the columns of which it holds

_PARTS: dict[str, Part] = {}
_FORGETS: list[Forgets] = []
_UNTOLD: set[str] = set()
_FORGOTTEN: set[str] = set()
_STAYS: set[str] = set()


def hang(*parts: Part, untold: Reasons | None = None, stays: Reasons | None = None) -> None:
    """Add parts to what a person is told about themselves; say what is not told, what stays after them, and why."""
    _PARTS.update({part.name: part for part in parts})
    _UNTOLD.update(column for columns in (untold or {}).values() for column in columns)
    _STAYS.update(column for columns in (stays or {}).values() for column in columns)


def forgets(*columns: str) -> Callable[[Forgets], Forgets]:
    """Register what else goes when a person is erased: the rows of these columns, or whatever else holds them.

    Called as SYSTEM, within the act.
    """

    def register(forget: Forgets) -> Forgets:
        _FORGETS.append(forget)
        _FORGOTTEN.update(columns)
        return forget

    return register


def columns_about_people() -> set[str]:
    """Every column of a table that names a person: foreign keys, and numbers that are called `person_id`."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.concrete_fields
        if field.name == "person_id" or field.related_model is get_user_model()
    }


def left_untold() -> set[str]:
    """Columns of which a person is told nothing, without a reason."""
    told = {column for part in _PARTS.values() for column in part.columns}
    return columns_about_people() - told - _UNTOLD


def left_undecided() -> set[str]:
    """Columns of which nobody has said what becomes of them when the person is erased."""
    alone = {f"{field.model._meta.label}.{field.name}" for field in _hanging_on_people()}
    return columns_about_people() - alone - _FORGOTTEN - _STAYS


def _hanging_on_people() -> list[Any]:
    """Foreign keys whose rows hang on a person alone; those that bear no name on the person's side too."""
    relations: Any = get_user_model()._meta.get_fields(include_hidden=True)
    return [
        relation.field
        for relation in relations
        if relation.auto_created and not relation.concrete and relation.on_delete is CASCADE
    ]


def staying() -> frozenset[str]:
    """Columns that name a person still when they are erased; nothing but their number."""
    return frozenset(_STAYS)


def told_about(actors: Sequence[Actor]) -> list[tuple[Part, list[Row]]]:
    """Everything that is kept about the person who may act as any of these, part by part."""
    return [(part, list(_once(part, actors))) for part in _PARTS.values()]


def _once(part: Part, actors: Sequence[Actor]) -> Iterable[Row]:
    told = set()
    for actor in actors:
        with acting_as(actor):
            rows = [dict(row) for row in part.told(actor)]
        for row in rows:
            written = json.dumps(row, cls=DjangoJSONEncoder, sort_keys=True)
            if written not in told:
                told.add(written)
                yield row


@dataclass(frozen=True, slots=True)
class _RowsOf:
    model: Any
    by: str
    says: Mapping[str, str]

    def __call__(self, actor: Actor) -> Iterable[Row]:
        rows = self.model.objects.visible_to(actor).filter(**{self.by: actor.person_id}).order_by("pk")
        return [dict(zip(self.says, values, strict=True)) for values in rows.values_list(*self.says.values())]

    @property
    def column(self) -> str:
        return f"{self.model._meta.label}.{self.by}"


def rows_of(model: Any, by: str, **says: str) -> Told:
    """What of a model names the person in the field `by`, as far as they see it: each value under its name."""
    return _RowsOf(model, by, says)


def forget(leaver: Leaver) -> None:
    """Take out all that hangs on the person alone, and whatever the floors have registered."""
    for called in _FORGETS:
        called(leaver)
    for field in _hanging_on_people():
        field.model._base_manager.filter(**{field.name: leaver.person_id}).delete()
    end_sessions(leaver.person_id)


def session_rows() -> Any:
    """The table of the engine that keeps the sessions."""
    return import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()._base_manager


def sessions_of(person_id: int) -> list[Any]:
    """The sessions in which the person is signed in now."""
    running = session_rows().filter(expire_date__gte=Now()).iterator()
    return [one for one in running if one.get_decoded().get(SESSION_KEY) == str(person_id)]


def end_sessions(person_id: int) -> None:
    """Sign the person out everywhere."""
    session_rows().filter(pk__in=[one.pk for one in sessions_of(person_id)]).delete()

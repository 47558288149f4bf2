"""What is kept about one person: each floor tells of its own, and takes out what goes when they are erased.

What hangs on a person alone (a foreign key that cascades: lines of the inbox, factors, tokens, preferences) goes by
itself. What is part of the record points to them and stays, under a neutral name.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

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

    It is asked once for each tenant that the person acts for; what it tells twice is told once.
    """

    name: str
    title: str | Promise
    told: Told


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who is being erased, with the words that must be found and taken out."""

    person_id: int
    name: str
    email: str
    neutral: str


Forgets = Callable[[Leaver], object]

_PARTS: dict[str, Part] = {}
_FORGETS: list[Forgets] = []


def hang(*parts: Part) -> None:
    """Add parts to what a person is told about themselves."""
    _PARTS.update({part.name: part for part in parts})


def forgets(forget: Forgets) -> Forgets:
    """Register what else goes when a person is erased; called as SYSTEM, within the act."""
    _FORGETS.append(forget)
    return forget


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


def rows_of(model: Any, by: str, **columns: str) -> Told:
    """What of a model names the person in the field `by`, as far as they see it: each column under its name."""

    def told(actor: Actor) -> Iterable[Row]:
        rows = model.objects.visible_to(actor).filter(**{by: actor.person_id}).order_by("pk")
        return [dict(zip(columns, values, strict=True)) for values in rows.values_list(*columns.values())]

    return told


def forget(leaver: Leaver) -> None:
    """Take out all that hangs on the person alone, and whatever the floors have registered."""
    for called in _FORGETS:
        called(leaver)
    for relation in get_user_model()._meta.related_objects:
        if relation.on_delete is CASCADE:
            field = relation.field.name
            relation.related_model._base_manager.filter(**{field: leaver.person_id}).delete()
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

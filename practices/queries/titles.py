"""What practices are called, in their own language: the title of the latest version, or of the working copy."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from portal.kernel.access import Actor
from practices.models import Draft, Practice, Version
from practices.translated_texts import WrittenText

_TEXT = TextField()


def practices_with_titles(actor: Actor, ids: Iterable[int]) -> dict[int, tuple[Practice, str]]:
    """Those that the actor may see, by id, each with its title. One query."""
    return {row.pk: (row, WrittenText(row.called, row.language)) for row in _visible_titles(actor, ids)}


def titles_of(actor: Actor, ids: Iterable[int]) -> dict[int, str]:
    """The titles of those practices that the actor may see, by id. One query, however many there are."""
    rows = _visible_titles(actor, ids).values_list("pk", "called", "language")
    return {pk: WrittenText(title, language) for pk, title, language in rows}


def _visible_titles(actor: Actor, ids: Iterable[int]) -> Any:
    versions, working = Version.objects.order_by("-number"), Draft.objects.visible_to(actor)
    called = Coalesce(_title(versions), _title(working))
    rows = Practice.objects.visible_to(actor).filter(pk__in=set(ids)).annotate(called=called)
    return rows.filter(called__isnull=False).order_by()


def _title(rows: Any) -> Subquery:
    title = KeyTextTransform("title", "content")
    return Subquery(rows.filter(practice=OuterRef("pk")).values(title=title)[:1], output_field=_TEXT)

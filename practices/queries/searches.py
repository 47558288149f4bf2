"""Saved searches: one's own, and whose searches a practice answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from portal.kernel.access import SYSTEM, Actor
from portal.kernel.row_security import acting_as
from practices.facets import FACET
from practices.models import Entry, Practice, SavedSearch
from practices.queries.search import Search, read


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search with what it looks for."""

    row: SavedSearch
    search: Search


def saved_searches(actor: Actor) -> list[Saved]:
    """The actor's own, by name."""
    return [_read(row) for row in SavedSearch.objects.visible_to(actor)]


def _read(row: Any) -> Saved:
    return Saved(row, read(row.query))


def answered_by(practice_id: int) -> list[SavedSearch]:
    """The searches of anybody that tell of new things and that the practice answers, whoever may see it."""
    with acting_as(SYSTEM):
        entry = Entry.objects.filter(practice=practice_id).first()
        rows = (
            [_read(row) for row in SavedSearch.objects.filter(notifies=True).order_by("pk")] if entry else []
        )
        texts = _texts_in(practice_id, {saved.search.text for saved in rows})
    return [saved.row for saved in rows if entry and _answers(entry, saved.search, texts)]


def answering(actor: Actor, practice: Practice) -> list[SavedSearch]:
    """The actor's own searches that tell of new things and that the practice answers."""
    own = {row.pk for row in SavedSearch.objects.visible_to(actor).filter(notifies=True)}
    return [row for row in answered_by(practice.pk) if row.pk in own]


def _answers(entry: Entry, search: Search, texts: set[str]) -> bool:
    tokens = set(entry.facets)
    chosen = all(tokens & set(FACET[key].tokens(values)) for key, values in search.chosen.items())
    return chosen and (not search.text or search.text in texts)


def _texts_in(practice_id: int, texts: Iterable[str]) -> set[str]:
    """Those of the texts that the practice has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked FROM practices_entry, unnest(%s::text[]) asked"
            " WHERE practice_id = %s AND words @@ websearch_to_tsquery('practices_words', asked)",
            [sorted(filter(None, texts)), practice_id],
        )
        return {asked for (asked,) in cursor.fetchall()}

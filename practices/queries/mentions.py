"""Whom one may mention beneath a thing: only people who may read it, and of whom the writer may know that."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from portal.kernel.access import Actor
from practices.access import named
from practices.enums import OPEN_LABELS
from practices.models import Post, Thing, WorkingGroup, place_of
from practices.queries.readers import readers_of


@dataclass(frozen=True, slots=True)
class Mentionable:
    """Somebody who may be mentioned; `key` is how records name them."""

    key: str
    name: str
    organisation: str


def mentionable(actor: Actor, thing: Thing) -> list[Mentionable]:
    """Those who have spoken here, the authors, and one's own colleagues: as far as they may read it."""
    return _people(actor, readers_of(thing).filter(_near(actor, thing)))


def known_names(actor: Actor, thing: Thing, keys: Collection[str]) -> dict[str, str]:
    """The names behind these keys, as far as this reader may know that they read here."""
    if not keys:
        return {}
    rows = _known(actor, thing).filter(named__in=list(keys))
    return {one.key: one.name for one in _people(actor, rows, but_the_actor=False)}


def mentioned(actor: Actor, thing: Thing, text: str, chosen: Iterable[str]) -> list[str]:
    """Who is chosen from the list or called by `@Name`; whoever is not to be mentioned here is passed over.

    A name that two have is nobody's, unless just one of them is near.
    """
    near = mentionable(actor, thing)
    found = {one.key for one in near} & set(chosen)
    if "@" in text:
        for people in (near, _people(actor, _known(actor, thing))):
            called, text = _called(text, people)
            found |= called
    return sorted(found)


def _near(actor: Actor, thing: Thing) -> Q:
    """Those who wrote the thing or spoke beneath it, and the actor's colleagues."""
    said = Post.objects.filter(
        **{place_of(thing): thing},
        person_id=OuterRef("person_id"),
        organisation_id=OuterRef("organisation_id"),
    )
    authors = [] if isinstance(thing, WorkingGroup) else thing.author_people
    return Q(Exists(said)) | Q(named__in=authors) | Q(organisation_id=actor.tenant_id)


def _known(actor: Actor, thing: Thing) -> Any:
    """The community reads what is open, and a group knows its members; else only those who are near."""
    rows = readers_of(thing)
    if isinstance(thing, WorkingGroup) or thing.label in OPEN_LABELS:
        return rows
    return rows.filter(_near(actor, thing))


def _people(actor: Actor, rows: Any, *, but_the_actor: bool = True) -> list[Mentionable]:
    me = named(actor.person_id, actor.tenant_id)
    shown = rows.select_related("person", "organisation").order_by("person__name", "pk")
    return [
        Mentionable(row.named, row.person.name, row.organisation.name)
        for row in shown
        if not (but_the_actor and row.named == me)
    ]


def _called(text: str, people: Iterable[Mentionable]) -> tuple[set[str], str]:
    """Who is called by a name that only one of these has, longest names first; and the text without the calls."""
    by_name = defaultdict(set)
    for one in people:
        by_name[one.name].add(one.key)
    found: set[str] = set()
    for name in sorted(by_name, key=len, reverse=True):
        rest, count = re.subn(rf"(?<!\w)@{re.escape(name)}(?!\w)", "", text, flags=re.IGNORECASE)
        if count and len(by_name[name]) == 1:
            found |= by_name[name]
            text = rest
    return found, text

"""Whom one may mention in a discussion: only people who may read it, and of whom the writer may know that."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from portal.kernel.access import Actor
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.text import called_by_name
from practices.access import person_token
from practices.enums import OPEN_LABELS
from practices.models import DiscussionSubject, Post, WorkingGroup, subject_field
from practices.queries.readership import readers_of


@dataclass(frozen=True, slots=True)
class MentionablePerson:
    """Somebody who may be mentioned; `key` is how records name them."""

    key: str
    name: str
    organisation: str


def mentionable_people(actor: Actor, subject: DiscussionSubject) -> list[MentionablePerson]:
    """Those who have written here, the authors, and one's own colleagues: as far as they may read it."""
    return _people(actor, readers_of(subject).filter(_participants(actor, subject)))


def known_names(actor: Actor, subject: DiscussionSubject, keys: Collection[str]) -> dict[str, str]:
    """The names behind these keys, as far as this reader may know that they read here."""
    if not keys:
        return {}
    rows = _visible_readers(actor, subject).filter(person_token__in=list(keys))
    return {person.key: person.name for person in _people(actor, rows, but_the_actor=False)}


def mentioned_people(actor: Actor, subject: DiscussionSubject, text: str, keys: Iterable[str]) -> list[str]:
    """Who is chosen from the list or called by `@Name`; people who may not be mentioned here are skipped.

    A name that two have is nobody's, unless just one of them is near.
    """
    near = mentionable_people(actor, subject)
    person_keys = {each.key for each in near} & set(keys)
    if "@" in text:
        for people in (near, _people(actor, _visible_readers(actor, subject))):
            called, text = _named_in_text(text, people)
            person_keys |= called
    return sorted(person_keys)


def _participants(actor: Actor, subject: DiscussionSubject) -> Q:
    """Its authors, those who posted about it, and the actor's colleagues."""
    posts = Post.objects.visible_to(actor).filter(
        **{subject_field(subject): subject},
        person_id=OuterRef("person_id"),
        organisation_id=OuterRef("organisation_id"),
    )
    authors = [] if isinstance(subject, WorkingGroup) else subject.author_people
    return Q(Exists(posts)) | Q(person_token__in=authors) | Q(organisation_id=actor.tenant_id)


def _visible_readers(actor: Actor, subject: DiscussionSubject) -> Any:
    """The community reads what is open, and a group knows its members; else only those who are near."""
    rows = readers_of(subject)
    if isinstance(subject, WorkingGroup) or subject.label in OPEN_LABELS:
        return rows
    return rows.filter(_participants(actor, subject))


def _people(actor: Actor, rows: Any, *, but_the_actor: bool = True) -> list[MentionablePerson]:
    me = person_token(actor.person_id, actor.tenant_id)
    memberships = rows.select_related("person", "organisation").order_by(ByAlphabet("person__name"), "pk")
    return [
        MentionablePerson(row.person_token, row.person.name, row.organisation.name)
        for row in memberships
        if not (but_the_actor and row.person_token == me)
    ]


def _named_in_text(text: str, people: Iterable[MentionablePerson]) -> tuple[set[str], str]:
    """Who is called by a name that only one of these has; and the text without the calls."""
    by_name = defaultdict(set)
    for person in people:
        by_name[person.name].add(person.key)
    return called_by_name(text, by_name)

"""Who holds a record's tokens today, in names; and who gains or loses access when they change."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from alliance.models import Organisation
from portal.kernel.access import Actor
from portal.kernel.alphabet import alphabet_key
from practices.audiences import Audience, by_kind
from practices.models import AccessLog, Practice, WorkingGroup
from practices.queries.affiliations import affiliations_in_effect
from practices.queries.directory import (
    PersonInOrganisation,
    community_organisations,
    groups_named,
    leaders_of_groups,
    people_in_groups,
    people_named,
)
from practices.queries.readership import reader_tokens


@dataclass(frozen=True)
class AudienceMembers:
    """Whom tokens of readers let in today: whole organisations, single people, or the world."""

    tokens: frozenset[str]
    source: Organisation
    authors: frozenset[str]

    @property
    def world(self) -> bool:
        return "everybody" in self.tokens

    @property
    def everybody(self) -> bool:
        """The whole community, and perhaps the world."""
        return self.world or "community" in self.tokens

    @property
    def has_colleagues(self) -> bool:
        """Whether the whole source organisation reads it."""
        return f"staff:{self.source.pk}" in self.tokens

    @property
    def has_clients(self) -> bool:
        """Whether affiliates of those whom it names read it, those of today and of later."""
        return bool(self._ids("client"))

    def _ids(self, kind: str) -> set[int]:
        return set(map(int, by_kind(self.tokens).get(kind, ())))

    @cached_property
    def members(self) -> list[Organisation]:
        """The community as it is today."""
        return list(community_organisations())

    @cached_property
    def named_organisations(self) -> list[Organisation]:
        staff = self._ids("staff") - {self.source.pk}
        return [row for row in self.members if row.pk in staff]

    @cached_property
    def affiliates(self) -> list[tuple[Organisation, Organisation]]:
        """Organisations that read as affiliates, each with the named one through which it reads."""
        rows = affiliations_in_effect(self._ids("client"))
        return [(row.affiliate, row.organisation) for row in rows]

    @cached_property
    def groups(self) -> list[tuple[WorkingGroup, list[PersonInOrganisation]]]:
        ids = self._ids("group")
        inside = people_in_groups(ids)
        return [(row, inside[row.pk]) for row in groups_named(ids) if row.closed_at is None]

    @cached_property
    def leaders(self) -> Mapping[int, list[PersonInOrganisation]]:
        """By group: who decides whom it takes in."""
        return leaders_of_groups(self._ids("group"))

    @cached_property
    def named_people(self) -> list[PersonInOrganisation]:
        return people_named(set(by_kind(self.tokens).get("person", ())) - self.authors)

    @cached_property
    def author_people(self) -> list[PersonInOrganisation]:
        return people_named(self.authors)

    @cached_property
    def organisations(self) -> dict[int, Organisation]:
        """Those of which everybody can read."""
        if self.everybody:
            return {row.pk: row for row in self.members}
        organisations = [*self.named_organisations, *(affiliate for affiliate, _of in self.affiliates)]
        if self.has_colleagues:
            organisations.append(self.source)
        return {row.pk: row for row in organisations}

    @cached_property
    def people(self) -> dict[str, PersonInOrganisation]:
        """Those who can read by their own name, by a group, or as authors."""
        of_groups = [each for _group, inside in self.groups for each in inside]
        return {
            named_person.key: named_person
            for named_person in (*self.named_people, *of_groups, *self.author_people)
        }

    @property
    def digest(self) -> str:
        """A digest of who reads today: it changes with the label, and whenever somebody begins or ceases to read."""
        parts = (sorted(self.tokens), sorted(self.organisations), sorted(self.people))
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def includes(self, key: str) -> bool:
        """Whether this person can read."""
        return key in self.people or int(key.partition(".")[2]) in self.organisations


def audience_members(practice: Practice, audience: Audience | None = None) -> AudienceMembers:
    """Whom the practice lets in once it is released, or would with other readers, which takes a query more."""
    tokens = frozenset(practice.reader_tokens) if audience is None else reader_tokens(practice, audience)
    return AudienceMembers(tokens, practice.organisation, frozenset(practice.author_people))


@dataclass(frozen=True, slots=True)
class ReadershipChange:
    """Who begins or ceases to be able to read."""

    world: bool
    organisations: Sequence[
        tuple[Organisation, Sequence[PersonInOrganisation]]
    ]  # each but for those for whom nothing changes
    people: Sequence[PersonInOrganisation]
    whole_community: int = 0  # how many organisations that is, when it is all of them but the source

    def __bool__(self) -> bool:
        return self.world or bool(self.organisations) or bool(self.people)


def members_only_in(audience: AudienceMembers, compared_with: AudienceMembers) -> ReadershipChange:
    """Who can read by `audience` and cannot by `compared_with`."""
    places = [row for pk, row in audience.organisations.items() if pk not in compared_with.organisations]
    people = [
        row
        for key, row in audience.people.items()
        if not (compared_with.includes(key) or belongs_to_any(row, places))
    ]
    others = [row for row in audience.members if row.pk != audience.source.pk]
    whole = len(others) if audience.everybody and len(places) >= len(others) > 1 else 0
    apart = [
        (row, [each for each in compared_with.people.values() if each.organisation.pk == row.pk])
        for row in places
    ]
    return ReadershipChange(audience.world and not compared_with.world, apart, people, whole)


def belongs_to_any(person: PersonInOrganisation, organisations: Sequence[Organisation]) -> bool:
    return any(person.organisation.pk == row.pk for row in organisations)


def people_in_access_log(actor: Actor, practice: Practice) -> list[tuple[str, str]]:
    """Who has opened it so far, each once, by name with the organisation; for its source to know. One query."""
    rows = AccessLog.objects.visible_to(actor).filter(practice=practice)
    once = rows.order_by("person_id", "organisation_id").distinct("person_id", "organisation_id")
    names = [
        (row.person.name, row.organisation.name) for row in once.select_related("person", "organisation")
    ]
    return sorted(names, key=lambda pair: alphabet_key(pair[0]))

"""Who may be named as a reader, an author or a member of a group: who is here now."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import Membership, Organisation
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.alphabet import ByAlphabet, alphabet_key
from practices.access import person_token
from practices.models import GroupMembership, WorkingGroup

MAX_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class PersonInOrganisation:
    """A person as who they are in one organisation; `key` as readers are named."""

    key: str
    name: str
    organisation: Organisation
    office: str = ""

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation.name}"


def community_organisations() -> Any:
    """The organisations that have readers here now: all active ones but supporters, by name."""
    return (
        Organisation.objects.filter(state=OrganisationState.ACTIVE)
        .exclude(kind=OrganisationKind.SUPPORTER)
        .order_by(ByAlphabet("name"))
    )


def current_memberships() -> Any:
    """Who belongs to one of them now."""
    rows = Membership.objects.current().filter(
        person__is_active=True, organisation__in=community_organisations()
    )
    return rows.select_related("person", "organisation").order_by(ByAlphabet("person__name"), "pk")


def find_people(text: str) -> list[PersonInOrganisation]:
    """People whose name, or whose organisation's name, has each of the words in it; the first of many."""
    rows = current_memberships()
    terms = text.split()[:5]
    for word in terms:
        rows = rows.filter(Q(person__name__icontains=word) | Q(organisation__name__icontains=word))
    return [_person_in_organisation(row) for row in rows[:MAX_PEOPLE]] if terms else []


def colleagues_of(organisation_id: int) -> list[PersonInOrganisation]:
    """Everybody of one organisation."""
    return [
        _person_in_organisation(row) for row in current_memberships().filter(organisation_id=organisation_id)
    ]


def people_named(keys: Iterable[str]) -> list[PersonInOrganisation]:
    """These people, by name; who has left their organisation is not among them."""
    distinct_keys = set(keys)
    ids = [int(key.partition(".")[0]) for key in distinct_keys]
    rows = [_person_in_organisation(row) for row in current_memberships().filter(person_id__in=ids)]
    return [row for row in rows if row.key in distinct_keys]


def _person_in_organisation(row: Membership) -> PersonInOrganisation:
    key = person_token(row.person_id, row.organisation_id)
    return PersonInOrganisation(key, row.person.name, row.organisation, row.office)


def groups_to_name(actor: Actor, also: Collection[int] = ()) -> list[WorkingGroup]:
    """The open groups that the actor sees, and those that are named already."""
    groups = [*WorkingGroup.objects.visible_to(actor), *groups_named(also)]
    is_open = {row.pk: row for row in groups if row.closed_at is None}
    return sorted(is_open.values(), key=lambda row: alphabet_key(row.name))


def groups_named(ids: Collection[int]) -> list[WorkingGroup]:
    """These groups, by name: for the source of what names them, which need not be in them."""
    with acting_as(SYSTEM):
        return list(WorkingGroup.objects.filter(pk__in=ids).order_by(ByAlphabet("name")))


def people_in_groups(ids: Collection[int]) -> Mapping[int, list[PersonInOrganisation]]:
    """Who is in each group now, as who they are now."""
    return _people_by_group(ids, GroupMembership.objects.all())


def leaders_of_groups(ids: Collection[int]) -> Mapping[int, list[PersonInOrganisation]]:
    """Who leads each group now, and so decides who joins it; the secretariat can bring people in too."""
    return _people_by_group(ids, GroupMembership.objects.filter(leads=True))


def _people_by_group(ids: Collection[int], memberships: Any) -> Mapping[int, list[PersonInOrganisation]]:
    rows = memberships.filter(group_id__in=ids, ended_at__isnull=True)
    with acting_as(SYSTEM):  # for who names a group, and need not be in it
        pairs = list(rows.values_list("group_id", "person_id", "organisation_id"))
    people_by_key = {
        each.key: each
        for each in people_named(
            person_token(person, organisation_id) for _g, person, organisation_id in pairs
        )
    }
    people_by_group: dict[int, list[PersonInOrganisation]] = {pk: [] for pk in ids}
    for group, person, organisation_id in pairs:
        if person_here := people_by_key.get(person_token(person, organisation_id)):
            people_by_group[group].append(person_here)
    return people_by_group

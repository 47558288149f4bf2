"""Who may be named as a reader, an author or a member of a group: who is here now."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import Membership, Organisation
from portal.kernel.access import SYSTEM, Actor
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.models import GroupMembership, WorkingGroup

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as who they are in one organisation; `key` as readers are named."""

    key: str
    name: str
    organisation: Organisation
    office: str = ""

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation.name}"


def community() -> Any:
    """The organisations that have readers here now: all active ones but supporters, by name."""
    return (
        Organisation.objects.filter(state=OrganisationState.ACTIVE)
        .exclude(kind=OrganisationKind.SUPPORTER)
        .order_by("name")
    )


def present() -> Any:
    """Who belongs to one of them now."""
    rows = Membership.objects.current().filter(person__is_active=True, organisation__in=community())
    return rows.select_related("person", "organisation").order_by("person__name", "pk")


def find_people(words: str) -> list[Somebody]:
    """People whose name, or whose organisation's name, has each of the words in it; the first of many."""
    rows = present()
    wanted = words.split()[:5]
    for word in wanted:
        rows = rows.filter(Q(person__name__icontains=word) | Q(organisation__name__icontains=word))
    return [_somebody(row) for row in rows[:MOST_FOUND]] if wanted else []


def colleagues_of(organisation_id: int) -> list[Somebody]:
    """Everybody of one organisation."""
    return [_somebody(row) for row in present().filter(organisation_id=organisation_id)]


def people_named(keys: Iterable[str]) -> list[Somebody]:
    """These people, by name; who has left their organisation is not among them."""
    wanted = set(keys)
    ids = [int(key.partition(".")[0]) for key in wanted]
    rows = [_somebody(row) for row in present().filter(person_id__in=ids)]
    return [row for row in rows if row.key in wanted]


def _somebody(row: Membership) -> Somebody:
    key = named(row.person_id, row.organisation_id)
    return Somebody(key, row.person.name, row.organisation, row.office)


def groups_to_name(actor: Actor, also: Collection[int] = ()) -> list[WorkingGroup]:
    """The open groups that the actor sees, and those that are named already."""
    found = [*WorkingGroup.objects.visible_to(actor), *groups_named(also)]
    is_open = {row.pk: row for row in found if row.closed_at is None}
    return sorted(is_open.values(), key=lambda row: row.name)


def groups_named(ids: Collection[int]) -> list[WorkingGroup]:
    """These groups, by name: for the source of what names them, which need not be in them."""
    with acting_as(SYSTEM):
        return list(WorkingGroup.objects.filter(pk__in=ids).order_by("name"))


def people_in_groups(ids: Collection[int]) -> Mapping[int, list[Somebody]]:
    """Who is in each group now, as who they are now."""
    return _people_by_group(ids, GroupMembership.objects.all())


def leaders_of_groups(ids: Collection[int]) -> Mapping[int, list[Somebody]]:
    """Who leads each group now, and so decides who joins it; the secretariat can bring people in too."""
    return _people_by_group(ids, GroupMembership.objects.filter(leads=True))


def _people_by_group(ids: Collection[int], memberships: Any) -> Mapping[int, list[Somebody]]:
    rows = memberships.filter(group_id__in=ids, ended_at__isnull=True)
    with acting_as(SYSTEM):  # for who names a group, and need not be in it
        pairs = list(rows.values_list("group_id", "person_id", "organisation_id"))
    here = {one.key: one for one in people_named(named(person, place) for _g, person, place in pairs)}
    found: dict[int, list[Somebody]] = {pk: [] for pk in ids}
    for group, person, place in pairs:
        if one := here.get(named(person, place)):
            found[group].append(one)
    return found

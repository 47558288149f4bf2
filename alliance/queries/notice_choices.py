"""Reads of how the people of an organisation have chosen to be notified, for those who administer it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alliance.enums import OrganisationKind
from alliance.models import Membership, Organisation, Person
from alliance.queries.actors import actor_without_organisation
from alliance.queries.people import colleagues
from portal.kernel.access import SYSTEM, Actor, acting_as, can
from portal.kernel.notices import Group, NoticePreference, Pace, groups_for, pace_of, paces_of


@dataclass(frozen=True, slots=True)
class GroupRecipients:
    """Who of the organisation gets the letters of a group, and who does not.

    `by_pace`: who is reached, by how often; `off`: who has turned it off; `unreached`: whose address takes no mail.
    """

    group: Group
    by_pace: Sequence[tuple[Pace, Sequence[Membership]]]
    off: Sequence[Membership]
    unreached: Sequence[Membership]

    @property
    def is_empty(self) -> bool:
        """Whether nobody receives it."""
        return not self.by_pace


def own_paces(person: Person) -> Mapping[str, Pace]:
    """What the person has chosen, by group, for a page to which they need not be signed in."""
    with acting_as(actor_without_organisation(person)):
        return paces_of(person.pk)


def group_recipients(actor: Actor, organisation: Organisation) -> list[GroupRecipients]:
    """For each group of the organisation, who receives it; empty without the right. Three queries."""
    if not can(actor, "membership.read_notices", organisation):
        return []
    memberships = [row for row in colleagues(actor, organisation) if row.person.is_active]
    paces = _paces_by_person(memberships)
    return [_recipients_of(group, memberships, paces) for group in _groups_of(organisation)]


def groups_turned_off(actor: Actor, organisation: Organisation) -> Mapping[int, Sequence[Group]]:
    """The groups that each person of the organisation has turned off, of those that concern them; by person."""
    off: dict[int, list[Group]] = defaultdict(list)
    for recipients in group_recipients(actor, organisation):
        for membership in recipients.off:
            off[membership.person_id].append(recipients.group)
    return off


def _groups_of(organisation: Organisation) -> list[Group]:
    return groups_for([organisation.kind == OrganisationKind.SECRETARIAT])


def _paces_by_person(memberships: Sequence[Membership]) -> Mapping[int, Mapping[str, Pace]]:
    """What they have chosen, by person; read as SYSTEM, for choices are each person's own."""
    chosen: dict[int, dict[str, Pace]] = defaultdict(dict)
    with acting_as(SYSTEM):
        rows = NoticePreference.objects.filter(person__in=[row.person_id for row in memberships])
        for person, group, pace in rows.values_list("person_id", "group", "pace"):
            chosen[person][group] = Pace(pace)
    return chosen


def _recipients_of(
    group: Group, memberships: Sequence[Membership], paces: Mapping[int, Mapping[str, Pace]]
) -> GroupRecipients:
    concerned = [row for row in memberships if not group.roles or set(group.roles) & set(row.roles)]
    by_pace: dict[Pace, list[Membership]] = {pace: [] for pace in Pace}
    unreached = []
    for row in concerned:
        if row.person.is_unreachable:
            unreached.append(row)
        else:
            by_pace[pace_of(group.key, paces.get(row.person_id, {}))].append(row)
    off = by_pace.pop(Pace.OFF)
    return GroupRecipients(group, [(pace, rows) for pace, rows in by_pace.items() if rows], off, unreached)

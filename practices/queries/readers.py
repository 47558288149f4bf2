"""Who may read a thing, asked from the other side: the people whom its label lets in.

For telling and naming people. What one may read oneself is asked of `practices.access` alone.
"""

from typing import Any

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import Membership
from portal.kernel.access import NOTHING, SYSTEM
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.enums import OPEN_LABELS, Label
from practices.models import Affiliation, GroupMembership, Practice, Request, Thing, WorkingGroup

_RELEASED = ("shared", "retired")


def people_of_portal() -> Any:
    """Everybody who acts now, as who they are in each organisation; `named` as records name them."""
    rows = Membership.objects.current().filter(
        person__is_active=True, organisation__state=OrganisationState.ACTIVE, grants__len__gt=0
    )
    key = Concat(
        Cast(F("person_id"), CharField()),
        Value("."),
        Cast(F("organisation_id"), CharField()),
        output_field=CharField(),
    )
    return rows.exclude(organisation__kind=OrganisationKind.SUPPORTER).annotate(named=key)


def readers_of(thing: Thing) -> Any:
    """Everybody who may read it now. For the portal itself, which tells people; never listed to a reader."""
    if isinstance(thing, WorkingGroup):
        return people_of_portal().filter(named__in=_members([thing.pk]))
    own = Q(named__in=thing.author_people)
    if thing.label != Label.RED:
        own |= Q(organisation_id=thing.organisation_id)
    released = isinstance(thing, Request) or thing.state in _RELEASED
    return people_of_portal().filter(own | (_let_in(thing) if released else NOTHING))


def _let_in(thing: Practice | Request) -> Q:
    """As `access.practices`, label by label."""
    if thing.label in OPEN_LABELS:
        return ~NOTHING
    by_name = Q(named__in=[*thing.reader_people, *_members(thing.reader_groups)])
    if thing.label == Label.RED:
        return by_name
    places = set(thing.reader_organisations)
    if thing.label == Label.AMBER:
        places |= _affiliates(thing.reader_organisations)
    return by_name | Q(organisation_id__in=places)


def _members(groups: list[int]) -> list[str]:
    if not groups:
        return []
    rows = GroupMembership.objects.filter(group_id__in=groups, ended_at__isnull=True)
    with acting_as(SYSTEM):
        return [named(*pair) for pair in rows.values_list("person_id", "organisation_id")]


def _affiliates(organisations: list[int]) -> set[int]:
    rows = Affiliation.objects.filter(organisation_id__in=organisations)
    with acting_as(SYSTEM):
        return set(rows.values_list("affiliate_id", flat=True))

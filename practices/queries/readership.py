"""Who may read a record: the people who hold one of its tokens.

For notices and mentions. What an actor may read is decided by `practices.access` alone.
"""

import hashlib
from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import Membership
from portal.kernel.access import SYSTEM, Actor, acting_as, can
from practices.access import in_effect, person_token
from practices.audiences import Audience, by_kind, is_narrowing
from practices.enums import RELEASED_STATES
from practices.models import Affiliation, DiscussionSubject, GroupMembership, Request, WorkingGroup
from practices.models.labelled import Labelled


def readers_digest(labelled: Labelled) -> str:
    """A digest of who may read it, which says whether others may by now and not who."""
    return hashlib.sha256("\n".join(sorted(labelled.reader_tokens)).encode()).hexdigest()


def reader_tokens(labelled: Labelled, audience: Audience) -> frozenset[str]:
    """The tokens that the record would have with these readers. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT practices_reader_tokens(%s, %s, %s::text[], %s::text[], %s::bigint[], %s::bigint[])",
            [
                *(audience.label, labelled.organisation_id, labelled.author_people, sorted(audience.people)),
                *(sorted(audience.organisations), sorted(audience.groups)),
            ],
        )
        return frozenset(cursor.fetchone()[0])


def people_of_portal() -> Any:
    """Everybody who acts now, as who they are in each organisation; `person_token` as records name them."""
    rows = Membership.objects.current().filter(
        person__is_active=True, organisation__state=OrganisationState.ACTIVE, roles__len__gt=0
    )
    key = Concat(
        Cast(F("person_id"), CharField()),
        Value("."),
        Cast(F("organisation_id"), CharField()),
        output_field=CharField(),
    )
    return rows.exclude(organisation__kind=OrganisationKind.SUPPORTER).annotate(person_token=key)


def readers_of(subject: DiscussionSubject) -> Any:
    """Everybody who may read it now. For notifications alone; never listed to a reader."""
    if isinstance(subject, WorkingGroup):
        return people_holding([f"group:{subject.pk}"])
    is_released = isinstance(subject, Request) or subject.state in RELEASED_STATES
    return people_holding(subject.reader_tokens if is_released else subject.owner_tokens)


def people_holding(tokens: Collection[str]) -> Any:
    """Those of `people_of_portal` who hold one of the tokens: as `practices_actor_tokens`, from the other side."""
    kinds = by_kind(tokens)
    if "everybody" in kinds or "community" in kinds:
        return people_of_portal()
    people = [*kinds.get("person", ()), *_members(kinds.get("group", ()))]
    places = [*kinds.get("staff", ()), *_affiliates(kinds.get("client", ()))]
    return people_of_portal().filter(Q(person_token__in=people) | Q(organisation_id__in=places))


def _members(groups: Collection[str]) -> list[str]:
    if not groups:
        return []
    rows = GroupMembership.objects.filter(group_id__in=map(int, groups), ended_at__isnull=True)
    with acting_as(SYSTEM):
        return [person_token(*pair) for pair in rows.values_list("person_id", "organisation_id")]


def _affiliates(organisations: Collection[str]) -> list[int]:
    """The affiliates of these organisations that read as such now."""
    if not organisations:
        return []
    rows = Affiliation.objects.filter(in_effect(), organisation_id__in=organisations)
    with acting_as(SYSTEM):
        return list(rows.values_list("affiliate_id", flat=True))


def would_widen(actor: Actor, practice: Labelled, new: Audience) -> bool:
    """Whether the actor may let more people read the practice, and would do so with these readers."""
    is_narrower = is_narrowing(practice.reader_tokens, reader_tokens(practice, new))
    return not is_narrower and can(actor, "practice.widen", practice)

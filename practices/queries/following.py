"""What the actor follows, and how many follow what they see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from portal.kernel.access import SYSTEM, Actor
from portal.kernel.row_security import acting_as
from practices.models import Follow, Practice, Request, Thing, WorkingGroup, place_of
from practices.queries.titles import titles_of


@dataclass(frozen=True, slots=True)
class Followed:
    """One thing that somebody follows, as far as they may still see it."""

    place: str
    thing: Any
    title: str
    since: datetime


def is_followed(actor: Actor, thing: Thing) -> bool:
    return bool(_own(actor).filter(**{place_of(thing): thing}).exists())


def followed(actor: Actor) -> Any:
    """The rows of all that the actor follows and may see, the latest first."""
    seen = (
        _own(actor).filter(practice__in=Practice.objects.visible_to(actor))
        | _own(actor).filter(request__in=Request.objects.visible_to(actor))
        | _own(actor).filter(group__in=WorkingGroup.objects.visible_to(actor))
    )
    return seen.select_related("practice", "request", "group").order_by("-since", "-pk")


def titled(actor: Actor, rows: Collection[Follow]) -> list[Followed]:
    """The rows of one page, with what the things are called."""
    titles = titles_of(actor, [row.practice_id for row in rows if row.practice_id])
    return [_followed(row, titles) for row in rows]


def _followed(row: Follow, titles: Mapping[int, str]) -> Followed:
    if row.practice:
        return Followed("practice", row.practice, titles.get(row.practice.pk, ""), row.since)
    if row.request:
        return Followed("request", row.request, row.request.title, row.since)
    assert row.group is not None
    return Followed("group", row.group, row.group.name, row.since)


def follower_counts(place: str, ids: Collection[int]) -> dict[int, int]:
    """How many follow each of these things, which the caller has found by the actor's sight. One query."""
    with acting_as(SYSTEM):  # who follows is nobody's to see; how many are, is
        rows = Follow.objects.filter(**{f"{place}__in": ids}).values_list(f"{place}_id")
        return dict(rows.order_by().annotate(count=Count("pk")))


def _own(actor: Actor) -> Any:
    return Follow.objects.visible_to(actor)

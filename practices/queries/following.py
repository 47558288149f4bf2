"""What the actor follows, and how many follow what they see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from portal.kernel.access import SYSTEM, Actor, acting_as
from practices.models import DiscussionSubject, Follow, Practice, Request, WorkingGroup, subject_field
from practices.queries.titles import titles_of


@dataclass(frozen=True, slots=True)
class FollowedSubject:
    """One record that somebody follows, as far as they may still see it."""

    kind: str
    subject: Any
    title: str
    since: datetime


def is_followed(actor: Actor, subject: DiscussionSubject) -> bool:
    return bool(_own_follows(actor).filter(**{subject_field(subject): subject}).exists())


def follows(actor: Actor) -> Any:
    """The rows of all that the actor follows and may see, the latest first."""
    visible = (
        _own_follows(actor).filter(practice__in=Practice.objects.visible_to(actor))
        | _own_follows(actor).filter(request__in=Request.objects.visible_to(actor))
        | _own_follows(actor).filter(group__in=WorkingGroup.objects.visible_to(actor))
    )
    return visible.select_related("practice", "request", "group").order_by("-since", "-pk")


def followed_subjects(actor: Actor, rows: Collection[Follow]) -> list[FollowedSubject]:
    """The rows of one page, with the names of the records."""
    titles = titles_of(actor, [row.practice_id for row in rows if row.practice_id])
    return [_followed_subject(row, titles) for row in rows]


def _followed_subject(row: Follow, titles: Mapping[int, str]) -> FollowedSubject:
    if row.practice:
        return FollowedSubject("practice", row.practice, titles.get(row.practice.pk, ""), row.since)
    if row.request:
        return FollowedSubject("request", row.request, row.request.title, row.since)
    assert row.group is not None
    return FollowedSubject("group", row.group, row.group.name, row.since)


def follower_counts(kind: str, ids: Collection[int]) -> dict[int, int]:
    """How many follow each of these records, which the caller has read through `visible_to`. One query."""
    with acting_as(SYSTEM):  # who follows is nobody's to see; how many are, is
        rows = Follow.objects.filter(**{f"{kind}__in": ids}).values_list(f"{kind}_id")
        return dict(rows.order_by().annotate(count=Count("pk")))


def _own_follows(actor: Actor) -> Any:
    return Follow.objects.visible_to(actor)

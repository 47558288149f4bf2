"""What is said beneath a thing, in its order: each question with its answers, page by page."""

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F, Subquery
from django.db.models.functions import Coalesce

from portal.kernel.access import Actor
from portal.kernel.web import get_visible_or_404
from practices.models import GroupMembership, Post, Practice, Request, Thing, WorkingGroup, place_of

SHOWN = 30  # posts on a page
_ROWS = ("person", "organisation", "parent__person", "parent__organisation")


def find_post(actor: Actor, key: UUID, rule: str = "") -> Post:
    """The post with what it stands beneath; what the actor may not see does not exist (404).

    With a rule, one that it allows: raises Forbidden.
    """
    rows: Any = Post.objects.select_related("practice", "request", "group", *_ROWS)
    found: Post = get_visible_or_404(rows, actor, rule=rule, key=key)
    return found


def find_place(actor: Actor, place: str, key: UUID, rule: str = "") -> Thing:
    """The thing beneath which is spoken; a group's discussion is its members' alone.

    With a rule, one that it allows: raises Forbidden.
    """
    if place == "group":
        held = GroupMembership.objects.visible_to(actor).filter(
            person_id=actor.person_id, organisation_id=actor.tenant_id, ended_at__isnull=True
        )
        groups: Any = WorkingGroup.objects.filter(pk__in=held.values("group"))
        group: WorkingGroup = get_visible_or_404(groups, actor, rule=rule, key=key)
        return group
    model: Any = {"practice": Practice, "request": Request}[place]
    rows = model.objects.select_related("organisation")
    found: Practice | Request = get_visible_or_404(rows, actor, rule=rule, key=key)
    return found


def page_of_talk(thing: Thing) -> str:
    """The name of the page where its discussion is read: a group's is its own page, any other's stands beside it."""
    place = place_of(thing)
    return place if place == "group" else f"{place}-talk"


def posts_beneath(actor: Actor, thing: Thing) -> Any:
    """All posts, question by question as they were asked, each with its answers; each knows the key of the `newest`."""
    rows = Post.objects.visible_to(actor).filter(**{place_of(thing): thing})
    return (
        rows.select_related(*_ROWS)
        .annotate(
            began=Coalesce("parent__posted_at", "posted_at"),
            head=Coalesce("parent_id", "id"),
            newest=Subquery(_newest_first(rows).values("key")[:1]),
        )
        .order_by("began", "head", F("parent_id").asc(nulls_first=True), "posted_at", "id")
    )


def page_of_posts(posts: Any, *, number: str = "", post: str = "") -> Page:
    """The page with this number, or with this post (its key, or `newest`); else the last one."""
    pages = Paginator(posts, SHOWN)
    if post:
        keys = [str(key) for key in posts.values_list("key", flat=True)]
        wanted = newest_of(posts) if post == "newest" else post
        number = str(keys.index(wanted) // SHOWN + 1) if wanted in keys else ""
    return pages.get_page(number or pages.num_pages)


def newest_of(posts: Any) -> str:
    """The key of the latest post that is still there; empty where there is none."""
    found = _newest_first(posts).values_list("key", flat=True).first()
    return str(found) if found else ""


def _newest_first(posts: Any) -> Any:
    return posts.filter(removed_at__isnull=True).order_by("-posted_at", "-id")

"""The discussion of a subject, in order: each question with its answers, page by page."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Subquery
from django.db.models.functions import Coalesce

from portal.kernel.access import Actor
from practices.models import DiscussionSubject, Post, subject_field

PAGE_SIZE = 30  # posts on a page
_RELATED = ("person", "organisation", "parent__person", "parent__organisation")


def discussion_route(subject: DiscussionSubject) -> str:
    """The name of the page where its discussion is read: a group's is its own page, others have one apart."""
    place = subject_field(subject)
    return place if place == "group" else f"{place}-discussion"


def posts_of(actor: Actor, subject: DiscussionSubject) -> Any:
    """All posts, question by question as they were asked, each with its answers; each knows its `newest_key`."""
    rows = Post.objects.visible_to(actor).filter(**{subject_field(subject): subject})
    return (
        rows.select_related(*_RELATED)
        .annotate(
            began=Coalesce("parent__posted_at", "posted_at"),
            head=Coalesce("parent_id", "id"),
            newest_key=Subquery(_newest_first(rows).values("key")[:1]),
        )
        .order_by("began", "head", F("parent_id").asc(nulls_first=True), "posted_at", "id")
    )


def page_of_posts(posts: Any, *, number: str = "", post: str = "") -> Page:
    """The page with this number, or with this post (its key, or `newest`); else the last one."""
    pages = Paginator(posts, PAGE_SIZE)
    if post:
        keys = [str(key) for key in posts.values_list("key", flat=True)]
        post_key = newest_post_key(posts) if post == "newest" else post
        number = str(keys.index(post_key) // PAGE_SIZE + 1) if post_key in keys else ""
    return pages.get_page(number or pages.num_pages)


def newest_post_key(posts: Any) -> str:
    """The key of the latest post that is still there; empty where there is none."""
    key = _newest_first(posts).values_list("key", flat=True).first()
    return str(key) if key else ""


def _newest_first(posts: Any) -> Any:
    return posts.filter(removed_at__isnull=True).order_by("-posted_at", "-id")

"""The object that an address names, for the pages about it: what the actor may not see does not exist there.

Each raises 404 for that; with a rule, Forbidden for what may be seen where the rule does not allow the act.
"""

from uuid import UUID

from portal.kernel.access import Actor
from portal.kernel.web import get_visible_or_404
from practices.models import (
    DiscussionSubject,
    Offer,
    Post,
    Practice,
    PracticeImport,
    Request,
)
from practices.queries.imports import own_imports
from practices.queries.lists import discussion_subjects
from practices.queries.practices import practices_with_authors


def get_practice(actor: Actor, key: UUID, rule: str = "", **lookup: object) -> Practice:
    practice: Practice = get_visible_or_404(practices_with_authors(), actor, rule=rule, key=key, **lookup)
    return practice


def get_request(actor: Actor, key: UUID, rule: str = "") -> Request:
    request: Request = get_visible_or_404(
        Request.objects.select_related("organisation", "asked_by"), actor, rule=rule, key=key
    )
    return request


def get_offer(actor: Actor, key: UUID) -> Offer:
    offer: Offer = get_visible_or_404(
        Offer.objects.select_related("request", "organisation", "person"), actor, key=key
    )
    return offer


def get_post(actor: Actor, key: UUID, rule: str = "") -> Post:
    post: Post = get_visible_or_404(
        Post.objects.select_related(
            "practice", "request", "group", "person", "organisation", "parent__person", "parent__organisation"
        ),
        actor,
        rule=rule,
        key=key,
    )
    return post


def get_subject(actor: Actor, kind: str, key: UUID, rule: str = "") -> DiscussionSubject:
    """The subject of a discussion; a group's discussion is for its members alone."""
    subject: DiscussionSubject = get_visible_or_404(
        discussion_subjects(actor, kind), actor, rule=rule, key=key
    )
    return subject


def get_import(actor: Actor, key: UUID) -> PracticeImport:
    """One's own import with its numbers."""
    practice_import: PracticeImport = get_visible_or_404(own_imports(actor), actor, key=key)
    return practice_import

"""Notices about what is said: questions, answers, mentions, an answer accepted, words removed."""

from urllib.parse import urlencode

from django.urls import reverse

from portal.kernel.access import Actor
from portal.kernel.models import Event
from portal.kernel.notices import Recipient
from practices.access import named
from practices.models import Post, WorkingGroup, place_of
from practices.notify.letters import Context, label_of, letter, notice, page_of
from practices.notify.who import (
    each_once,
    followers_of,
    is_named,
    is_of_source,
    people_named,
    source_of,
)
from practices.queries.discussion import page_of_talk

_ROWS = ("practice", "request", "group", "parent")


def _post(event: Event) -> Post:
    return Post.objects.select_related(*_ROWS).get(pk=event.target_id)


# --- Who -------------------------------------------------------------------------------------


def _hearers(event: Event) -> list[Recipient]:
    """Who is mentioned, who asked, the source of what is asked about, and who follows it."""
    post = _post(event)
    asked = [] if isinstance(post.thing, WorkingGroup) or post.parent else source_of(post.thing)
    asker = people_named([_key(post.parent)]) if post.parent else []
    return each_once(event, _mentioned(event), asker, asked, followers_of(post.thing))


def _mentioned(event: Event) -> list[Recipient]:
    return each_once(event, people_named(event.data.get("mentioned", ())))


def _writer(event: Event) -> list[Recipient]:
    return each_once(event, people_named([_key(_post(event))]))


def _key(post: Post) -> str:
    return named(post.person_id, post.organisation_id)


# --- What ------------------------------------------------------------------------------------


def _said(actor: Actor, event: Event) -> Context | None:
    post = _seen(actor, event)
    if post is None or post.removed_at is not None:
        return None
    return _letter(actor, event, post, _news(actor, event, post))


def _news(actor: Actor, event: Event, post: Post) -> str:
    """What concerns the recipient most."""
    if is_named(actor, event.data.get("mentioned", ())):
        return "post.mention"
    place = place_of(post.thing)
    if post.parent is not None:
        return "post.answer" if is_named(actor, [_key(post.parent)]) else f"post.answered.{place}"
    to_source = not isinstance(post.thing, WorkingGroup) and is_of_source(actor, post.thing)
    return f"post.question.{place}" if to_source else f"post.asked.{place}"


def _mention(actor: Actor, event: Event) -> Context | None:
    post = _seen(actor, event)
    if post is None or not is_named(actor, post.mentions):
        return None
    return _letter(actor, event, post, "post.mention")


def _accepted(actor: Actor, event: Event) -> Context | None:
    post = _seen(actor, event)
    if post is None or post.accepted_at is None:
        return None
    return _letter(actor, event, post, event.kind)


def _removed(actor: Actor, event: Event) -> Context | None:
    post = _seen(actor, event)
    return _letter(actor, event, post, event.kind) if post else None


def _seen(actor: Actor, event: Event) -> Post | None:
    rows = Post.objects.visible_to(actor).select_related(*_ROWS)
    found: Post | None = rows.filter(pk=event.target_id).first()
    return found


def _letter(actor: Actor, event: Event, post: Post, what: str) -> Context:
    thing = post.thing
    page = reverse(page_of(actor, page_of_talk(thing)), args=[thing.key])
    url = f"{page}?{urlencode({'post': post.key})}#post-{post.key}"
    return letter(actor, event, what, url, label_of(thing))


NOTICES = (
    notice("post.write", _hearers, _said, group="talk"),
    notice("post.edit", _mentioned, _mention, group="talk"),
    notice("post.accept", _writer, _accepted, group="talk"),
    notice("post.remove", _writer, _removed, group="talk"),
)

"""Notices about discussions: questions, answers, mentions, an answer accepted, words removed."""

from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse

from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.mail import REPLY_MARK
from portal.kernel.notices import Recipient
from practices.access import person_token
from practices.models import Post, WorkingGroup, subject_field
from practices.notify.letters import TemplateContext, label_of, letter_context, notice, page_of
from practices.notify.recipients import (
    followers_of,
    is_named,
    is_of_source,
    people_named,
    source_of,
    unique_recipients,
)
from practices.queries.discussion import discussion_route
from practices.services.mail_replies import reply_address

_RELATED = ("practice", "request", "group", "parent")


def _post(event: Event) -> Post:
    return Post.objects.select_related(*_RELATED).get(pk=event.target_id)


# --- Who -------------------------------------------------------------------------------------


def _recipients(event: Event) -> list[Recipient]:
    """Who is mentioned, who asked, the source of what is asked about, and who follows it."""
    post = _post(event)
    sources = [] if isinstance(post.subject, WorkingGroup) or post.parent else source_of(post.subject)
    asker = people_named([_key(post.parent)]) if post.parent else []
    return unique_recipients(event, _mentioned(event), asker, sources, followers_of(post.subject))


def _mentioned(event: Event) -> list[Recipient]:
    return unique_recipients(event, people_named(event.data.get("mentioned", ())))


def _writer(event: Event) -> list[Recipient]:
    return unique_recipients(event, people_named([_key(_post(event))]))


def _key(post: Post) -> str:
    return person_token(post.person_id, post.organisation_id)


# --- What ------------------------------------------------------------------------------------


def _about_post(actor: Actor, event: Event) -> TemplateContext | None:
    post = _visible_post(actor, event)
    if post is None or post.removed_at is not None:
        return None
    return _letter(actor, event, post, _news_key(actor, event, post))


def _news_key(actor: Actor, event: Event, post: Post) -> str:
    """What concerns the recipient most."""
    if is_named(actor, event.data.get("mentioned", ())):
        return "post.mention"
    place = subject_field(post.subject)
    if post.parent is not None:
        return "post.answer" if is_named(actor, [_key(post.parent)]) else f"post.answered.{place}"
    to_source = not isinstance(post.subject, WorkingGroup) and is_of_source(actor, post.subject)
    return f"post.question.{place}" if to_source else f"post.asked.{place}"


def _about_mention(actor: Actor, event: Event) -> TemplateContext | None:
    post = _visible_post(actor, event)
    if post is None or not is_named(actor, post.mentions):
        return None
    return _letter(actor, event, post, "post.mention")


def _about_acceptance(actor: Actor, event: Event) -> TemplateContext | None:
    post = _visible_post(actor, event)
    if post is None or post.accepted_at is None:
        return None
    return _letter(actor, event, post, event.kind)


def _about_own_post(actor: Actor, event: Event) -> TemplateContext | None:
    post = _visible_post(actor, event)
    return _letter(actor, event, post, event.kind) if post else None


def _visible_post(actor: Actor, event: Event) -> Post | None:
    rows = Post.objects.visible_to(actor).select_related(*_RELATED)
    post: Post | None = rows.filter(pk=event.target_id).first()
    return post


def _letter(actor: Actor, event: Event, post: Post, news: str) -> TemplateContext:
    subject = post.subject
    page = reverse(page_of(actor, discussion_route(subject)), args=[subject.key])
    url = f"{page}?{urlencode({'post': post.key})}#post-{post.key}"
    context = letter_context(event, news, url, post.label_beside(label_of(subject)))
    if context.get("is_named") or post.removed_at is not None:
        return context
    # of what is open a letter says what somebody wrote, and takes an answer to it
    return {**context, "words": post.text, "reply_to": reply_address(actor, post), "reply_mark": REPLY_MARK}


NOTICES = (
    notice("post.write", _recipients, _about_post, group="discussion"),
    notice("post.edit", _mentioned, _about_mention, group="discussion"),
    notice("post.accept", _writer, _about_acceptance, group="discussion"),
    # no letter: it asks for nothing
    replace(notice("post.thank", _writer, _about_own_post, group="discussion"), by_email=False),
    notice("post.remove", _writer, _about_own_post, group="discussion"),
)

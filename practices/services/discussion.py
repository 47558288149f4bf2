"""What is said beneath a practice, a request or a working group: asked, answered, mended, taken back, removed."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.kernel import clock, journal
from portal.kernel.access import Actor, can, person_of, require, tenant_of
from portal.kernel.errors import WrongState
from practices.enums import PracticeState, RequestState
from practices.models import Post, Practice, Request, Thing, place_of
from practices.queries.mentions import mentioned
from practices.services.following import follow
from practices.services.words import read_words

EDITABLE_FOR = timedelta(hours=24)
_ACTS = ("edit", "take_back", "remove", "accept", "unaccept")
_HEARD = (PracticeState.SHARED, PracticeState.RETIRED)


@transaction.atomic
def write_post(
    actor: Actor, thing: Thing, text: str, *, parent: Post | None = None, mentions: Iterable[str] = ()
) -> Post:
    """Ask beneath the thing, or answer `parent`; whoever speaks follows from then on.

    The caller has found both through the actor's sight. Refuses with Forbidden, with WrongState where nothing is
    said any more, and with a DomainError for what is wrong with the text.
    """
    require(actor, "post.write", thing)
    _refuse_where_nobody_speaks(thing)
    if parent and (parent.parent_id or parent.thing != thing or parent.removed_at):
        raise WrongState(_("This question can no longer be answered."))
    said = _said(text)
    called = mentioned(actor, thing, said, mentions)
    post = Post.objects.create(
        **{place_of(thing): thing},
        parent=parent,
        person_id=person_of(actor),
        organisation_id=tenant_of(actor),
        text=said,
        language=get_language() or "en",
        mentions=called,
    )
    follow(actor, thing)
    _record(actor, "post.write", post, mentioned=called)
    return post


@transaction.atomic
def edit_post(actor: Actor, post: Post, text: str) -> Post:
    """Mend one's own words within a day; they are marked as edited, and who is newly mentioned is told."""
    locked = _locked(post)
    require(actor, "post.edit", locked)
    if clock.now() - locked.posted_at > EDITABLE_FOR:
        raise WrongState(_("It was posted more than a day ago: add another message instead."))
    said = _said(text)
    called = mentioned(actor, locked.thing, said, locked.mentions)
    fresh = sorted(set(called) - set(locked.mentions))
    locked.text, locked.mentions, locked.edited_at = said, called, clock.now()
    locked.save(update_fields=["text", "mentions", "edited_at"])
    _record(actor, "post.edit", locked, mentioned=fresh)
    return locked


@transaction.atomic
def take_back_post(actor: Actor, post: Post) -> Post:
    """Take back one's own words: they are gone, their place is kept."""
    locked = _locked(post)
    require(actor, "post.take_back", locked)
    return _emptied(actor, "post.take_back", locked, "")


@transaction.atomic
def remove_post(actor: Actor, post: Post, reason: str) -> Post:
    """The source or a moderator removes what somebody else said; the reason stands in its place."""
    locked = _locked(post)
    require(actor, "post.remove", locked)
    said = read_words(reason, field="reason", most=500, empty=_("Give a reason."))
    return _emptied(actor, "post.remove", locked, said)


def _emptied(actor: Actor, kind: str, post: Post, reason: str) -> Post:
    post.text, post.mentions, post.accepted_at = "", [], None
    post.removed_at, post.removed_reason = clock.now(), reason
    post.save(update_fields=["text", "mentions", "accepted_at", "removed_at", "removed_reason"])
    _record(actor, kind, post)
    return post


@transaction.atomic
def accept_post(actor: Actor, answer: Post) -> Post:
    """Say that this answers the question, in place of any other answer."""
    locked = _locked(answer)
    require(actor, "post.accept", locked)
    Post.objects.filter(parent=locked.parent_id).exclude(pk=locked.pk).update(accepted_at=None)
    if locked.accepted_at is None:
        locked.accepted_at = clock.now()
        locked.save(update_fields=["accepted_at"])
        _record(actor, "post.accept", locked)
    return locked


@transaction.atomic
def unaccept_post(actor: Actor, answer: Post) -> Post:
    """Say that it does not answer the question after all."""
    locked = _locked(answer)
    require(actor, "post.unaccept", locked)
    if locked.accepted_at is not None:
        locked.accepted_at = None
        locked.save(update_fields=["accepted_at"])
        _record(actor, "post.unaccept", locked)
    return locked


def _locked(post: Post) -> Post:
    """The row; what was taken back or removed is out of everybody's hands."""
    rows = Post.objects.select_related("practice", "request", "group", "parent")
    locked: Post = rows.select_for_update(of=("self",)).get(pk=post.pk)
    if locked.removed_at is not None:
        raise WrongState(_("It has been withdrawn or removed."))
    return locked


def _record(actor: Actor, kind: str, post: Post, **data: object) -> None:
    """The line holds ids alone: of the thing, and of who is mentioned."""
    thing = post.thing
    journal.record(actor, kind, post, **{place_of(thing): thing.pk}, **data)


def may_be_spoken_beneath(thing: Thing) -> bool:
    """Whether anything is said there still: a practice that is shared, a request or group that is not closed."""
    if isinstance(thing, Practice):
        return thing.state in _HEARD
    if isinstance(thing, Request):
        return thing.state != RequestState.CLOSED
    return thing.closed_at is None


def may_write_beneath(actor: Actor, thing: Thing) -> bool:
    """Whether the actor may say something there now."""
    return may_be_spoken_beneath(thing) and can(actor, "post.write", thing)


def acts_on(actor: Actor, post: Post) -> dict[str, bool]:
    """What the actor may do with a post now, by verb; nothing with one that is gone."""
    may = {act: post.removed_at is None and can(actor, f"post.{act}", post) for act in _ACTS}
    accepted, is_fresh = post.accepted_at is not None, clock.now() - post.posted_at <= EDITABLE_FOR
    return may | {
        "edit": may["edit"] and is_fresh,
        "accept": may["accept"] and not accepted,
        "unaccept": may["unaccept"] and accepted,
    }


def _refuse_where_nobody_speaks(thing: Thing) -> None:
    if not may_be_spoken_beneath(thing):
        raise WrongState(_("Messages cannot be posted here now."))


def _said(text: str) -> str:
    return read_words(text, empty=_("Enter a text."))

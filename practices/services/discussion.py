"""Discussions of a practice, a request or a working group: ask, answer, edit, take back, remove."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.validators.languages import text_language
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, can, person_of, require, tenant_of
from portal.kernel.errors import WrongState
from practices.enums import RELEASED_STATES, RequestState
from practices.models import DiscussionSubject, Post, Practice, Request, WorkingGroup, subject_field
from practices.queries.mentions import mentioned_people
from practices.services.following import follow
from practices.services.parts import lock_for_adding
from practices.services.texts import clean_required_text

EDIT_WINDOW = timedelta(hours=24)
_ACTIONS = ("edit", "take_back", "remove", "accept", "unaccept")


@transaction.atomic
def write_post(
    actor: Actor,
    subject: DiscussionSubject,
    text: str,
    *,
    parent: Post | None = None,
    mentions: Iterable[str] = (),
    mail_digest: str = "",
) -> Post:
    """Ask a question about the subject, or answer `parent`; the author follows the subject from then on.

    The caller has read both through `visible_to`; `mail_digest` is of the mail that it came by. An answer has the
    readers of its question. Raises Forbidden, WrongState when the discussion is closed, has other readers by now or the
    question can no longer be answered, and DomainError for an invalid text.
    """
    require(actor, "post.write", subject)
    if not isinstance(subject, WorkingGroup):
        subject = lock_for_adding(subject)
    if not is_open_for_posts(subject):
        raise WrongState(_("Messages cannot be posted here now."))
    if parent and (parent.parent_id or parent.subject != subject or parent.removed_at):
        raise WrongState(_("This question can no longer be answered."))
    post_text = _post_text(text)
    called = mentioned_people(actor, subject, post_text, mentions)
    post = Post.objects.create(
        **{subject_field(subject): subject},
        parent=parent,
        earlier_readers=parent.earlier_readers if parent else None,
        person_id=person_of(actor),
        organisation_id=tenant_of(actor),
        text=post_text,
        language=text_language(""),
        mentions=called,
        mail_digest=mail_digest,
    )
    follow(actor, subject)
    _journal(actor, "post.write", post, mentioned=called)
    return post


@transaction.atomic
def edit_post(actor: Actor, post: Post, text: str) -> Post:
    """Edit one's own post within a day of posting; it is marked as edited, and people newly mentioned are notified.

    Raises Forbidden, WrongState after a day or when the post was removed, and DomainError for an invalid text.
    """
    locked = _locked(post)
    require(actor, "post.edit", locked)
    if clock.now() - locked.posted_at > EDIT_WINDOW:
        raise WrongState(
            _("This message is more than a day old and can no longer be edited. Post a new one instead.")
        )
    post_text = _post_text(text)
    called = mentioned_people(actor, locked.subject, post_text, locked.mentions)
    fresh = sorted(set(called) - set(locked.mentions))
    locked.text, locked.mentions, locked.edited_at = post_text, called, clock.now()
    locked.save(update_fields=["text", "mentions", "edited_at"])
    _journal(actor, "post.edit", locked, mentioned=fresh)
    return locked


@transaction.atomic
def take_back_post(actor: Actor, post: Post) -> Post:
    """Withdraw one's own post: its text is deleted, an empty post stays in its place.

    Raises Forbidden, and WrongState when it was withdrawn or removed already.
    """
    locked = _locked(post)
    require(actor, "post.take_back", locked)
    return _clear_post(actor, "post.take_back", locked, "")


@transaction.atomic
def remove_post(actor: Actor, post: Post, reason: str) -> Post:
    """Remove another person's post, as its source or a moderator; the reason is shown in its place.

    Raises Forbidden, WrongState when it was withdrawn or removed already, and DomainError without a reason.
    """
    locked = _locked(post)
    require(actor, "post.remove", locked)
    reason_text = clean_required_text(reason, field="reason", limit=500, empty=_("Give a reason."))
    return _clear_post(actor, "post.remove", locked, reason_text)


def _clear_post(actor: Actor, kind: str, post: Post, reason: str) -> Post:
    post.text, post.mentions, post.accepted_at = "", [], None
    post.removed_at, post.removed_reason = clock.now(), reason
    with acting_as(SYSTEM):  # it is its writer's, who may be somebody else
        post.save(update_fields=["text", "mentions", "accepted_at", "removed_at", "removed_reason"])
    _journal(actor, kind, post)
    return post


@transaction.atomic
def accept_post(actor: Actor, answer: Post) -> Post:
    """Mark this answer as the accepted one, instead of any other answer to the question.

    Raises Forbidden, and WrongState when it was withdrawn or removed.
    """
    Post.objects.select_for_update(of=("self",)).get(
        pk=answer.parent_id or answer.pk
    )  # of two the second waits
    locked = _locked(answer)
    require(actor, "post.accept", locked)
    others = Post.objects.filter(parent=locked.parent_id).exclude(pk=locked.pk)
    is_new, locked.accepted_at = locked.accepted_at is None, locked.accepted_at or clock.now()
    with acting_as(SYSTEM):  # answers are their writers', the mark is not
        others.update(accepted_at=None)
        locked.save(update_fields=["accepted_at"])
    if is_new:
        _journal(actor, "post.accept", locked)
    return locked


@transaction.atomic
def unaccept_post(actor: Actor, answer: Post) -> Post:
    """Remove the mark of an accepted answer; does nothing when it has none.

    Raises Forbidden, and WrongState when it was withdrawn or removed.
    """
    locked = _locked(answer)
    require(actor, "post.unaccept", locked)
    if locked.accepted_at is not None:
        locked.accepted_at = None
        with acting_as(SYSTEM):
            locked.save(update_fields=["accepted_at"])
        _journal(actor, "post.unaccept", locked)
    return locked


def _locked(post: Post) -> Post:
    """The row, locked; raises if it was taken back or removed."""
    rows = Post.objects.select_related("practice", "request", "group", "parent")
    locked: Post = rows.select_for_update(of=("self",)).get(pk=post.pk)
    if locked.removed_at is not None:
        raise WrongState(_("It has been withdrawn or removed."))
    return locked


def _journal(actor: Actor, kind: str, post: Post, **data: object) -> None:
    """Record the act with ids alone: the subject, and the people mentioned."""
    subject = post.subject
    journal.record(actor, kind, post, **{subject_field(subject): subject.pk}, **data)


def is_open_for_posts(subject: DiscussionSubject) -> bool:
    """Whether posts are still possible: a practice that is shared, a request or group that is not closed."""
    if isinstance(subject, Practice):
        return subject.state in RELEASED_STATES
    if isinstance(subject, Request):
        return subject.state != RequestState.CLOSED
    return subject.closed_at is None


def may_write_on(actor: Actor, discussion_subject: DiscussionSubject) -> bool:
    """Whether the actor may post there now."""
    return is_open_for_posts(discussion_subject) and can(actor, "post.write", discussion_subject)


def allowed_actions(actor: Actor, post: Post) -> dict[str, bool]:
    """What the actor may do with a post now, by verb; nothing when the post was withdrawn or removed."""
    may = {act: post.removed_at is None and can(actor, f"post.{act}", post) for act in _ACTIONS}
    accepted, is_fresh = post.accepted_at is not None, clock.now() - post.posted_at <= EDIT_WINDOW
    return may | {
        "edit": may["edit"] and is_fresh,
        "accept": may["accept"] and not accepted,
        "unaccept": may["unaccept"] and accepted,
    }


def _post_text(text: str) -> str:
    return clean_required_text(text, empty=_("Enter a text."))

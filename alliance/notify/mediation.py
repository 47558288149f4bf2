"""Notices about invited comments: to the partner, to the member, to the secretariat."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.enums import InvitedCommentState, Role
from alliance.notify.recipients import notice, people_in, secretariat_staff, without_actor
from alliance.queries.mediation import invited_comments
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient

_WRITERS = (Role.EDITOR, Role.SIGNATORY)


def _partner(event: Event) -> list[Recipient]:
    return people_in(int(event.data["partner"]), *_WRITERS)


def _desk(event: Event) -> list[Recipient]:
    return without_actor(event, secretariat_staff(Role.REVIEWER, Role.MANAGER))


def _member_and_desk(event: Event) -> list[Recipient]:
    return [*people_in(int(event.data["organisation"]), *_WRITERS), *_desk(event)]


def _about_comment(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The comment, as long as the reader may see it."""
    comment = invited_comments(actor).filter(pk=event.target_id).first()
    if comment is None:
        return None
    area = "secretariat" if actor.is_host else "workspace"
    return {"comment": comment, "url": reverse(f"{area}:comment", args=[comment.pk])}


def _about_open_comment(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """As long as the partner can still answer: a digest may go out days later."""
    facts = _about_comment(actor, event)
    return facts if facts and facts["comment"].state == InvitedCommentState.OPEN else None


_PARTNER, _CODE = "comment.partner.name", "comment.measure.code"

NOTICES = (
    notice(
        "invited_comment.invite", _partner, _about_open_comment, "comment.organisation.name", group="review"
    ),
    notice(
        "invited_comment.give",
        _member_and_desk,
        _about_comment,
        _PARTNER,
        _CODE,
        group="review",
        host_group="reviews",
    ),
    notice("invited_comment.decline", _desk, _about_comment, _PARTNER, _CODE, group="reviews"),
    notice("invited_comment.withdraw", _partner, _about_comment, _CODE, group="review"),
)

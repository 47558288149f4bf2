"""Notices about invited comments: to the partner, to the member, to the secretariat."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.enums import InvitedCommentState, Role
from alliance.models import Measure, Organisation, Report
from alliance.notify.recipients import notice, people_in, secretariat_staff, until_its_day, without_actor
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


def _both_sides(event: Event) -> list[Recipient]:
    """The member and the partner, but for who acted."""
    people = [*people_in(int(event.data["organisation"]), *_WRITERS), *_partner(event)]
    return without_actor(event, people)


def _partner_and_reader(event: Event) -> list[Recipient]:
    """The partner; of a comment that was given also the member, which could read it until now."""
    if not event.data.get("was_given"):
        return _partner(event)
    return [*_partner(event), *people_in(int(event.data["organisation"]), *_WRITERS)]


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


def _about_published(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """As long as it is public without the member: a digest may go out days later."""
    facts = _about_comment(actor, event)
    return facts if facts and facts["comment"].is_public_without_member else None


def _about_both_agree(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """As long as it is public by the agreement of both: a digest may go out days later."""
    facts = _about_comment(actor, event)
    return facts if facts and facts["comment"].is_public and facts["comment"].member_agrees else None


def _about_withdrawn(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """For the partner the comment with the reason; for the member what it was about, for it reads it no longer."""
    facts = _about_comment(actor, event)
    if facts is not None:
        return {**facts, "measure": facts["comment"].measure, "is_for_member": False}
    if not event.data.get("was_given"):
        return None
    report = Report.objects.visible_to(actor).filter(pk=event.data["report"]).select_related("cycle").first()
    partner = Organisation.objects.visible_to(actor).filter(pk=event.data["partner"]).first()
    if report is None or partner is None:
        return None
    measures = Measure.objects.visible_to(actor).filter(charter=report.charter_id)
    measure = measures.filter(key=event.data["measure"]).first()
    if measure is None:
        return None
    return {
        "comment": None,
        "measure": measure,
        "partner": partner,
        "cycle": report.cycle,
        "is_for_member": True,
        "had_agreed": event.data["member_agreed"],
        "url": reverse("workspace:report", args=[report.pk]),
    }


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
    notice(
        "invited_comment.publish",
        _both_sides,
        _about_published,
        _PARTNER,
        _CODE,
        group="review",
    ),
    notice(
        "invited_comment.become_public",
        _both_sides,
        _about_both_agree,
        _PARTNER,
        _CODE,
        group="review",
    ),
    notice("invited_comment.decline", _desk, _about_comment, _PARTNER, _CODE, group="reviews"),
    notice(
        "invited_comment.withdraw",
        _partner_and_reader,
        _about_withdrawn,
        "measure.code",
        "is_for_member",
        group="review",
    ),
    notice(
        "invited_comment.remind",
        _partner,
        _about_open_comment,
        "comment.organisation.name",
        group="deadlines",
        timing=until_its_day,
    ),
)

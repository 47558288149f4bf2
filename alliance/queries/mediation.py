"""Reads of invited comments, for each of those who see them."""

from django.db.models import Case, QuerySet, When

from alliance.access import own_rows
from alliance.enums import InvitedCommentState
from alliance.models import InvitedComment
from portal.kernel.access import ANYONE, Actor


def invited_comments(actor: Actor) -> QuerySet[InvitedComment]:
    """What the actor may see, what waits longest first. Each with member, partner, measure and cycle."""
    rows = InvitedComment.objects.visible_to(actor)
    related = rows.select_related("organisation", "partner", "measure__commitment", "cycle")
    settled = Case(When(state=InvitedCommentState.OPEN, then=0), default=1)
    return related.order_by(settled, "due_on", "pk")


def own_invited_comments(actor: Actor) -> QuerySet[InvitedComment]:
    """Those that the actor's organisation is invited to give, or that concern its own reports."""
    rows = invited_comments(actor)
    return rows.filter(own_rows(actor) | own_rows(actor, "partner_id"))


def public_comments(organisation_id: int, cycle_id: int) -> dict[str, list[InvitedComment]]:
    """The comments on a report that everybody reads, by measure. One query."""
    rows = InvitedComment.objects.visible_to(ANYONE).filter(
        organisation_id=organisation_id,
        cycle_id=cycle_id,
        state=InvitedCommentState.ANSWERED,
        partner_agrees=True,
        member_agrees=True,
    )
    comments: dict[str, list[InvitedComment]] = {}
    for row in rows.select_related("partner", "measure").order_by("given_at", "pk"):
        comments.setdefault(row.measure.key, []).append(row)
    return comments

"""Reminders of invitations to comment: the partner has a day by which its comment is asked for."""

from datetime import date

from django.db import transaction

from alliance.enums import InvitedCommentState, OrganisationState
from alliance.models import InvitedComment
from alliance.queries.mediation import comment_refusal, due_comment_reminders
from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.jobs import enqueue


def enqueue_comment_reminders() -> int:
    """Queue one job for each open invitation and step that was reached; how many are new."""
    return sum(
        enqueue(
            "remind_comment",
            key=f"invited_comment:{comment.pk}:{comment.due_on}:{step}d",
            payload={"comment": comment.pk, "on": str(comment.due_on)},
        )
        for comment, step in due_comment_reminders()
    )


@transaction.atomic
def record_comment_reminder(comment_id: int, day: date) -> bool:
    """Remind, as SYSTEM, of the day.

    False when the invitation waits no longer, or the partner has left or the report was withdrawn meanwhile.
    """
    rows = InvitedComment.objects.select_for_update(of=("self",)).prefetch_related("partner")
    comment = rows.get(pk=comment_id)
    is_waiting = comment.state == InvitedCommentState.OPEN and comment.due_on == day
    if not is_waiting or comment.partner.state != OrganisationState.ACTIVE:
        return False
    if comment_refusal(comment):
        return False
    journal.record(
        SYSTEM,
        "invited_comment.remind",
        comment,
        report=comment.report_id,
        organisation=comment.organisation_id,
        partner=comment.partner_id,
        on=day.isoformat(),
    )
    return True

"""Comments that the partner Petals is invited to give on Aurora's published report: open, given, public, withdrawn."""

from datetime import timedelta
from typing import Any

from alliance.enums import InvitedCommentState
from alliance.models import InvitedComment, Measure, Organisation, Person, Report
from alliance.queries.local_dates import today
from portal.kernel import clock
from tests.support.canaries import canary


def make_invited_comments(
    report_id: int, invited_by: Person, beacon: Organisation
) -> dict[str, dict[str, Any]]:
    """The comments of the policy table; gives back the places."""
    report = Report.objects.select_related("cycle").get(pk=report_id)
    measure = Measure.objects.filter(commitment__charter_id=report.cycle.charter_id).order_by("pk")[0]
    shared = {
        "report": report,
        "organisation_id": report.organisation_id,
        "cycle": report.cycle,
        "measure": measure,
        "partner": Organisation.objects.get(slug="petals"),
        "language": "en",
        "due_on": today() + timedelta(days=14),
        "invited_by": invited_by,
    }
    waiting = InvitedComment.objects.create(question=canary("comment-question"), **shared)
    given = InvitedComment.objects.create(
        question="How well does it work?",
        state=InvitedCommentState.ANSWERED,
        text=canary("comment-given"),
        text_language="en",
        given_at=clock.now(),
        partner_agrees=True,
        **shared,
    )
    InvitedComment.objects.create(
        question="What do families say?",
        state=InvitedCommentState.ANSWERED,
        text="They say that it works.",
        text_language="en",
        given_at=clock.now(),
        partner_agrees=True,
        member_agrees=True,
        **shared,
    )
    InvitedComment.objects.create(
        question="Asked by mistake.",
        state=InvitedCommentState.WITHDRAWN,
        reason=canary("comment-reason"),
        **shared,
    )
    # of Beacon, whose people may answer for it; Petra only reads
    of_beacon = {**shared, "partner": beacon}
    asked = InvitedComment.objects.create(question="What do you see?", **of_beacon)
    answered = InvitedComment.objects.create(
        question="What do you hear?",
        state=InvitedCommentState.ANSWERED,
        text="Nothing.",
        text_language="en",
        given_at=clock.now(),
        **of_beacon,
    )
    return {
        "invited_comment": {"pk": waiting.pk},
        "invited_comment.asked": {"pk": asked.pk},
        "invited_comment.answered": {"pk": answered.pk},
        "invited_comment.given": {"pk": given.pk},
        "invited_comment.agree": {"pk": given.pk, "action": "member-agree"},
        "invited_comment.invite": {"pk": report.pk, "key": measure.key},
    }

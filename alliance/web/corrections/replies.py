"""The replies that the correction of a verdict opens anew, for the member beside the correction and its report."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from alliance.enums import CorrectionState, ReportState
from alliance.models import Commitment, Correction, Report, Response
from alliance.queries.replies import ReplyOpening, reply_openings
from alliance.workflows import REPORT
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class ReopenedReply:
    """The reply to one commitment, or to all verdicts, that may be given anew; `reply` is the earlier one."""

    opening: ReplyOpening
    commitment: Commitment | None
    reply: Response | None
    url: str
    may_sign: bool


def replies_reopened_by(actor: Actor, correction: Correction) -> Sequence[ReopenedReply]:
    """Those that this correction was the last to open and that were not given since, also when their days are over.

    Seven queries at most, none before it is published.
    """
    if correction.state != CorrectionState.PUBLISHED:
        return []
    rows = reopened_replies(actor, correction.report)
    return [each for each in rows if each.opening.correction.pk == correction.pk]


def replies_in_time(actor: Actor, report: Report) -> Sequence[ReopenedReply]:
    """Those of a report whose days still run, also while one waits for what is withdrawn to be public again.

    As many queries as `reopened_replies`.
    """
    return [each for each in reopened_replies(actor, report) if each.opening.is_in_time]


def reopened_replies(actor: Actor, report: Report) -> Sequence[ReopenedReply]:
    """Those to corrected verdicts of a report that were not given since; none for the secretariat.

    Seven queries at most, one where no verdict was corrected, none before it is published.
    """
    if actor.is_host or report.state != ReportState.PUBLISHED:
        return []
    openings = [each for each in reply_openings([report]) if not each.is_answered]
    if not openings:
        return []
    signed = Response.objects.visible_to(actor).filter(report=report, replaced_at=None)
    replies = {row.commitment_id: row for row in signed}
    keys = [each.commitment_key for each in openings]
    rows = Commitment.objects.visible_to(actor).filter(charter_id=report.charter_id, key__in=keys)
    commitments = {row.key: row for row in rows}
    may_sign = REPORT.is_available(actor, report, "respond")
    reopened = []
    for opening in openings:
        commitment = commitments.get(opening.commitment_key)
        url = (
            reverse("workspace:report-respond-to", args=[report.pk, commitment.key])
            if commitment
            else reverse("workspace:report-respond", args=[report.pk])
        )
        reply = replies.get(commitment.pk if commitment else None)
        reopened.append(ReopenedReply(opening, commitment, reply, url, may_sign))
    return reopened

"""A report that was filed and is not public yet, read by those who may see it."""

from collections.abc import Collection
from dataclasses import dataclass

from alliance.models import Report, Response, Submission, Verdict
from alliance.queries.replies import replies_before_reopening
from alliance.queries.review_state import reads_blind
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class ReportPreview:
    """The last submission of a report, with the verdicts and replies that this actor may see.

    `hides_judgements`: the actor is to judge it blind, and reads no findings of its review either.
    """

    report: Report
    submission: Submission
    verdicts: list[Verdict]
    responses: list[Response]
    before_reopening: Collection[int]  # the numbers of those to verdicts that a reopened review has changed
    hides_judgements: bool


def report_preview(actor: Actor, report_id: int) -> ReportPreview | None:
    """What the actor may see of a filed report; None where there is nothing for them.

    Four queries, one more for the secretariat: whoever reads it blind for a second time sees no verdicts before
    sending theirs. Two more where the review was reopened after a reply.
    """
    submission = Submission.objects.visible_to(actor).standing().filter(report_id=report_id).first()
    report = (
        Report.objects.visible_to(actor)
        .filter(pk=report_id)
        .select_related("organisation", "cycle__charter")
        .first()
    )
    if submission is None or report is None:
        return None
    verdicts = Verdict.objects.visible_to(actor).filter(report=report).select_related("commitment", "measure")
    responses = Response.objects.visible_to(actor).filter(report=report, replaced_at=None)
    replies = list(responses.select_related("commitment", "report"))
    is_blind = reads_blind(actor, report)
    verdict_rows = [] if is_blind else list(verdicts.order_by("pk"))
    earlier = set() if is_blind else replies_before_reopening(replies)
    return ReportPreview(report, submission, verdict_rows, replies, earlier, is_blind)

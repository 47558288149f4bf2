"""What the alliance stores about a person, as far as they may see it: who they are, what they signed and wrote."""

from collections.abc import Sequence

from alliance.queries.actors import actor_from, memberships_of
from alliance.queries.personal_data.account import ACCOUNT_PARTS
from alliance.queries.personal_data.decisions import DECISION_PARTS
from alliance.queries.personal_data.outside import OUTSIDE_PARTS
from alliance.queries.personal_data.reports import REPORT_PARTS
from alliance.queries.personal_data.reviews import REVIEW_PARTS
from portal.kernel.access import ANYONE, Actor, ActorKind, acting_as


def actors_of_person(person_id: int) -> Sequence[Actor]:
    """As whom the person may look now: once for each organisation that they act for, or as themselves alone."""
    with acting_as(ANYONE, identifying=True):
        memberships = memberships_of(person_id)
    actors = [actor_from(memberships, membership.organisation_id) for membership in memberships.memberships]
    return actors or [Actor(ActorKind.PERSON, person_id=person_id)]


PERSONAL_DATA_PARTS = (*ACCOUNT_PARTS, *REPORT_PARTS, *REVIEW_PARTS, *OUTSIDE_PARTS, *DECISION_PARTS)

NOT_EXPORTED = {"The address stands in the profile.": ["account.EmailAddress.user"]}

KEPT_AFTER_ERASURE = {
    "Who belonged where, and was invited by whom, is what their acts are judged by.": [
        "alliance.Membership.person", "alliance.Invitation.invited_by", "alliance.AccountDecision.decided_by",
        "alliance.Person.frozen_by",
        "alliance.ApiToken.revoked_by", "alliance.CycleDecision.decided_by",
        "alliance.SupporterImport.person", "alliance.MembershipApplication.decided_by",
        "alliance.ApplicationEntry.written_by",
        "alliance.CycleDateChange.changed_by", "alliance.ReportReminder.sent_by",
        "alliance.ReportExemption.decided_by", "alliance.MemberLetter.written_by",
    ],
    "Who could not judge whom is what verdicts are judged by.": [
        "alliance.DeclaredInterest.person", "alliance.DeclaredInterest.recorded_by",
        "alliance.DeclaredInterest.ended_by",
    ],
    "It proves the agreement, and is only added to.": ["alliance.Agreement.person", "alliance.SiteText.written_by"],
    "A signature is part of what was signed.": [
        "alliance.Accession.signed_by", "alliance.SignatureObjection.signed_by",
        "alliance.Pledge.signed_by", "alliance.Pledge.countersigned_by",
        "alliance.Submission.submitted_by", "alliance.Response.signed_by", "alliance.ReportDecision.decided_by",
    ],
    "The organisation's report needs to know who wrote what, so that four eyes are four.": [
        "alliance.Report.sign_off_requested_by", "alliance.SignOffRequest.asked_by",
        "alliance.SignOffRequest.answered_by", "alliance.Answer.updated_by", "alliance.AnswerHistory.updated_by",
        "alliance.Figure.updated_by", "alliance.FigureHistory.updated_by", "alliance.Evidence.added_by",
        "alliance.Evidence.changed_by", "alliance.Evidence.removed_by", "alliance.EvidenceHistory.added_by",
        "alliance.EvidenceHistory.changed_by", "alliance.EvidenceHistory.removed_by",
        "alliance.PledgeHistory.written_by",
        "alliance.Question.answered_by", "alliance.PublicQuestion.answered_by",
        "alliance.InvitedComment.given_by", "alliance.ExtensionRequest.asked_by",
        "alliance.ReportUpload.person", "alliance.TableMapping.saved_by",
        "alliance.Delegation.assignee", "alliance.Delegation.given_by",
        "alliance.MeasureComment.written_by", "alliance.MeasureComment.settled_by",
    ],
    "What the secretariat has said in a review stands, whoever said it.": [
        "alliance.Report.reviewer", "alliance.Verdict.given_by", "alliance.EarlierVerdict.given_by",
        "alliance.Question.asked_by", "alliance.InvitedComment.invited_by",
        "alliance.ExtensionRequest.decided_by",
        "alliance.ReviewAssignment.reviewer", "alliance.ReviewAssignment.assigned_by",
        "alliance.ReviewAssignment.earlier_reviewer",
        "alliance.ReviewPause.paused_by", "alliance.ReviewPause.ended_by",
        "alliance.SecondReading.reader", "alliance.SecondReading.asked_by", "alliance.SecondReading.settled_by",
        "alliance.ChangesRequest.requested_by", "alliance.InternalNote.written_by", "alliance.Finding.written_by",
        "alliance.FindingEntry.written_by",
    ],
    "Who proposed, answered and decided a correction or a withdrawal is part of why the public record changed.": [
        "alliance.Correction.written_by", "alliance.Correction.edited_by",
        "alliance.Correction.proposed_by", "alliance.Correction.answered_by",
        "alliance.Correction.consented_by", "alliance.Correction.decided_by",
        "alliance.Correction.verdicts_upheld_by", "alliance.CorrectionNote.written_by",
        "alliance.Withdrawal.asked_by", "alliance.Withdrawal.decided_by",
    ],
}  # fmt: skip

"""What each scope of a token opens. Nothing opens tokens themselves, people, signatures of pledges and accessions."""

from alliance.enums import TokenScope
from portal.kernel.access import Scope, register_scopes

SCOPES: dict[TokenScope, frozenset[str]] = {
    # a document shows what its owner may read anyway
    TokenScope.READ: frozenset({"document.request", "report.export"}),
    TokenScope.REPORTS_WRITE: frozenset(
        {
            "report.edit",
            "report.confirm",
            "report.disclose",
            "question.answer",
            "delegation.give",
            "delegation.finish",
            "delegation.reopen",
            "delegation.take_back",
            "delegation.remind",
            "report.ask_extension",
            "extension_request.withdraw",
            "finding.claim",
            "report_upload.choose",
            "report_upload.save",
            "report_upload.cancel",
            "report_upload.take_back",
        }
    ),
    TokenScope.REPORTS_SUBMIT: frozenset(
        {
            "report.ask_for_sign_off",
            "report.withdraw_sign_off",
            "report.send_back",
            "report.submit",
            "report.recall",
        }
    ),
    TokenScope.CYCLES_WRITE: frozenset(
        {
            "cycle.plan",
            "cycle.edit",
            "cycle.open",
            "cycle.reschedule",
            "cycle.remind",
            "cycle.extend",
            "cycle.close",
            "cycle.reopen",
            "cycle.decide_joiners",
            "report.extend",
            "report.exempt",
            "report.include",
            "extension_request.grant",
            "extension_request.refuse",
        }
    ),
    # an act of weight, so apart
    TokenScope.CYCLES_PUBLISH: frozenset(
        {"cycle.publish", "cycle.plan_publication", "cycle.cancel_publication", "report.publish"}
    ),
    TokenScope.REVIEWS_WRITE: frozenset(
        {
            "report.assign",
            "report.allocate",
            "report.hand_over",
            "report.take_over",
            "report.unassign",
            "report.pause_review",
            "report.end_pause",
            "report.start_review",
            "report.review",
            "report.request_changes",
            "report.resume_review",
            "report.take_back_request",
            "report.conclude",
            "report.reopen",
            "verdict.take_back",
            "verdict.confirm",
            "note.write",
            "question.ask",
            "question.close",
            "question.reopen",
            "finding.open",
            "finding.edit",
            "finding.complete",
            "finding.carry",
            "finding.reopen",
            "finding.withdraw",
            "finding.remind",
            "second_reading.ask",
            "second_reading.read",
            "second_reading.agree",
            "second_reading.differ",
            "second_reading.settle",
            "second_reading.withdraw",
        }
    ),
    TokenScope.SUPPORTERS_WRITE: frozenset(
        {
            "supporter.hide",
            "supporter.show",
            "supporter.end",
            "supporter.merge",
            "supporter.keep_apart",
            "supporter.correct",
            "supporter.import",
        }
    ),
    TokenScope.CORRECTIONS_WRITE: frozenset(
        {"correction.draft", "correction.edit", "correction.discard", "correction.add_note"}
    ),
    # of weight most of them: with them the public record changes, under the name of who agrees
    TokenScope.CORRECTIONS_DECIDE: frozenset(
        {
            "correction.propose",
            "correction.withdraw",
            "correction.agree",
            "correction.object",
            "correction.consent",
            "correction.publish",
            "correction.drop",
            "correction.uphold_verdicts",
        }
    ),
    TokenScope.COMMENTS_WRITE: frozenset(
        {
            "invited_comment.invite",
            "invited_comment.withdraw",
            "invited_comment.give",
            "invited_comment.decline",
            "public_question.forward",
            "public_question.take_back",
            "public_question.answer",
            "public_question.close",
            "public_question.reopen",
        }
    ),
    # with them everybody reads it, or no longer
    TokenScope.COMMENTS_PUBLISH: frozenset(
        {
            "invited_comment.partner_agree",
            "invited_comment.member_agree",
            "invited_comment.publish",
            "invited_comment.withdraw_published",
            "public_question.agree",
            "public_question.publish",
            "public_question.hide",
            "public_question.reopen_published",
        }
    ),
    TokenScope.WEBHOOKS_REPLAY: frozenset({"webhook.replay"}),
}
_OF_SECRETARIAT = (
    TokenScope.CYCLES_WRITE,
    TokenScope.CYCLES_PUBLISH,
    TokenScope.REVIEWS_WRITE,
    TokenScope.SUPPORTERS_WRITE,
)
_OF_MEMBERS = (TokenScope.REPORTS_WRITE, TokenScope.REPORTS_SUBMIT)


def register_token_scopes() -> None:
    """Hand the scopes to the kernel; called once, when the app is ready."""
    for scope, rules in SCOPES.items():
        for_host, for_tenants = scope not in _OF_MEMBERS, scope not in _OF_SECRETARIAT
        register_scopes(Scope(scope.value, scope.label, rules, for_host=for_host, for_tenants=for_tenants))

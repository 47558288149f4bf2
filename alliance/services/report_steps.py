"""What the steps of a report between two sides begin with and leave behind: its lock, its decisions."""

from django.utils.translation import gettext as _

from alliance.enums import ReportDecisionKind
from alliance.models import Report, ReportDecision, Submission
from alliance.queries.last_steps import outside_review_refusal
from alliance.services.assignments import refuse_other_reviewer
from alliance.validators.languages import text_language
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import WrongState


def lock_report(actor: Actor, report: Report, rule: str) -> Report:
    """Lock the report for the rest of the transaction: of two acts the second sees the first. Raises Forbidden."""
    require(actor, rule, report)
    locked: Report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    return locked


def lock_review(actor: Actor, report: Report, rule: str) -> Report:
    """Lock the report for what its reviewer does while it is in review, so that two come one after the other.

    Raises Forbidden, or WrongState, also where somebody else reviews it by now.
    """
    locked: Report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    refuse_other_reviewer(actor, locked)
    require(actor, rule, locked)
    refuse_outside_review(actor, locked)
    return locked


def refuse_outside_review(actor: Actor, report: Report) -> None:
    """Raise WrongState, with who was quicker, unless the report is in review: only then is anything judged."""
    if refusal := outside_review_refusal(actor, report):
        raise WrongState(refusal)


def standing_submission(report: Report) -> Submission:
    """The last submission that was not recalled. Raises WrongState where none stands."""
    submission = Submission.objects.standing().filter(report=report).defer("body").first()
    if submission is None:
        raise WrongState(_("Nothing submitted yet"))
    return submission


def record_report_decision(
    actor: Actor,
    report: Report,
    submission: Submission,
    kind: ReportDecisionKind,
    reason: str,
    language: str = "",
) -> ReportDecision:
    """Record who has taken a step back with a report, and why."""
    decision: ReportDecision = ReportDecision.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        submission=submission,
        kind=kind,
        reason=reason,
        language=text_language(language) if reason else "",
        decided_by_id=person_of(actor),
    )
    return decision

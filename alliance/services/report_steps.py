"""The one way to take a step of a report between two sides: the refusal says who was quicker, and when."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from alliance.enums import ReportDecisionKind
from alliance.models import Report, ReportDecision, Submission
from alliance.queries.report_history import last_act
from alliance.services.assignments import refuse_other_reviewer
from alliance.validators.languages import text_language
from alliance.workflows import REPORT, judging_refusal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import WrongState
from portal.kernel.workflow import StepCheck


def lock_report(actor: Actor, report: Report, rule: str) -> Report:
    """Lock the report for the rest of the transaction: of two acts the second sees the first. Raises Forbidden."""
    require(actor, rule, report)
    locked: Report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    return locked


def take_report_step(
    actor: Actor,
    report: Report,
    action: str,
    *,
    changes: Mapping[str, object] | None = None,
    check: StepCheck | None = None,
    target: str = "",
) -> Report:
    """Take the step as the state table says.

    Raises Forbidden, the refusal of `check`, or WrongState: with the last act on the report where it is in another
    state than the step starts from.
    """
    try:
        return REPORT.apply(actor, report, action, changes=changes, check=check, target=target)
    except WrongState as refusal:
        current_row = Report.objects.get(pk=report.pk)
        if current_row.state in REPORT.steps[action].sources:
            raise
        raise WrongState(f"{refusal} {_last_act(actor, current_row)}".strip()) from refusal


def step_refusal(actor: Actor, report: Report, action: str) -> str:
    """Why the step cannot be taken now, with the last act on the report; empty where it can."""
    refusal = REPORT.refusal(actor, report, action)
    if not refusal or report.state in REPORT.steps[action].sources:
        return refusal
    return f"{refusal} {_last_act(actor, report)}".strip()


def _last_act(actor: Actor, report: Report) -> str:
    entry = last_act(actor, report)
    return entry.sentence if entry else ""


def lock_review(actor: Actor, report: Report, rule: str) -> Report:
    """Lock the report for what its reviewer does while it is in review, so that two come one after the other.

    Raises Forbidden, or WrongState, also where somebody else reviews it by now.
    """
    locked: Report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    refuse_other_reviewer(actor, locked)
    require(actor, rule, locked)
    refuse_outside_review(locked)
    return locked


def refuse_outside_review(report: Report) -> None:
    """Raise WrongState unless the report is in review: only then is anything judged."""
    if refusal := judging_refusal(report):
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

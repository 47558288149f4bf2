"""Recalling a submission while no review of it has begun: the member writes on where it was before it was filed."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import CycleState, ReportDecisionKind, ReportState
from alliance.models import ChangesRequest, PublishedReport, Report, Submission
from alliance.queries.local_dates import today
from alliance.queries.obligations import is_over_by_closing
from alliance.queries.published_states import (
    is_withdrawn,
    record_name,
)
from alliance.services import publications
from alliance.services.carry_over_renewal import renew_carry_over
from alliance.services.obligations import record_missed_report
from alliance.services.pauses import stop_pause
from alliance.services.report_steps import (
    lock_report,
    record_report_decision,
    standing_submission,
)
from alliance.workflows import REPORT
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import WrongState
from portal.kernel.text import clean_text, format_moment


@transaction.atomic
def recall_report(
    actor: Actor, report: Report, reason: str = "", language: str = "", seen: str | None = None
) -> Report:
    """Take back the last submission before anybody reviews it; it stays on record, readable and marked as recalled.

    The report is a draft again, or returned for changes where it was that before; then its date holds again, and its
    review stands as it did then. A pause that is running ends. Where its days of grace are over it counts as not filed
    at once. A report is late by the first submission that stands. The next report that is being written carries over
    what stands filed now. The secretariat and the colleagues are notified.

    `seen`: the number of the submission that the actor was shown, None for any. Raises Forbidden, or WrongState that
    says who began the review, or recalled it, and when, or which submission stands in the place of the one seen.
    """
    current = lock_report(actor, report, "report.recall")
    cleaned_reason = clean_text(reason, field="reason").strip()
    before = _earlier_submission(report)
    request = ChangesRequest.objects.filter(report=report).first() if before else None

    def check(locked: Report) -> dict[str, object]:
        submission = standing_submission(locked)
        if seen not in (None, str(submission.number)):
            facts = {"number": submission.number, "at": format_moment(submission.submitted_at)}
            sentence = _(
                "Meanwhile another submission was made: number %(number)d of %(at)s, signed by %(name)s. "
                "Nothing was recalled: read it, then decide."
            )
            raise WrongState(sentence % {**facts, "name": submission.signatory_name})
        decision = record_report_decision(
            actor, locked, submission, ReportDecisionKind.RECALL, cleaned_reason, language
        )
        return {"submission": submission.pk, "number": submission.number, "decision": decision.pk}

    with acting_as(SYSTEM):  # of pauses the member sees nothing
        stop_pause(actor, current)
    recalled = REPORT.apply(
        actor,
        report,
        "recall",
        changes={
            "submitted_at": before.submitted_at if before else None,
            "changes_due_on": request.due_on if request else None,
            "paused_days": request.paused_days if request else 0,
            "paused_until": None,
            "measures_due": request.measures_due if request else 0,
            **({} if before else {"late": False}),
        },
        check=check,
        target=ReportState.CHANGES_REQUESTED if before else ReportState.DRAFT,
    )
    renew_carry_over(recalled)  # before anything is locked that a submission of the next report locks, too
    if before is None and is_missed_at_once(recalled):
        recalled = record_missed_report(recalled, within="report.recall")
        if recalled.cycle.state == CycleState.PUBLISHED and not _has_notice(recalled):
            publications.record_report_notice(SYSTEM, recalled)
    publications.refresh_public_standing(recalled)
    return recalled


def _earlier_submission(report: Report) -> Submission | None:
    """The one before the last that stands: it was returned, for else no other could have been filed."""
    rows = Submission.objects.standing().filter(report=report).defer("body")
    return next(iter(rows[1:2]), None)


def _has_notice(report: Report) -> bool:
    """Whether it is published already that the report was not filed, or was and that is withdrawn."""
    rows = PublishedReport.objects.current().filter(
        organisation=report.organisation_id, cycle=report.cycle_id, notice=ReportState.NOT_FILED
    )
    return rows.exists() or is_withdrawn("report_notice", record_name(report))


def is_missed_at_once(report: Report) -> bool:
    """Whether a report counts as not filed today once nothing of it stands: its time is over, or its cycle closed."""
    if report.cycle.state == CycleState.OPEN:
        return today() > report.grace_ends_on
    return is_over_by_closing(report, today())

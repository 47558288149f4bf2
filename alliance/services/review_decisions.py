"""Ways back of a review: resume it, take back a request for changes, reopen a conclusion."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import ReportDecisionKind
from alliance.models import ChangesRequest, EarlierVerdict, Report, ReportDecision, Verdict
from alliance.queries.local_dates import day_of, today
from alliance.services.extensions import lapse_extension_request
from alliance.services.publications import refresh_public_standing
from alliance.services.report_steps import (
    lock_report,
    record_report_decision,
    standing_submission,
)
from alliance.workflows import REPORT
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_text, format_date, require_reason


@transaction.atomic
def resume_review(actor: Actor, report: Report, reason: str = "", language: str = "") -> Report:
    """Go on with the review of the last submission that stands: the member has not submitted again.

    Before the day of the request is over, it needs a reason, where somebody at the member has access to use the time.
    What the member has written since stays in its working copy; its people are notified, and an open request for more
    time is closed. The day to conclude by moves by the days that the report was with the member.

    Raises Forbidden, WrongState that says who was quicker, or DomainError without a reason that is needed.
    """

    def check_reason(locked: Report, cleaned_reason: str) -> None:
        day = locked.changes_due_on if locked.organisation.has_access else None
        if not cleaned_reason and day is not None and today() <= day:
            message = _("Give a reason: the member has until %(day)s to submit again.")
            raise DomainError(message % {"day": format_date(day)}, field="reason")

    return _go_on(actor, report, ReportDecisionKind.RESUME_REVIEW, reason, language, check_reason)


@transaction.atomic
def take_back_request(actor: Actor, report: Report, reason: str = "", language: str = "") -> Report:
    """Take back a request for changes that was made by mistake or needs no answer any more: the review goes on.

    The member's people are notified. Raises Forbidden, or WrongState that says who was quicker.
    """
    return _go_on(actor, report, ReportDecisionKind.TAKE_BACK_REQUEST, reason, language)


def _go_on(
    actor: Actor,
    report: Report,
    kind: ReportDecisionKind,
    reason: str,
    language: str,
    check_reason: Callable[[Report, str], None] | None = None,
) -> Report:
    locked = lock_report(actor, report, f"report.{kind}")
    cleaned_reason = clean_text(reason, field="reason").strip()

    def check(current_row: Report) -> dict[str, object]:
        if check_reason is not None:
            check_reason(current_row, cleaned_reason)
        decision = _record(actor, current_row, kind, cleaned_reason, language)
        return {"submission": decision.submission_id, "decision": decision.pk}

    request = ChangesRequest.objects.filter(report=report).first()
    changes = {"changes_due_on": None, **_stood_still(locked, request.requested_at if request else None)}
    resumed = REPORT.apply(actor, report, kind, changes=changes, check=check)
    lapse_extension_request(resumed)
    return resumed


@transaction.atomic
def reopen_review(actor: Actor, report: Report, reason: str, language: str = "") -> Report:
    """Reopen a concluded review until it is published; the member's people are notified of the reason.

    The verdicts as the member had read them are copied to its history; they can be changed again, and replies wait for
    the next conclusion. Replies that were signed stay.

    Raises Forbidden, WrongState that says who was quicker or that it is public, or DomainError without a reason.
    """

    def check(locked: Report) -> dict[str, object]:
        decision = _record(actor, locked, ReportDecisionKind.REOPEN, require_reason(reason), language)
        _copy_verdicts(locked, decision)
        return {"submission": decision.submission_id, "decision": decision.pk}

    locked = lock_report(actor, report, "report.reopen")
    changes = {"concluded_at": None, "respond_by": None, **_stood_still(locked, locked.concluded_at)}
    reopened = REPORT.apply(actor, report, "reopen", changes=changes, check=check)
    refresh_public_standing(reopened)
    return reopened


def _stood_still(report: Report, since: datetime | None) -> dict[str, object]:
    """The days that the report was with its member do not count as days of the review."""
    days = (today() - day_of(since)).days if since else 0
    return {"paused_days": report.paused_days + max(0, days)}


def _record(
    actor: Actor, report: Report, kind: ReportDecisionKind, reason: str, language: str
) -> ReportDecision:
    return record_report_decision(actor, report, standing_submission(report), kind, reason, language)


def _copy_verdicts(report: Report, decision: ReportDecision) -> None:
    names = ("commitment_id", "measure_id", "pledge_record", "value", "reason", "difference", "language")
    EarlierVerdict.objects.bulk_create(
        EarlierVerdict(
            decision=decision,
            organisation_id=report.organisation_id,
            given_by_id=verdict.given_by_id,
            given_at=verdict.given_at,
            **{name: getattr(verdict, name) for name in names},
        )
        for verdict in Verdict.objects.filter(report=report)
    )

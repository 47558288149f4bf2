"""Submitting a report: the whole working copy becomes immutable bytes with a digest and a receipt."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import ReportState, SignOffOutcome
from alliance.models import Evidence, Report, Submission
from alliance.queries.attention import submission_blockers
from alliance.queries.local_dates import day_of
from alliance.queries.signatures import Signature, signature_of
from alliance.queries.submission_extracts import submission_extracts
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services.carry_over_renewal import renew_carry_over
from alliance.services.extensions import lapse_extension_request
from alliance.services.publications import refresh_public_standing
from alliance.services.readiness import refuse_sign_off
from alliance.services.shown_copies import ShownCopy, refuse_if_edited
from alliance.services.sign_off import answer_sign_off_request, refuse_if_returned
from alliance.services.submission_content import content_of
from alliance.workflows import REPORT
from portal.kernel import clock
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import canonical, digest
from portal.kernel.text import format_moment

_STATEMENT = gettext_lazy("The report is complete and correct to the best of our knowledge.")


def statement_for(report: Report) -> str:
    """The statement that the signatory signs, in their language: the charter's words, or the portal's."""
    return report.charter.statement or str(_STATEMENT)


@transaction.atomic
def submit_report(
    actor: Actor, report: Report, *, statement: str | None = None, shown: ShownCopy | None = None
) -> Submission:
    """Sign off and file the report; returns the submission, whose digest is the receipt.

    `statement` is the statement as a program repeats it, which has no page to read it on: word for word, or refused.
    `shown` is the working copy as the actor was shown it: whoever edits it after that stops the signing.

    Raises Forbidden, WrongState (naming who filed and when, if somebody was quicker, or who changed what since it was
    shown), Faults that name every place that stops sign-off. The receipt goes out by e-mail through the outbox. The
    carry-over of the next report that is being written is redone.
    """
    require(actor, "report.submit", report)
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    _refuse_unchanged(locked)
    if statement is not None and statement != statement_for(locked):
        raise DomainError(_("Repeat the statement word for word as the report gives it."), field="statement")
    signature = signature_of(actor)
    if signature is None:
        raise DomainError(_("You no longer belong to this organisation."))
    copy = working_copy(locked)
    if shown is not None:
        refuse_if_returned(locked, shown.at)
        refuse_if_edited(copy, shown)
    refuse_sign_off(submission_blockers(actor, copy))
    # by the first that stands: one that was recalled does not count
    is_first = not Submission.objects.standing().filter(report=locked).exists()
    submission = _create_submission(actor, copy, signature)
    answer_sign_off_request(actor, locked, SignOffOutcome.SIGNED)
    filed = Evidence.objects.filter(pk__in=[row.pk for row in copy.evidence], submitted_at__isnull=True)
    filed.update(submitted_at=submission.submitted_at)
    submitted = REPORT.apply(
        actor,
        locked,
        "submit",
        changes={
            "submitted_at": submission.submitted_at,
            # the days of the review are counted anew
            "paused_days": 0,
            "paused_until": None,
            "measures_due": len(copy.frame.measures),
            "late": locked.late or (is_first and day_of(submission.submitted_at) > locked.due_on),
            "changes_due_on": None,
            "was_not_filed": False,
        },
        data={"submission": submission.pk, "number": submission.number, "sha256": submission.sha256},
    )
    renew_carry_over(submitted)  # before anything is locked that a submission of the next report locks, too
    lapse_extension_request(submitted)
    refresh_public_standing(submitted)
    return submission


def _refuse_unchanged(report: Report) -> None:
    if report.state not in (ReportState.SUBMITTED, ReportState.IN_REVIEW):
        return
    last = report.submissions.select_related("submitted_by").first()
    if last is not None:
        message = _("%(name)s has already submitted this report, on %(at)s.")
        if report.state == ReportState.IN_REVIEW:
            message = f"{message} {_('The secretariat is reviewing that submission.')}"
        raise WrongState(message % {"name": last.signatory_name, "at": format_moment(last.submitted_at)})


def _create_submission(actor: Actor, copy: WorkingCopy, signature: Signature) -> Submission:
    # the beginning of the transaction: what was sent before midnight and is stored after it is on time
    report, now = copy.frame.report, clock.now() if clock.is_set() else clock.database_now()
    number = report.submissions.count() + 1
    content = {
        **content_of(copy),
        "number": number,
        "submitted_at": now.isoformat(),
        "signatory": {"name": signature.name, "office": signature.office},
        "statement": statement_for(report),
    }
    body = canonical(content)
    return Submission.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        number=number,
        body=body,
        sha256=digest(body),
        signatory_name=signature.name,
        signatory_office=signature.office,
        statement=statement_for(report),
        submitted_by_id=signature.person_id,
        submitted_at=now,
        **submission_extracts(report.charter_id, content),
    )

"""Cycles, the reports that are due in them, requests for more time."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.enums import (
    DRAFT_REPORT_STATES,
    FILEABLE_REPORT_STATES,
    OPEN_REVIEW_STATES,
    OPEN_UPLOAD_STATES,
    RETURNED_REPORT_STATES,
    REVIEWABLE_REPORT_STATES,
    UNSETTLED_READING_STATES,
    CycleState,
    ExtensionRequestState,
    ReportState,
    SecondReadingState,
    UploadState,
)
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.workflow import Step, Workflow

CYCLE = Workflow(
    "cycle",
    (
        Step("open", (CycleState.PLANNED,), CycleState.OPEN, _("Open the cycle")),
        Step("close", (CycleState.OPEN,), CycleState.CLOSED, _("Close the cycle"), is_guarded=True),
        Step("reopen", (CycleState.CLOSED,), CycleState.OPEN, _("Reopen the cycle")),
        Step("publish", (CycleState.CLOSED,), CycleState.PUBLISHED, _("Publish the cycle"), is_guarded=True),
    ),
    acts={
        "edit": (CycleState.PLANNED,),
        "reschedule": (CycleState.OPEN,),
        "remind": (CycleState.OPEN,),
        "extend": (CycleState.OPEN, CycleState.CLOSED, CycleState.PUBLISHED),
        "decide_joiners": (CycleState.OPEN,),
        "plan_publication": (CycleState.CLOSED,),
        "cancel_publication": (CycleState.CLOSED,),
    },
    referenced=True,
)


def _refuse_own_submission(actor: Actor, report: Any) -> None:
    """Where the organisation requires four eyes, a signatory submits only what somebody else asked to have signed."""
    if report.organisation.four_eyes and report.state != ReportState.AWAITING_SIGN_OFF:
        raise DomainError(
            _(
                "Your organisation follows the four-eyes rule: ask for sign-off first; another person must "
                "then submit the report."
            )
        )
    if report.organisation.four_eyes and report.sign_off_requested_by_id == actor.person_id:
        raise DomainError(
            _(
                "Your organisation follows the four-eyes rule: the person who asked for sign-off cannot submit "
                "the report."
            )
        )


def _refuse_request_of_others(actor: Actor, report: Any) -> None:
    """A request for sign-off is taken back by who made it; by anybody who may edit once that person has left."""
    asker = report.sign_off_requested_by
    if asker is None or asker.pk == actor.person_id:
        return
    if report.organisation.memberships.filter(person=asker, ended_at=None).exists():
        message = _(
            "%(name)s asked for sign-off: only they can take the request back. A signatory can return it."
        )
        raise DomainError(message % {"name": asker.name})


def _refuse_unsettled_reading(actor: Actor, report: Any) -> None:
    """A second reader was asked, or differs: their reading comes before the conclusion."""
    del actor
    reading = (
        report.second_readings.filter(state__in=UNSETTLED_READING_STATES).select_related("reader").first()
    )
    if reading is None:
        return
    if reading.state == SecondReadingState.ASKED:
        message = _(
            "%(name)s has been asked for a second reading and has not finished it. Wait, or have it withdrawn: "
            "the page of the reading says who can do that."
        )
    else:
        message = _("%(name)s differs as the second reader. Settle the differences first.")
    raise DomainError(message % {"name": reading.reader.name})


def _refuse_second_reader(actor: Actor, report: Any) -> None:
    """Whoever is asked to read it for the second time does not become its reviewer: nobody agrees with themselves."""
    if report.second_readings.filter(reader_id=actor.person_id, state__in=UNSETTLED_READING_STATES).exists():
        raise DomainError(_("You are its second reader: somebody else has to review it."))


def _refuse_unless_late_joiner(actor: Actor, report: Any) -> None:
    del actor
    if report.joined_on is None:
        raise DomainError(
            _(
                "An exemption is final: only a member that had no report when the cycle was opened can be included."
            )
        )
    if report.cycle.state != CycleState.OPEN:
        raise DomainError(_("Members can be included only while the cycle is open."))


def _refuse_unless_returned(actor: Actor, report: Any) -> None:
    """Sign-off is asked for before the first submission too: then there is no review to go back to."""
    del actor
    if report.changes_due_on is None and report.state != ReportState.CHANGES_REQUESTED:
        raise WrongState(_("This report has not been returned for changes."))


def _refuse_without_access(actor: Actor, report: Any) -> None:
    """Where its people have no access nobody could change the report, and the review would wait for nobody."""
    del actor
    if not report.organisation.has_access:
        raise WrongState(
            _(
                "Nobody at %(name)s has access: the report could not be changed. Review what was submitted, and "
                "conclude."
            )
            % {"name": report.organisation.name}
        )


def _refuse_unless_unfiled(actor: Actor, report: Any) -> None:
    """What was returned for changes has been filed: it never counts as not filed. Nothing does twice."""
    del actor
    if report.changes_due_on is not None:
        raise WrongState(_("This report has been filed and returned for changes."))
    if report.was_not_filed:
        raise WrongState(_("This report counts as not filed already."))


# In these states the organisation may change its working copy.
REPORT_EDITABLE = (ReportState.DRAFT, ReportState.CHANGES_REQUESTED, ReportState.NOT_FILED)
REPORT_BEFORE_SUBMISSION = (*REPORT_EDITABLE, ReportState.AWAITING_SIGN_OFF)


REPORT = Workflow(
    "report",
    (
        Step(
            "ask_for_sign_off",
            (ReportState.DRAFT, ReportState.CHANGES_REQUESTED, ReportState.NOT_FILED),
            ReportState.AWAITING_SIGN_OFF,
            _("Ask for sign-off"),
        ),
        # one that the secretariat has returned stays returned, and one that counts as not filed stays that
        Step(
            "send_back",
            (ReportState.AWAITING_SIGN_OFF,),
            ReportState.DRAFT,
            _("Return"),
            other_targets=(ReportState.CHANGES_REQUESTED, ReportState.NOT_FILED),
        ),
        Step(
            "withdraw_sign_off",
            (ReportState.AWAITING_SIGN_OFF,),
            ReportState.DRAFT,
            _("Take back the request for sign-off"),
            requirements=(_refuse_request_of_others,),
            other_targets=(ReportState.CHANGES_REQUESTED, ReportState.NOT_FILED),
        ),
        Step(
            "submit",
            FILEABLE_REPORT_STATES,
            ReportState.SUBMITTED,
            _("Sign off and submit"),
            requirements=(_refuse_own_submission,),
        ),
        # to what it was before it was filed
        Step(
            "recall",
            (ReportState.SUBMITTED,),
            ReportState.DRAFT,
            _("Recall the submission"),
            other_targets=(ReportState.CHANGES_REQUESTED,),
        ),
        Step(
            "start_review",
            (ReportState.SUBMITTED,),
            ReportState.IN_REVIEW,
            _("Start the review"),
            requirements=(_refuse_second_reader,),
        ),
        Step(
            "request_changes",
            (ReportState.SUBMITTED, ReportState.IN_REVIEW),
            ReportState.CHANGES_REQUESTED,
            _("Request changes"),
            requirements=(_refuse_without_access,),
        ),
        Step(
            "resume_review",
            RETURNED_REPORT_STATES,
            ReportState.IN_REVIEW,
            _("Resume the review"),
            requirements=(_refuse_unless_returned,),
        ),
        Step(
            "take_back_request",
            RETURNED_REPORT_STATES,
            ReportState.IN_REVIEW,
            _("Take back the request"),
            requirements=(_refuse_unless_returned,),
        ),
        Step(
            "conclude",
            (ReportState.IN_REVIEW,),
            ReportState.CONCLUDED,
            _("Conclude the review"),
            requirements=(_refuse_unsettled_reading,),
        ),
        Step("reopen", (ReportState.CONCLUDED,), ReportState.IN_REVIEW, _("Reopen the review")),
        Step("publish", (ReportState.CONCLUDED,), ReportState.PUBLISHED, _("Publish")),
        Step("exempt", (ReportState.DRAFT,), ReportState.EXEMPT, _("Grant exemption")),
        # of a member that had none when the cycle was opened
        Step(
            "include",
            (ReportState.EXEMPT,),
            ReportState.DRAFT,
            _("Require the report"),
            requirements=(_refuse_unless_late_joiner,),
        ),
        Step(
            "miss",
            (ReportState.DRAFT, ReportState.AWAITING_SIGN_OFF),
            ReportState.NOT_FILED,
            _("Not filed"),
            requirements=(_refuse_unless_unfiled,),
        ),
        Step(
            "restore",
            (ReportState.NOT_FILED, ReportState.EXEMPT),
            ReportState.DRAFT,
            _("Put back to draft"),
        ),
        # by a published correction of the notice alone
        Step(
            "correct_notice",
            (ReportState.NOT_FILED, ReportState.EXEMPT),
            ReportState.EXEMPT,
            _("Correct the notice"),
            other_targets=(ReportState.NOT_FILED,),
        ),
    ),
    acts={
        "edit": REPORT_EDITABLE,
        "respond": (ReportState.CONCLUDED, ReportState.PUBLISHED),
        "extend": (*DRAFT_REPORT_STATES, ReportState.CHANGES_REQUESTED),
        "ask_extension": (*DRAFT_REPORT_STATES, ReportState.CHANGES_REQUESTED),
        # before a report comes in, too: it goes to its reviewer on that day
        "assign": (ReportState.DRAFT, *OPEN_REVIEW_STATES),
        "hand_over": (ReportState.DRAFT, *OPEN_REVIEW_STATES),
        "take_over": OPEN_REVIEW_STATES,
        "unassign": (ReportState.DRAFT, *OPEN_REVIEW_STATES),
        "pause_review": REVIEWABLE_REPORT_STATES,
        "end_pause": REVIEWABLE_REPORT_STATES,
    },
)


EXTENSION_REQUEST = Workflow(
    "extension_request",
    (
        Step("grant", (ExtensionRequestState.OPEN,), ExtensionRequestState.GRANTED, _("Grant")),
        Step("refuse", (ExtensionRequestState.OPEN,), ExtensionRequestState.REFUSED, _("Refuse")),
        Step("withdraw", (ExtensionRequestState.OPEN,), ExtensionRequestState.WITHDRAWN, _("Withdraw")),
        Step(
            "lapse",
            (ExtensionRequestState.OPEN,),
            ExtensionRequestState.LAPSED,
            _("Close without an answer"),
        ),
        # the report that ended it is required again
        Step("reopen", (ExtensionRequestState.LAPSED,), ExtensionRequestState.OPEN, _("Open again")),
    ),
)

REPORT_UPLOAD = Workflow(
    "report_upload",
    (
        Step("finish", (UploadState.READING,), UploadState.READY, _("Finish reading")),
        Step("fail", OPEN_UPLOAD_STATES, UploadState.FAILED, _("Refuse the file")),
        # of a table of one's own: what it is has to be said first, and can be said anew until it is saved
        Step("ask", (UploadState.READING,), UploadState.MAPPING, _("Ask what the columns are")),
        Step(
            "map", (UploadState.MAPPING, UploadState.READY), UploadState.READY, _("Say what the columns are")
        ),
        Step(
            "reread", (UploadState.MAPPING, UploadState.READY), UploadState.MAPPING, _("Read the file again")
        ),
        Step("save", (UploadState.READY,), UploadState.SAVED, _("Save the answers")),
        Step("take_back", (UploadState.SAVED,), UploadState.TAKEN_BACK, _("Take the answers back")),
        Step("cancel", OPEN_UPLOAD_STATES, UploadState.CANCELLED, _("Throw the file away")),
        Step("expire", OPEN_UPLOAD_STATES, UploadState.EXPIRED, _("Delete the file unused")),
    ),
    # what a person decides about single answers of the file
    acts={"choose": (UploadState.READY,)},
)

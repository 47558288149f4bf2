"""The state tables: action, from, to; who may is in rules.RULES under `<object>.<action>`."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.enums import (
    DRAFT_REPORT_STATES,
    FILEABLE_REPORT_STATES,
    OPEN_FINDING_STATES,
    OPEN_REVIEW_STATES,
    RETURNED_REPORT_STATES,
    REVIEWABLE_REPORT_STATES,
    UNSETTLED_READING_STATES,
    AccessionState,
    CharterState,
    CorrectionState,
    CorrectionSubject,
    CycleState,
    Enforcement,
    ExtensionRequestState,
    FindingState,
    IdentityProviderState,
    InvitationState,
    OrganisationState,
    PledgeState,
    QuestionState,
    ReportState,
    SecondReadingState,
    SupporterState,
    WithdrawalState,
)
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.workflow import Step, Workflow


def _refuse_for_secretariat(actor: Actor, organisation: Any) -> None:
    del actor
    if organisation.is_secretariat:
        raise DomainError(_("The secretariat runs the portal: it cannot be suspended or leave."))


ORGANISATION = Workflow(
    "organisation",
    (
        Step("admit", (OrganisationState.APPLICANT,), OrganisationState.ACTIVE, _("Admit")),
        Step(
            "suspend",
            (OrganisationState.ACTIVE,),
            OrganisationState.SUSPENDED,
            _("Suspend"),
            requirements=(_refuse_for_secretariat,),
        ),
        Step("reinstate", (OrganisationState.SUSPENDED,), OrganisationState.ACTIVE, _("Reinstate")),
        Step(
            "withdraw",
            (OrganisationState.ACTIVE, OrganisationState.SUSPENDED),
            OrganisationState.FORMER,
            _("Record the withdrawal"),
            requirements=(_refuse_for_secretariat,),
        ),
        Step(
            "expel",
            (OrganisationState.ACTIVE, OrganisationState.SUSPENDED),
            OrganisationState.FORMER,
            _("Expel"),
            requirements=(_refuse_for_secretariat,),
        ),
    ),
)

INVITATION = Workflow(
    "invitation",
    (
        Step("accept", (InvitationState.OPEN,), InvitationState.ACCEPTED, _("Accept")),
        Step("revoke", (InvitationState.OPEN,), InvitationState.REVOKED, _("Revoke")),
    ),
)


def _refuse_while_enforced(actor: Actor, provider: Any) -> None:
    del actor
    if provider.domains.filter(enforcement=Enforcement.ENFORCED).exists():
        raise DomainError(
            _(
                "People of a domain must sign in through this provider: the secretariat has to suspend that first."
            )
        )


def _refuse_without_domain(actor: Actor, provider: Any) -> None:
    del actor
    if not provider.domains.exists():
        raise DomainError(_("Add an e-mail domain first: without one the provider can sign nobody in."))


def _refuse_unless_on(actor: Actor, domain: Any) -> None:
    del actor
    if domain.provider.state != IdentityProviderState.ON:
        raise DomainError(_("Turn the provider on first."))


_TRIED = (IdentityProviderState.TESTED, IdentityProviderState.ON, IdentityProviderState.OFF)
IDENTITY_PROVIDER = Workflow(
    "identity_provider",
    (
        Step("test", (IdentityProviderState.DRAFT,), IdentityProviderState.TESTED, _("Test")),
        # another provider than the one that was tested
        Step(
            "change",
            (IdentityProviderState.DRAFT, *_TRIED),
            IdentityProviderState.DRAFT,
            _("Change"),
            requirements=(_refuse_while_enforced,),
        ),
        Step(
            "turn_on",
            (IdentityProviderState.TESTED, IdentityProviderState.OFF),
            IdentityProviderState.ON,
            _("Turn on"),
            requirements=(_refuse_without_domain,),
        ),
        Step(
            "turn_off",
            (IdentityProviderState.ON,),
            IdentityProviderState.OFF,
            _("Turn off"),
            requirements=(_refuse_while_enforced,),
        ),
    ),
)

EMAIL_DOMAIN = Workflow(
    "email_domain",
    (
        Step(
            "enforce",
            (Enforcement.OPTIONAL, Enforcement.SUSPENDED),
            Enforcement.ENFORCED,
            _("Require"),
            requirements=(_refuse_unless_on,),
        ),
        Step("suspend", (Enforcement.ENFORCED,), Enforcement.SUSPENDED, _("Suspend")),
        Step(
            "relax", (Enforcement.ENFORCED, Enforcement.SUSPENDED), Enforcement.OPTIONAL, _("Make optional")
        ),
    ),
    field="enforcement",
)

CHARTER = Workflow(
    "charter",
    (
        Step("put_in_force", (CharterState.DRAFT,), CharterState.IN_FORCE, _("Put in force")),
        Step("supersede", (CharterState.IN_FORCE,), CharterState.SUPERSEDED, _("Replace")),
    ),
)

ACCESSION = Workflow(
    "accession",
    (
        Step("sign", (AccessionState.DRAFT,), AccessionState.SIGNED, _("Sign")),
        Step("publish", (AccessionState.SIGNED,), AccessionState.PUBLISHED, _("Publish")),
        Step("end", (AccessionState.PUBLISHED,), AccessionState.ENDED, _("End")),
    ),
)

PLEDGE = Workflow(
    "pledge",
    (
        Step("sign", (PledgeState.DRAFT,), PledgeState.SIGNED, _("Sign")),
        Step("return", (PledgeState.SIGNED,), PledgeState.DRAFT, _("Return")),
        Step("publish", (PledgeState.SIGNED,), PledgeState.PUBLISHED, _("Countersign and publish")),
        Step("replace", (PledgeState.PUBLISHED,), PledgeState.REVISED, _("Replace")),
        Step("fulfil", (PledgeState.PUBLISHED,), PledgeState.FULFILLED, _("Record as fulfilled")),
        Step("withdraw", (PledgeState.PUBLISHED,), PledgeState.WITHDRAWN, _("Withdraw")),
    ),
    acts={
        "edit": (PledgeState.DRAFT,),
        "discard": (PledgeState.DRAFT,),
        "revise": (PledgeState.PUBLISHED,),
    },
)

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
    },
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
            "%(name)s has been asked for a second reading and has not finished it. Wait, or withdraw it."
        )
    else:
        message = _("%(name)s differs as the second reader. Settle the differences first.")
    raise DomainError(message % {"name": reading.reader.name})


def _refuse_unless_late_joiner(actor: Actor, report: Any) -> None:
    del actor
    if report.joined_on is None:
        raise DomainError(_("An exemption is final: only a member that joined later can be included."))
    if report.cycle.state != CycleState.OPEN:
        raise DomainError(_("Members can be included only while the cycle is open."))


def _refuse_unless_returned(actor: Actor, report: Any) -> None:
    """Sign-off is asked for before the first submission too: then there is no review to go back to."""
    del actor
    if report.changes_due_on is None and report.state != ReportState.CHANGES_REQUESTED:
        raise WrongState(_("This report has not been returned for changes."))


def _refuse_while_filed(actor: Actor, report: Any) -> None:
    """What was returned for changes has been filed: it can be late, and never count as not filed."""
    del actor
    if report.changes_due_on is not None:
        raise WrongState(_("This report has been filed and returned for changes."))


# In these states the organisation may change its working copy.
REPORT_EDITABLE = (ReportState.DRAFT, ReportState.CHANGES_REQUESTED, ReportState.NOT_FILED)

REPORT = Workflow(
    "report",
    (
        Step(
            "ask_for_sign_off",
            (ReportState.DRAFT, ReportState.CHANGES_REQUESTED, ReportState.NOT_FILED),
            ReportState.AWAITING_SIGN_OFF,
            _("Ask for sign-off"),
        ),
        # one that the secretariat has returned stays returned
        Step(
            "send_back",
            (ReportState.AWAITING_SIGN_OFF,),
            ReportState.DRAFT,
            _("Return"),
            other_targets=(ReportState.CHANGES_REQUESTED,),
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
        Step("start_review", (ReportState.SUBMITTED,), ReportState.IN_REVIEW, _("Start the review")),
        Step(
            "request_changes",
            (ReportState.SUBMITTED, ReportState.IN_REVIEW),
            ReportState.CHANGES_REQUESTED,
            _("Request changes"),
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
        # of a member that joined while the cycle was open
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
            requirements=(_refuse_while_filed,),
        ),
        Step("restore", (ReportState.NOT_FILED,), ReportState.DRAFT, _("Put back to draft")),
    ),
    acts={
        "edit": REPORT_EDITABLE,
        "respond": (ReportState.CONCLUDED, ReportState.PUBLISHED),
        "extend": (ReportState.DRAFT, ReportState.AWAITING_SIGN_OFF, ReportState.CHANGES_REQUESTED),
        "ask_extension": DRAFT_REPORT_STATES,
        "assign": OPEN_REVIEW_STATES,
        "hand_over": OPEN_REVIEW_STATES,
        "take_over": OPEN_REVIEW_STATES,
        "unassign": OPEN_REVIEW_STATES,
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
    ),
)


def _refuse_if_answered(actor: Actor, question: Any) -> None:
    del actor
    if question.answer:
        raise DomainError(_("The member has answered this question. Ask a further one instead."))


def _refuse_without_second_reviewer(actor: Actor, correction: Any) -> None:
    del actor
    is_of_verdict = correction.items.filter(subject=CorrectionSubject.VERDICT).exists()
    if is_of_verdict and correction.consented_by_id is None:
        raise DomainError(
            _("A verdict or its reason is corrected only with the consent of a second reviewer.")
        )


_ANSWERABLE = (CorrectionState.PROPOSED,)
_DECIDABLE = (CorrectionState.PROPOSED, CorrectionState.AGREED, CorrectionState.OBJECTED)
CORRECTION = Workflow(
    "correction",
    (
        Step("propose", (CorrectionState.DRAFT,), CorrectionState.PROPOSED, _("Propose")),
        Step("agree", _ANSWERABLE, CorrectionState.AGREED, _("Agree")),
        # until the day to answer is over; a decision waits for the answer or for that day
        Step("object", _ANSWERABLE, CorrectionState.OBJECTED, _("Object"), is_guarded=True),
        Step(
            "publish",
            _DECIDABLE,
            CorrectionState.PUBLISHED,
            _("Publish the correction"),
            requirements=(_refuse_without_second_reviewer,),
            is_guarded=True,
        ),
        Step("drop", _DECIDABLE, CorrectionState.DROPPED, _("Drop"), is_guarded=True),
        Step("withdraw", _DECIDABLE, CorrectionState.WITHDRAWN, _("Withdraw")),
    ),
    acts={
        "edit": (CorrectionState.DRAFT,),
        "discard": (CorrectionState.DRAFT,),
        "consent": _DECIDABLE,
        "add_note": _DECIDABLE,
    },
)


def _refuse_own_request(actor: Actor, withdrawal: Any) -> None:
    if withdrawal.asked_by_id == actor.person_id:
        raise DomainError(_("Another person has to consent: you asked for this yourself."))


WITHDRAWAL = Workflow(
    "withdrawal",
    (
        Step(
            "publish",
            (WithdrawalState.ASKED,),
            WithdrawalState.PUBLISHED,
            _("Consent and withdraw"),
            requirements=(_refuse_own_request,),
        ),
        Step(
            "refuse",
            (WithdrawalState.ASKED,),
            WithdrawalState.REFUSED,
            _("Refuse"),
            requirements=(_refuse_own_request,),
        ),
        Step("take_back", (WithdrawalState.ASKED,), WithdrawalState.TAKEN_BACK, _("Take back")),
        Step("undo", (WithdrawalState.PUBLISHED,), WithdrawalState.UNDONE, _("Publish again")),
    ),
)

QUESTION = Workflow(
    "question",
    (
        Step("answer", (QuestionState.OPEN,), QuestionState.ANSWERED, _("Answer the question")),
        Step("close", (QuestionState.ANSWERED, QuestionState.OPEN), QuestionState.CLOSED, _("Close")),
        Step(
            "reopen",
            (QuestionState.CLOSED,),
            QuestionState.OPEN,
            _("Open again"),
            requirements=(_refuse_if_answered,),
        ),
    ),
)

SUPPORTER = Workflow(
    "supporter",
    (
        Step("confirm", (SupporterState.UNCONFIRMED,), SupporterState.LISTED, _("Confirm")),
        Step("hide", (SupporterState.LISTED,), SupporterState.HIDDEN, _("Hide")),
        Step("show", (SupporterState.HIDDEN,), SupporterState.LISTED, _("Show again")),
        Step(
            "end",
            (SupporterState.UNCONFIRMED, SupporterState.LISTED, SupporterState.HIDDEN),
            SupporterState.ENDED,
            _("End the accession"),
        ),
        Step("merge", (SupporterState.LISTED, SupporterState.HIDDEN), SupporterState.ENDED, _("Merge")),
    ),
    acts={
        "correct": (SupporterState.UNCONFIRMED, SupporterState.LISTED, SupporterState.HIDDEN),
        "keep_apart": (SupporterState.LISTED, SupporterState.HIDDEN),
    },
)

SECOND_READING = Workflow(
    "second_reading",
    (
        Step("agree", (SecondReadingState.ASKED,), SecondReadingState.AGREES, _("Agree with every verdict")),
        Step("differ", (SecondReadingState.ASKED,), SecondReadingState.DIFFERS, _("Differ")),
        Step("settle", (SecondReadingState.DIFFERS,), SecondReadingState.SETTLED, _("Settle")),
        Step("withdraw", (SecondReadingState.ASKED,), SecondReadingState.WITHDRAWN, _("Withdraw")),
    ),
    acts={"read": (SecondReadingState.ASKED,)},
)

FINDING = Workflow(
    "finding",
    (
        Step("complete", OPEN_FINDING_STATES, FindingState.DONE, pgettext_lazy("finding", "Done")),
        Step("carry", OPEN_FINDING_STATES, FindingState.CARRIED, _("Carry on")),
        Step("reopen", (FindingState.DONE,), FindingState.OPEN, _("Open again")),
    ),
    acts={"claim": OPEN_FINDING_STATES},
)

WORKFLOWS = (
    ORGANISATION, INVITATION, IDENTITY_PROVIDER, EMAIL_DOMAIN, CHARTER, ACCESSION, PLEDGE, CYCLE, REPORT,
    EXTENSION_REQUEST, CORRECTION, WITHDRAWAL, QUESTION, FINDING, SECOND_READING, SUPPORTER,
)  # fmt: skip

"""Sections given to colleagues, and their conversations beside a measure."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.enums import LIVE_DELEGATION_STATES, CommentState, DelegationState, ReportState
from alliance.workflows.reports import REPORT_EDITABLE
from portal.kernel.access import Actor
from portal.kernel.errors import WrongState
from portal.kernel.workflow import Step, Workflow

# A section can be worked on as long as its report is written; what was given before a submission ends with it.
WRITTEN_REPORT_STATES = (*REPORT_EDITABLE, ReportState.AWAITING_SIGN_OFF)
# Colleagues may talk until the report is final.
FINAL_REPORT_STATES = (ReportState.PUBLISHED, ReportState.EXEMPT)


def refuse_unwritten(report: Any) -> None:
    """Refuse what is about writing a report that is not being written."""
    if report.state not in WRITTEN_REPORT_STATES:
        message = _("The report is not being written now: its state is “%(state)s”.")
        raise WrongState(message % {"state": report.get_state_display()})


def refuse_final(report: Any) -> None:
    """Refuse a message about a report that does not change any more."""
    if report.state in FINAL_REPORT_STATES:
        message = _("Nothing can be added to this conversation any more: the report’s state is “%(state)s”.")
        raise WrongState(message % {"state": report.get_state_display()})


def _refuse_ended(actor: Actor, delegation: Any) -> None:
    """What was given before a submission that stands has ended with it."""
    del actor
    report = delegation.report
    refuse_unwritten(report)
    if report.submitted_at is not None and delegation.given_at <= report.submitted_at:
        raise WrongState(_("This section ended when the report was submitted. Give it anew."))


def _refuse_in_final_report(actor: Actor, comment: Any) -> None:
    del actor
    refuse_final(comment.report)


DELEGATION = Workflow(
    "delegation",
    (
        Step(
            "finish",
            (DelegationState.OPEN,),
            DelegationState.DONE,
            _("Hand it back as done"),
            requirements=(_refuse_ended,),
        ),
        Step(
            "reopen",
            (DelegationState.DONE,),
            DelegationState.OPEN,
            _("Open again"),
            requirements=(_refuse_ended,),
        ),
        Step(
            "take_back",
            LIVE_DELEGATION_STATES,
            DelegationState.TAKEN_BACK,
            _("Take back"),
            requirements=(_refuse_ended,),
        ),
        # of somebody who cannot write any more: to its giver, or to nobody
        Step(
            "return",
            (DelegationState.OPEN,),
            DelegationState.OPEN,
            other_targets=(DelegationState.TAKEN_BACK,),
        ),
    ),
    acts={"change": (DelegationState.OPEN,), "remind": (DelegationState.OPEN,)},
)


MEASURE_COMMENT = Workflow(
    "measure_comment",
    (
        Step(
            "settle",
            (CommentState.OPEN,),
            CommentState.SETTLED,
            pgettext_lazy("conversation", "Settle"),
            requirements=(_refuse_in_final_report,),
        ),
        Step(
            "reopen",
            (CommentState.SETTLED,),
            CommentState.OPEN,
            _("Open again"),
            requirements=(_refuse_in_final_report,),
        ),
    ),
)

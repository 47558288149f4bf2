"""Questions, second readings, findings."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.enums import (
    OPEN_FINDING_STATES,
    WITHDRAWN_FINDING_STATES,
    FindingState,
    QuestionState,
    ReportState,
    SecondReadingState,
)
from alliance.workflows.reports import REPORT_EDITABLE
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.workflow import Step, Workflow


def _refuse_if_answered(actor: Actor, question: Any) -> None:
    del actor
    if question.answer:
        raise DomainError(_("The member has answered this question. Ask a further one instead."))


def question_refusal(organisation: Any) -> str:
    """Why nothing can be asked of the organisation now; empty where it can."""
    if organisation.has_access:
        return ""
    sentence = _(
        "Nobody at %(name)s has access: a question could not be answered. Judge what was submitted, and say in the "
        "reason what is missing."
    )
    return sentence % {"name": organisation.name}


def _refuse_without_access(actor: Actor, question: Any) -> None:
    del actor
    if refusal := question_refusal(question.organisation):
        raise WrongState(refusal)


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
            requirements=(_refuse_if_answered, _refuse_without_access),
        ),
    ),
)


def judging_refusal(report: Any) -> str:
    """Why nothing of the report is judged now; empty while it is in review."""
    if report.state in REPORT_EDITABLE:
        return str(_("This report is with the member: it can be judged again once it is submitted."))
    return "" if report.state == ReportState.IN_REVIEW else str(_("This report is not in review."))


def _refuse_outside_review(actor: Actor, reading: Any) -> None:
    """The member's next answer may change what there is to settle."""
    del actor
    if refusal := judging_refusal(reading.report):
        raise WrongState(refusal)


SECOND_READING = Workflow(
    "second_reading",
    (
        Step("agree", (SecondReadingState.ASKED,), SecondReadingState.AGREES, _("Agree with every verdict")),
        Step("differ", (SecondReadingState.ASKED,), SecondReadingState.DIFFERS, _("Differ")),
        Step(
            "settle",
            (SecondReadingState.DIFFERS,),
            SecondReadingState.SETTLED,
            _("Settle"),
            requirements=(_refuse_outside_review,),
        ),
        Step("withdraw", (SecondReadingState.ASKED,), SecondReadingState.WITHDRAWN, _("Withdraw")),
    ),
    acts={"read": (SecondReadingState.ASKED,)},
)


FINDING = Workflow(
    "finding",
    (
        Step("complete", OPEN_FINDING_STATES, FindingState.DONE, pgettext_lazy("finding", "Done")),
        Step("carry", OPEN_FINDING_STATES, FindingState.CARRIED, _("Carry on")),
        Step(
            "reopen",
            (FindingState.DONE, *WITHDRAWN_FINDING_STATES),
            FindingState.OPEN,
            _("Open again"),
        ),
        Step(
            "withdraw",
            OPEN_FINDING_STATES,
            FindingState.WITHDRAWN,
            pgettext_lazy("finding", "Withdraw"),
            other_targets=(FindingState.DISCARDED,),  # its member has not read it
        ),
    ),
    acts={"claim": OPEN_FINDING_STATES, "edit": OPEN_FINDING_STATES},
)

"""Corrections and withdrawals of what is published."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.enums import CorrectionState, CorrectionSubject, WithdrawalState
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.workflow import Step, Workflow


def _refuse_without_second_reviewer(actor: Actor, correction: Any) -> None:
    del actor
    is_of_verdict = correction.items.filter(subject=CorrectionSubject.VERDICT).exists()
    if is_of_verdict and correction.consented_by_id is None:
        raise DomainError(
            _("A verdict or its reason is corrected only with the consent of a second reviewer.")
        )


def _refuse_own_proposal(actor: Actor, correction: Any) -> None:
    """Without the agreement of the other side nobody decides about what they wrote, edited or proposed themselves."""
    if correction.state != CorrectionState.AGREED and actor.person_id in correction.authors:
        raise DomainError(
            _(
                "You wrote, edited or proposed this correction: unless the other side agrees, another manager or an "
                "auditor decides about it."
            )
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
            requirements=(_refuse_without_second_reviewer, _refuse_own_proposal),
            is_guarded=True,
        ),
        Step(
            "drop",
            _DECIDABLE,
            CorrectionState.DROPPED,
            _("Drop"),
            requirements=(_refuse_own_proposal,),
            is_guarded=True,
        ),
        Step("withdraw", _DECIDABLE, CorrectionState.WITHDRAWN, _("Withdraw")),
        # once an interest of who agreed is known
        Step("lapse", (CorrectionState.AGREED,), CorrectionState.PROPOSED, _("Agreement lapsed")),
    ),
    acts={
        "edit": (CorrectionState.DRAFT,),
        "discard": (CorrectionState.DRAFT,),
        "consent": _DECIDABLE,
        "add_note": _DECIDABLE,
        "uphold_verdicts": (CorrectionState.PUBLISHED,),
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
        Step(
            "take_back",
            (WithdrawalState.ASKED,),
            WithdrawalState.TAKEN_BACK,
            pgettext_lazy("withdrawal", "Take back"),
        ),
        Step("undo", (WithdrawalState.PUBLISHED,), WithdrawalState.UNDONE, _("Publish again")),
    ),
)

"""What somebody may do with a correction now, and why not yet: the same for its page and for programs."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliance.enums import OPEN_CORRECTION_STATES, CorrectionFinder
from alliance.models import Correction
from alliance.queries.correction_consent import consent_refusal
from alliance.queries.correction_refusals import (
    LaterEvents,
    later_events,
    refusal_of,
    step_blocking_reason,
)
from alliance.queries.corrections import (
    check_refusal,
    corrects_verdict,
)
from alliance.queries.published_states import (
    PublishedState,
)
from alliance.workflows import CORRECTION
from portal.kernel.access import Actor

STEP_NAMES = ("propose", "agree", "object", "consent", "publish", "drop", "withdraw", "discard", "add_note",
              "uphold_verdicts")  # fmt: skip


@dataclass(frozen=True, slots=True)
class CorrectionAct:
    """A step or an act that its actor may take; `blocked` says why it cannot be taken yet, or is empty."""

    action: str
    label: str
    blocked: str


def correction_acts(
    actor: Actor, correction: Correction, state: PublishedState | None
) -> list[CorrectionAct]:
    """What the actor may do with the correction in its state, in the order of its page.

    `state` is that of its report now, None of one that is withdrawn.
    """
    labels = {
        "discard": _("Discard the draft"),
        "consent": _("Consent as second reviewer"),
        "add_note": _("Add a note"),
        "uphold_verdicts": _("The verdicts stay"),
        **{name: str(step.label) for name, step in CORRECTION.steps.items()},
    }
    # of a draft nothing waits, and what was decided is
    is_open = correction.state in OPEN_CORRECTION_STATES
    events = later_events(correction, state) if is_open else LaterEvents()
    return [
        CorrectionAct(action, labels[action], _blocking_reason(actor, correction, action, events))
        for action in STEP_NAMES
        if CORRECTION.is_available(actor, correction, action) and is_needed(correction, action)
    ]


def own_finder(actor: Actor) -> CorrectionFinder:
    """Who has found what is wrong, unless the actor says otherwise: their own side."""
    return CorrectionFinder.SECRETARIAT if actor.is_host else CorrectionFinder.MEMBER


def _blocking_reason(actor: Actor, correction: Correction, action: str, events: LaterEvents) -> str:
    if action == "consent":
        return consent_refusal(actor, correction) or step_blocking_reason(correction, action, events)
    if action == "uphold_verdicts":
        return check_refusal(actor, correction)
    return refusal_of(actor, correction, action, events) if action in CORRECTION.steps else ""


def is_needed(correction: Correction, action: str) -> bool:
    """Whether there is anything to do: a second reviewer consents to a verdict alone, and once."""
    if action == "uphold_verdicts":
        return bool(correction.verdicts_to_check)
    if action != "consent":
        return True
    return correction.consented_by_id is None and corrects_verdict(correction)

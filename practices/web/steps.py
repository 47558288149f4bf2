"""What can be done with a practice now, by whoever asks: the buttons of its pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from practices.enums import NAMED_LABELS, OPEN_LABELS, PracticeState
from practices.models import Draft, Practice, Version
from practices.queries.practices import is_writer
from practices.services.versions import refuse_unchanged
from practices.web.shown import Shown
from practices.workflows import PRACTICE, complete


@dataclass(frozen=True, slots=True)
class StepLink:
    """One button: where it leads, and why it cannot be used yet."""

    label: str
    url: str
    kind: str = ""
    why: str = ""


_ROUTES = {
    "submit": "practice-submit",
    "share_directly": "practice-share-directly",
    "take_back": "practice-take-back",
    "share": "practice-share",
    "return": "practice-return",
    "retire": "practice-retire",
    "recall": "practice-recall",
}
_KINDS = {"submit": "primary", "share_directly": "primary", "share": "primary"}
_OF_THE_DESK = {
    "workspace": ("submit", "share_directly", "take_back", "retire", "recall"),
    "secretariat": ("share", "return"),
}


def steps_for(shown: Shown, desk: str, *, beside: bool = True) -> list[StepLink]:
    """The steps that the actor may take on this desk, what is most wanted first.

    With `beside` also the ways to write on it, to its readers, and to a copy of it.
    """
    actor, practice, draft = shown.actor, shown.practice, shown.draft
    offered = _OF_THE_DESK[desk]
    walked = [
        StepLink(
            str(one.step.label),
            _url(desk, _ROUTES[one.step.action], practice),
            _KINDS.get(one.step.action, ""),
            one.blocked,
        )
        for one in PRACTICE.available(actor, practice)
        if one.step.action in offered
    ]
    further = _next_version(shown, draft, desk) if draft is not None else []
    around = _around(actor, practice, draft) if beside and desk == "workspace" else []
    steps = [*further, *walked]
    wanted = [step for step in steps if step.kind == "primary"]
    return [*wanted, *around, *(step for step in steps if step not in wanted)]


def _next_version(shown: Shown, draft: Draft, desk: str) -> list[StepLink]:
    actor, practice = shown.actor, shown.practice
    if practice.state != PracticeState.SHARED:
        return []
    if desk == "secretariat":
        rows = (
            ("share_update", "practice-share", _("Share the next version"), "primary"),
            ("return_update", "practice-return", _("Return"), ""),
        )
        waiting = draft.is_proposed
        return [
            StepLink(label, _url(desk, route, practice), kind)
            for action, route, label, kind in rows
            if waiting and PRACTICE.is_available(actor, practice, action)
        ]
    if draft.is_proposed:
        if not PRACTICE.is_available(actor, practice, "take_back_update"):
            return []
        return [StepLink(_("Withdraw the proposal"), _url(desk, "practice-take-back-update", practice))]
    return _to_hand_on(shown, draft)


def _to_hand_on(shown: Shown, draft: Draft) -> list[StepLink]:
    """The next version: proposed where the label is open, shared directly where readers are named."""
    actor, practice = shown.actor, shown.practice
    why = not_next(actor, practice, draft, latest=shown.latest)
    rows = (
        (OPEN_LABELS, "propose_update", "practice-propose-update", _("Propose the next version")),
        (NAMED_LABELS, "update", "practice-update", _("Share the next version")),
    )
    return [
        StepLink(label, _url("workspace", route, practice), "primary", why)
        for labels, action, route, label in rows
        if practice.label in labels and PRACTICE.is_available(actor, practice, action)
    ]


def _around(actor: Actor, practice: Practice, draft: Draft | None) -> list[StepLink]:
    """Writing on, choosing readers, and a copy of what is named for the community."""
    if draft is None or not is_writer(actor, practice):
        return []
    found = []
    if practice.state in (PracticeState.DRAFT, PracticeState.SHARED) and not draft.is_proposed:
        found.append(StepLink(_("Continue"), _url("workspace", "practice-edit", practice)))
    if practice.state not in (PracticeState.IN_MODERATION, PracticeState.RECALLED):
        found.append(StepLink(_("Who can read it"), _url("workspace", "practice-readers", practice)))
    if practice.label in NAMED_LABELS and practice.state != PracticeState.DRAFT:
        url = reverse("workspace:practice-draft") + f"?from={practice.key}"
        found.append(StepLink(_("Copy for the community"), url))
    return found


def not_next(
    actor: Actor, practice: Practice, draft: Draft, *, label: str = "", latest: Version | None = None
) -> str:
    """Why there is no next version to hand on yet; empty when there is. Another label is a change by itself."""
    if practice.state != PracticeState.SHARED:
        return _("Only a shared practice has a next version.")
    if draft.is_proposed:
        return _("It is already waiting for the secretariat.")
    try:
        if not label:
            refuse_unchanged(practice, draft, latest)
        complete(actor, practice)
    except DomainError as refusal:
        return str(refusal)
    return ""


def _url(desk: str, route: str, practice: Practice) -> str:
    return reverse(f"{desk}:{route}", args=[practice.key])

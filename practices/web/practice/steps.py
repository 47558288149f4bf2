"""What can be done with a practice now, by the actor: the buttons of its pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from practices.enums import NAMED_LABELS, OPEN_LABELS, PracticeState
from practices.models import Draft, Practice, Version
from practices.queries.openings import may_propose_opening
from practices.queries.practices import is_writer
from practices.services.versions import refuse_unchanged
from practices.web.practice.page import PracticePage
from practices.workflows import OPENING, PRACTICE, require_complete


@dataclass(frozen=True, slots=True)
class StepLink:
    """One button: where it leads, and why it cannot be used yet."""

    label: str
    url: str
    kind: str = ""
    blocking_reason: str = ""


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
_STEPS_BY_AREA = {
    "workspace": ("submit", "share_directly", "take_back", "retire", "recall"),
    "secretariat": ("share", "return"),
}


def steps_for(page: PracticePage, area: str, *, in_sidebar: bool = True) -> list[StepLink]:
    """The steps that the actor may take in this area, the most likely first.

    With `in_sidebar` also the ways to write on it, to its readers, and to a copy of it.
    """
    actor, practice, draft = page.actor, page.practice, page.draft
    offered = _STEPS_BY_AREA[area]
    walked = [
        StepLink(
            str(each.step.label),
            _url(area, _ROUTES[each.step.action], practice),
            _KINDS.get(each.step.action, ""),
            each.blocked,
        )
        for each in PRACTICE.available(actor, practice)
        if each.step.action in offered
    ]
    further = _next_version(page, draft, area) if draft is not None else []
    around = _other_links(page, draft) if in_sidebar and area == "workspace" else []
    steps = [*further, *walked]
    primary = [step for step in steps if step.kind == "primary"]
    return [*primary, *around, *(step for step in steps if step not in primary)]


def _next_version(page: PracticePage, draft: Draft, area: str) -> list[StepLink]:
    actor, practice = page.actor, page.practice
    if practice.state != PracticeState.SHARED:
        return []
    if area == "secretariat":
        rows = (
            ("share_update", "practice-share", _("Share the next version"), "primary"),
            ("return_update", "practice-return", _("Return"), ""),
        )
        waiting = draft.is_proposed
        return [
            StepLink(label, _url(area, route, practice), kind)
            for action, route, label, kind in rows
            if waiting and PRACTICE.is_available(actor, practice, action)
        ]
    if draft.is_proposed:
        if not PRACTICE.is_available(actor, practice, "take_back_update"):
            return []
        return [StepLink(_("Withdraw the proposal"), _url(area, "practice-take-back-update", practice))]
    return _update_steps(page, draft)


def _update_steps(page: PracticePage, draft: Draft) -> list[StepLink]:
    """The next version: proposed where the label is open, shared directly where readers are named."""
    actor, practice = page.actor, page.practice
    why = update_blocking_reason(actor, practice, draft, latest=page.latest)
    rows = (
        (OPEN_LABELS, "propose_update", "practice-propose-update", _("Propose the next version")),
        (NAMED_LABELS, "update", "practice-update", _("Share the next version")),
    )
    return [
        StepLink(label, _url("workspace", route, practice), "primary", why)
        for labels, action, route, label in rows
        if practice.label in labels and PRACTICE.is_available(actor, practice, action)
    ]


def _other_links(page: PracticePage, draft: Draft | None) -> list[StepLink]:
    """Changing the working copy, choosing readers, opening what is named to the community, or a copy of it."""
    actor, practice = page.actor, page.practice
    if draft is None or not is_writer(actor, practice):
        return []
    links = []
    if practice.state in (PracticeState.DRAFT, PracticeState.SHARED) and not draft.is_proposed:
        links.append(StepLink(_("Change"), _url("workspace", "practice-edit", practice)))
    if practice.state not in (PracticeState.IN_MODERATION, PracticeState.RECALLED):
        links.append(StepLink(_("Who can read it"), _url("workspace", "practice-readers", practice)))
    links += _opening_links(page)
    if practice.label in NAMED_LABELS and practice.state != PracticeState.DRAFT:
        url = reverse("workspace:practice-draft") + f"?from={practice.key}"
        links.append(StepLink(_("Copy for the community"), url))
    return links


def _opening_links(page: PracticePage) -> list[StepLink]:
    """Proposing it for the community on the same record, or withdrawing that."""
    actor, practice = page.actor, page.practice
    if page.opening is not None and OPENING.is_available(actor, page.opening, "take_back"):
        return [
            StepLink(_("Withdraw the proposal"), _url("workspace", "practice-take-back-opening", practice))
        ]
    if may_propose_opening(actor, practice):
        return [StepLink(_("Open to the community"), _url("workspace", "practice-open", practice))]
    return []


def update_blocking_reason(
    actor: Actor, practice: Practice, draft: Draft, *, label: str = "", latest: Version | None = None
) -> str:
    """Why there is no next version to submit yet; empty when there is. Another label is a change by itself."""
    if practice.state != PracticeState.SHARED:
        return _("Only a shared practice can have a next version.")
    if draft.is_proposed:
        return _("It is already waiting for the secretariat.")
    try:
        if not label:
            refuse_unchanged(practice, draft, latest)
        require_complete(actor, practice)
    except DomainError as refusal:
        return str(refusal)
    return ""


def _url(area: str, route: str, practice: Practice) -> str:
    return reverse(f"{area}:{route}", args=[practice.key])

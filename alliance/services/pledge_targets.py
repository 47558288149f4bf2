"""Decisions about targets of pledges that name no figure: what became of them, with a public reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import DECIDED_TARGET_STATES, TargetState
from alliance.models import Pledge
from alliance.queries.local_dates import today
from alliance.queries.public.record import latest_revision
from alliance.queries.public.targets import TargetStanding, published_targets
from alliance.services.correction_targets import MAX_DECISION_REASON
from alliance.services.pledge_draft import commitment_of
from alliance.services.pledge_publications import record_target_decision
from alliance.workflows import PLEDGE
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import Publication
from portal.kernel.text import LANGUAGES, Texts, clean_text


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """What the secretariat decides of a target, and why, by language; `publication`: the number of what it has read."""

    state: str
    reason: Texts
    publication: int


@transaction.atomic
def decide_target(actor: Actor, pledge: Pledge, number: int, written: DecisionInput) -> Publication:
    """Decide what became of target `number` of a published pledge, and publish it with the reason.

    The member is notified. What is decided is changed by a correction alone. Raises Forbidden; WrongState where the
    pledge is not in force, has been published anew since the page was read, or the target is decided; DomainError
    before its day is over, where a figure decides, or without a reason in each language.
    """
    locked = Pledge.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=pledge.pk)
    require(actor, "pledge.decide_target", locked)
    if locked.state not in PLEDGE.acts["decide_target"]:
        raise WrongState(_("This pledge is not in force any more."))
    standing = next((each for each in published_targets(locked.record) if each.number == number), None)
    if standing is None:
        raise WrongState(_("The pledge has no such target any more."))
    if why := decision_refusal(standing):
        raise WrongState(why) if standing.decision else DomainError(why)
    last = latest_revision("pledge", str(locked.record))
    if last is None or last.number != written.publication:
        raise WrongState(
            _("The pledge was published anew since you opened this page. Read it again, then decide.")
        )
    decision = _decision(written)
    publication = record_target_decision(actor, locked, commitment_of(locked), number, decision)
    journal.record(
        actor,
        "pledge.decide_target",
        locked,
        number=number,
        decided=decision["state"],
        publication=publication.number,
    )
    return publication


def decision_refusal(standing: TargetStanding) -> str:
    """Why the secretariat cannot decide this target now; empty where it can."""
    if standing.value is not None:
        return _("This target names a figure: the published report that covers its day decides.")
    if standing.decision is not None:
        return _("This target is decided. What is decided is changed by a correction.")
    if standing.due_on is None:
        return _("This target has no deadline: it is listed, and not counted.")
    if standing.state == TargetState.DUE:
        return _("The deadline of this target is not over yet. Decide from the day after it.")
    return ""


def _decision(written: DecisionInput) -> Mapping[str, Any]:
    if written.state not in DECIDED_TARGET_STATES:
        raise DomainError(_("Choose what became of the target."), field="state")
    reason = {}
    for language in LANGUAGES:
        text = clean_text(written.reason.get(language, ""), field=f"reason_{language}").strip()
        if not text:
            raise DomainError(_("Give the reason in each language."), field=f"reason_{language}")
        if len(text) > MAX_DECISION_REASON:
            raise DomainError(_("Write at most 2,000 characters."), field=f"reason_{language}")
        reason[language] = text
    return {"state": written.state, "reason": reason, "decided_on": today().isoformat()}

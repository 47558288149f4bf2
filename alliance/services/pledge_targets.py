"""Decisions about targets of pledges that no figure can decide: what became of them, with a public reason.

A decision is changed by a correction, which goes by way of a public report of the member. While there is none, the
secretariat changes its own decision, as publicly: the next revision says what it was, why it changed and who found it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import DECIDED_TARGET_STATES, CorrectionFinder, TargetState
from alliance.models import Pledge
from alliance.queries.corrections import (
    latest_public_report,
)
from alliance.queries.local_dates import today
from alliance.queries.public.record import latest_revision
from alliance.queries.public.targets import TargetDecision, TargetStanding, published_targets
from alliance.services.pledge_draft import commitment_of
from alliance.services.pledge_publications import record_target_decision
from alliance.workflows import PLEDGE
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import Publication
from portal.kernel.text import Texts, require_reason_in_languages


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """What the secretariat decides of a target, and why, by language; `publication`: the number of what it has read.

    `finder`, a CorrectionFinder, of a decision that takes the place of another one: who found that it was wrong.
    """

    state: str
    reason: Texts
    publication: int
    finder: str = ""


@transaction.atomic
def decide_target(actor: Actor, pledge: Pledge, number: int, written: DecisionInput) -> Publication:
    """Decide what became of target `number` of a published pledge, and publish it with the reason.

    The member is notified. What is decided is changed by a correction; by another decision while no report of the
    member is public. Raises Forbidden; WrongState where the pledge is not in force, has been published anew since the
    page was read, or a correction is the way; DomainError before its day is over, where a figure decides, without a
    reason in each language, or where the other decision is the same or does not say who found it.
    """
    locked = Pledge.objects.select_for_update(of=("self",)).prefetch_related("organisation").get(pk=pledge.pk)
    require(actor, "pledge.decide_target", locked)
    if locked.state not in PLEDGE.acts["decide_target"]:
        raise WrongState(_("This pledge is not in force any more."))
    standing = next((each for each in published_targets(locked.record) if each.number == number), None)
    if standing is None:
        raise WrongState(_("The pledge has no such target any more."))
    if why := decision_refusal(actor, locked, standing):
        raise WrongState(why) if standing.decision else DomainError(why)
    last = latest_revision("pledge", str(locked.record))
    if last is None or last.number != written.publication:
        raise WrongState(
            _("The pledge was published anew since you opened this page. Read it again, then decide.")
        )
    decision, finder = _decision(written), ""
    facts = {"number": number, "decided": decision["state"]}
    if standing.decision is not None:
        decision, finder = _changed_decision(standing.decision, decision, written), written.finder
        facts["decided_before"] = standing.decision.state
    publication = record_target_decision(
        actor, locked, commitment_of(locked), number, decision, finder=finder
    )
    journal.record(actor, "pledge.decide_target", locked, **facts, publication=publication.number)
    return publication


def _changed_decision(
    earlier: TargetDecision, decision: Mapping[str, Any], written: DecisionInput
) -> Mapping[str, Any]:
    """The decision in the place of an earlier one, of the day of that one."""
    if (decision["state"], decision["reason"]) == (earlier.state, earlier.reason):
        raise DomainError(_("This is the decision that is published: nothing changes."), field="state")
    if written.finder not in CorrectionFinder.values:
        raise DomainError(_("Say who found that the decision was wrong."), field="finder")
    return {**decision, "decided_on": earlier.decided_on.isoformat()}


def decision_refusal(actor: Actor, pledge: Pledge, standing: TargetStanding) -> str:
    """Why the secretariat cannot decide this target now; empty where it can."""
    if standing.has_deciding_figure:
        return _("This target names a figure: the published report that covers its day decides.")
    if standing.decision is not None and latest_public_report(actor, pledge.organisation_id) is not None:
        return _("This target is decided. What is decided is changed by a correction.")
    if standing.due_on is None:
        return _("This target has no deadline: it is listed, and not counted.")
    if standing.state == TargetState.DUE:
        return _("The deadline of this target is not over yet. Decide from the day after it.")
    return ""


def _decision(written: DecisionInput) -> Mapping[str, Any]:
    if written.state not in DECIDED_TARGET_STATES:
        raise DomainError(_("Choose what became of the target."), field="state")
    reason = require_reason_in_languages(written.reason)
    return {"state": written.state, "reason": reason, "decided_on": today().isoformat()}

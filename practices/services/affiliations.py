"""Named writes on affiliations: propose, confirm, approve, decline, withdraw, end; what the portal closes itself."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliance.enums import OrganisationState, Role
from alliance.models import Membership, Organisation
from alliance.queries.local_dates import today
from alliance.services.people import lock_organisation
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, person_of, require, tenant_of
from portal.kernel.errors import DomainError
from portal.kernel.jobs import enqueue
from portal.kernel.text import clean_text, require_reason
from practices.access import AFFILIATE_KINDS, COMMUNITY_KINDS
from practices.enums import (
    OPEN_AFFILIATION_STATES,
    WAITING_AFFILIATION_STATES,
    AffiliationClosingCause,
    AffiliationRelation,
    AffiliationState,
)
from practices.models import Affiliation
from practices.workflows import AFFILIATION, require_possible_affiliate

DAYS_TO_CONFIRM = 30  # for the affiliate, and then for the secretariat


@transaction.atomic
def propose_affiliation(actor: Actor, affiliate: Organisation, *, relation: str, purpose: str) -> Affiliation:
    """Propose an organisation as an affiliate of the actor's; nobody reads anything by that, and it lapses by itself.

    Raises Forbidden without `affiliation.propose`, and DomainError: the secretariat, a member or associate, the
    actor's own organisation, an inactive one, one where nobody could confirm it, one that is proposed or in force
    already, no relation, no purpose.
    """
    require(actor, "affiliation.propose")
    organisation = lock_organisation(tenant_of(actor))  # two proposals at once see each other
    require_possible_affiliate(organisation, affiliate)
    if relation not in AffiliationRelation.values:
        raise DomainError(_("Choose what the organisation is to yours."), field="relation")
    cleaned_purpose = clean_text(purpose, field="purpose").strip()
    if not cleaned_purpose:
        raise DomainError(_("Say why it has to read what is shared with you."), field="purpose")
    _refuse_without_administrator(affiliate)
    _refuse_second(organisation, affiliate)
    affiliation: Affiliation = Affiliation.objects.create(
        organisation=organisation,
        affiliate=affiliate,
        relation=relation,
        purpose=cleaned_purpose,
        proposed_by_id=person_of(actor),
        lapses_on=_last_day(),
    )
    journal.record(actor, "affiliation.propose", affiliation, **_parties(affiliation))
    return affiliation


def _refuse_without_administrator(affiliate: Organisation) -> None:
    """Nobody confirms in place of an organisation that has nobody here: it would read nothing either."""
    administrators = Membership.objects.current().filter(
        organisation=affiliate, person__is_active=True, roles__contains=[Role.ADMINISTRATOR]
    )
    if not administrators.exists():
        message = _(
            "%(name)s has no administrator on the portal who could confirm this. Ask the secretariat to invite one."
        )
        raise DomainError(message % {"name": affiliate.name}, field="affiliate")


def _refuse_second(organisation: Organisation, affiliate: Organisation) -> None:
    earlier = Affiliation.objects.filter(
        organisation=organisation, affiliate=affiliate, state__in=OPEN_AFFILIATION_STATES
    ).first()
    if earlier is None:
        return
    if earlier.state == AffiliationState.IN_FORCE:
        message = _("%(name)s is already an affiliate of your organisation.")
    else:
        message = _(
            "%(name)s has already been proposed. Wait for the answer, or withdraw that proposal first."
        )
    raise DomainError(message % {"name": affiliate.name}, field="affiliate")


@transaction.atomic
def confirm_affiliation(actor: Actor, affiliation: Affiliation) -> Affiliation:
    """Confirm for the affiliate that it is one; nobody reads by it before the secretariat has confirmed it too.

    Raises Forbidden, WrongState, or DomainError when it is too late, one of the two is not as it has to be, or the
    actor has proposed it.
    """
    changes = {"confirmed_by_id": person_of(actor), "confirmed_at": clock.now(), "lapses_on": _last_day()}
    return _apply(actor, affiliation, "confirm", changes)


@transaction.atomic
def take_back_affiliation(actor: Actor, affiliation: Affiliation) -> Affiliation:
    """Take the affiliate's confirmation back while the secretariat has not decided. Raises Forbidden, WrongState."""
    return _apply(actor, affiliation, "take_back", {"confirmed_by_id": None, "confirmed_at": None})


@transaction.atomic
def approve_affiliation(actor: Actor, affiliation: Affiliation, reason: str) -> Affiliation:
    """Put it in force for the secretariat: from now on the affiliate reads. The sources are notified.

    Raises Forbidden, WrongState, or DomainError without a reason, when it is too late, one of the two is not as it
    has to be, or the actor has a part in it.
    """
    changes = {
        "approved_by_id": person_of(actor),
        "approved_at": clock.now(),
        "approval_reason": require_reason(reason),
    }
    return _apply(actor, affiliation, "approve", changes)


@transaction.atomic
def decline_affiliation(actor: Actor, affiliation: Affiliation, reason: str) -> Affiliation:
    """Decline a proposal for the affiliate or the secretariat. Raises Forbidden, WrongState, or DomainError."""
    return _close(actor, affiliation, "decline", require_reason(reason))


@transaction.atomic
def withdraw_affiliation(actor: Actor, affiliation: Affiliation) -> Affiliation:
    """Withdraw one's organisation's own proposal. Raises Forbidden, WrongState."""
    return _close(actor, affiliation, "withdraw")


@transaction.atomic
def end_affiliation(actor: Actor, affiliation: Affiliation, reason: str) -> Affiliation:
    """End it for any of the three: the affiliate reads nothing by it from now on. The sources are notified.

    Raises Forbidden, WrongState, or DomainError without a reason.
    """
    return _close(actor, affiliation, "end", require_reason(reason))


def _apply(actor: Actor, affiliation: Affiliation, action: str, changes: Mapping[str, object]) -> Affiliation:
    return AFFILIATION.apply(actor, affiliation, action, changes=changes, data=_parties(affiliation))


def _close(actor: Actor, affiliation: Affiliation, action: str, reason: str = "") -> Affiliation:
    changes = {
        "closed_by_id": actor.person_id,
        "closed_for_id": actor.tenant_id,
        "closed_at": clock.now(),
        "closing_reason": reason,
    }
    return _apply(actor, affiliation, action, changes)


def _parties(affiliation: Affiliation) -> dict[str, object]:
    """For notices: those whose records it opens do not see the affiliation itself."""
    return {"organisation": affiliation.organisation_id, "affiliate": affiliation.affiliate_id}


def _last_day() -> date:
    return today() + timedelta(days=DAYS_TO_CONFIRM)


# --- What the portal closes ------------------------------------------------------------------


def enqueue_affiliation_closings() -> int:
    """Queue a job for each affiliation that lapses, or that two organisations can no longer have.

    Returns how many are new. The key holds the day: what is not to be closed any more when the job runs is looked at
    again on another day.
    """
    day = today()
    kinds = Q(organisation__kind__in=COMMUNITY_KINDS, affiliate__kind__in=AFFILIATE_KINDS)
    former = Q(organisation__state=OrganisationState.FORMER) | Q(affiliate__state=OrganisationState.FORMER)
    late = Q(state__in=WAITING_AFFILIATION_STATES, lapses_on__lt=day)
    rows = Affiliation.objects.filter(late | former | ~kinds, state__in=OPEN_AFFILIATION_STATES)
    return sum(
        enqueue("close_affiliation", key=f"close_affiliation:{pk}:{day}", payload={"affiliation": pk})
        for pk in rows.values_list("pk", flat=True)
    )


@transaction.atomic
def close_affiliation(affiliation_id: int) -> bool:
    """Let it lapse or end, as SYSTEM, for what is so when the job runs; False when nothing has to be closed.

    Suspension closes nothing: while it lasts nobody reads by the affiliation (`access.in_effect`), and a proposal
    cannot be confirmed.
    """
    rows = Affiliation.objects.select_for_update(of=("self",)).prefetch_related("organisation", "affiliate")
    affiliation: Affiliation = rows.get(pk=affiliation_id)
    cause = _closing_cause(affiliation)
    if not cause:
        return False
    action = "lapse" if affiliation.is_waiting else "end"
    _apply(SYSTEM, affiliation, action, {"closed_at": clock.now(), "closing_cause": cause})
    return True


def _closing_cause(affiliation: Affiliation) -> str:
    if affiliation.state not in OPEN_AFFILIATION_STATES:
        return ""
    organisation, affiliate = affiliation.organisation, affiliation.affiliate
    if OrganisationState.FORMER in (organisation.state, affiliate.state):
        return AffiliationClosingCause.LEFT
    if organisation.kind not in COMMUNITY_KINDS or affiliate.kind not in AFFILIATE_KINDS:
        return AffiliationClosingCause.KIND
    if affiliation.is_waiting and affiliation.lapses_on < today():
        return AffiliationClosingCause.DATE
    return ""

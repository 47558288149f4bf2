"""Affiliations in any state, written directly: what their steps do is tried in their own tests."""

from datetime import timedelta
from typing import Any

from alliance.models import Organisation, Person
from alliance.queries.local_dates import today
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AffiliationRelation, AffiliationState
from practices.models import Affiliation

_CONFIRMED = (AffiliationState.CONFIRMED, AffiliationState.IN_FORCE, AffiliationState.ENDED)
_APPROVED = (AffiliationState.IN_FORCE, AffiliationState.ENDED)


def make_affiliation(
    organisation: Organisation,
    affiliate: Organisation,
    by: Person,
    state: str = AffiliationState.IN_FORCE,
    **changes: Any,
) -> Affiliation:
    """One in this state, for which `by` stands on every side."""
    stamps: dict[str, Any] = {}
    if state in _CONFIRMED:
        stamps |= {"confirmed_by": by, "confirmed_at": clock.now()}
    if state in _APPROVED:
        stamps |= {"approved_by": by, "approved_at": clock.now(), "approval_reason": "They moderate for it."}
    values = {
        "relation": AffiliationRelation.CONTRACTOR,
        "purpose": "They moderate for us.",
        "lapses_on": today() + timedelta(days=30),
        **stamps,
        **changes,
    }
    with acting_as(SYSTEM):
        affiliation: Affiliation = Affiliation.objects.create(
            organisation=organisation, affiliate=affiliate, proposed_by=by, state=state, **values
        )
    return affiliation

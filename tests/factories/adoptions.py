"""Uses of practices: Carol of Beacon takes up what Aurora shares, unless the test says otherwise."""

from datetime import date
from typing import Any

from portal.kernel.access import Actor
from practices.audiences import Audience
from practices.enums import AdoptionState
from practices.models import Adoption, Practice
from practices.queries.adoptions import proposed_readers
from practices.services.adoptions import AdoptionStepInput, record_adoption
from tests.factories.practices import call_as

DAY = date(2026, 4, 3)


def make_adoption(
    actor: Actor,
    practice: Practice,
    *,
    service: Any = None,
    state: str = AdoptionState.TRIAL,
    note: str = "",
    readers: Audience | None = None,
) -> Adoption:
    """The use of a practice as the actor records it; with the readers that are proposed unless others are given."""
    audience = readers or call_as(actor, proposed_readers, practice)
    adoption: Adoption = call_as(
        actor, record_adoption, practice, service, AdoptionStepInput(state, DAY, note), audience
    )
    return adoption

"""A membership that has ended, as the journal says it."""

from datetime import date, timedelta

from alliance.enums import OrganisationState
from alliance.models import Organisation
from alliance.queries.local_dates import today
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast


def leave(cast: Cast, days: int = 2, kind: str = "expel") -> date:
    """Beacon leaves, so many days ago; returns the day."""
    Organisation.objects.filter(pk=cast.beacon.pk).update(state=OrganisationState.FORMER)
    with acting_as(SYSTEM):
        Event.objects.create(
            kind=f"organisation.{kind}", actor_kind="system", target_type="alliance.organisation",
            target_id=cast.beacon.pk, at=clock.now() - timedelta(days=days), data={"reports": []},
        )  # fmt: skip
    touch_public_revision()
    return today() - timedelta(days=days)

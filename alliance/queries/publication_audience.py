"""Whom the publication of a cycle reaches, counted: nobody's address or name, and no number of a single member."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from alliance.enums import OrganisationState
from alliance.models import Cycle, Membership, Organisation, Report, Subscription
from alliance.queries.public.commitment_places import places_of
from alliance.queries.public.followed import RECORD
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.webhooks import Webhook, WebhookState

_EVENT = "publication.created"


@dataclass(frozen=True, slots=True)
class PublicationAudience:
    """How many people of how many members are notified, how many addresses follow, how many webhooks are called."""

    people: int
    members: int
    followers: int
    webhooks: int


def cycle_audience(cycle: Cycle, reports: Sequence[Report]) -> PublicationAudience:
    """Who is told of the cycle and of these reports, as things are now. Four queries, and those of `places_of`.

    As SYSTEM: who follows the record, and whose programs listen, nobody reads; how many they are says nothing of them.
    """
    active = {
        report.organisation_id for report in reports if report.organisation.state == OrganisationState.ACTIVE
    }
    # also under a key that an earlier version had for it
    rows = cycle.charter.commitments.only("charter", "key")
    keys = {name for commitment in rows for name in places_of(commitment).names}
    subjects = (
        Q(kind=RECORD)
        | Q(kind="cycle", key=cycle.slug)
        | Q(kind="member", key__in=Organisation.objects.filter(reports__cycle=cycle).values("slug"))
        | Q(kind="commitment", key__in=keys)
    )
    # counted as `recipients_in` reads them one by one: an active organisation is one whose people have access
    holders = Membership.objects.current().filter(
        organisation__in=active, roles__len__gt=0, person__is_active=True
    )
    with acting_as(SYSTEM):
        people = holders.order_by().values("person").distinct().count()
        subscriptions = Subscription.objects.filter(subjects, confirmed_at__isnull=False)
        followers = subscriptions.order_by().values("subscriber").distinct().count()
        kinds = Webhook.objects.filter(state=WebhookState.ACTIVE).values_list("kinds", flat=True)
        listening = sum(_EVENT in each for each in kinds)
    return PublicationAudience(people, len(active), followers, listening)

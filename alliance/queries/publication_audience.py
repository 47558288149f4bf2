"""Whom the publication of a cycle reaches, counted: nobody's address or name, and no number of a single member."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from alliance.enums import OrganisationState, Role
from alliance.models import Cycle, Organisation, Report, Subscription
from alliance.queries.actors import recipients_in
from alliance.queries.public.followed import RECORD
from alliance.queries.public.verdict_matrix import commitments_of
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
    """Who is told of the cycle and of these reports, as things are now. Six queries.

    As SYSTEM: who follows the record, and whose programs listen, nobody reads; how many they are says nothing of them.
    """
    active = {
        report.organisation_id for report in reports if report.organisation.state == OrganisationState.ACTIVE
    }
    keys = [commitment.key for commitment in commitments_of(cycle.charter_id)]
    subjects = (
        Q(kind=RECORD)
        | Q(kind="cycle", key=cycle.slug)
        | Q(kind="member", key__in=Organisation.objects.filter(reports__cycle=cycle).values("slug"))
        | Q(kind="commitment", key__in=keys)
    )
    people = {recipient.person_id for recipient in recipients_in(active, *Role)}
    with acting_as(SYSTEM):
        rows = Subscription.objects.filter(subjects, confirmed_at__isnull=False)
        followers = rows.order_by().values("subscriber").distinct().count()
        listening = Webhook.objects.filter(state=WebhookState.ACTIVE, kinds__contains=[_EVENT]).count()
    return PublicationAudience(len(people), len(active), followers, listening)

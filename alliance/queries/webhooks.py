"""Reads of webhooks: as whom an organisation's programs read, the lists of both areas, how deliveries fare."""

from collections.abc import Mapping, Sequence

from django.db.models import Count, Max, Q, QuerySet

from alliance.access import has_portal_access
from alliance.enums import OrganisationKind, WebhookScope
from alliance.models import Organisation
from alliance.queries.public.members import members
from portal.kernel.access import Actor, ActorKind
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.webhooks import Webhook, WebhookDelivery, WebhookDeliveryState, WebhookState


def organisation_as_reader(organisation_id: int) -> Actor | None:
    """The organisation as somebody there without a name and without a role; None where it has no access. As SYSTEM.

    What names people (TLP:RED) is never theirs; what everybody there may read is.
    """
    row = Organisation.objects.filter(pk=organisation_id).first()
    if row is None or not has_portal_access(row.kind, row.state):
        return None
    return Actor(
        ActorKind.PERSON,
        tenant_id=row.pk,
        tenant_kind=row.kind,
        is_host=row.kind == OrganisationKind.SECRETARIAT,
    )


def webhook_list(actor: Actor) -> QuerySet[Webhook]:
    """The webhooks that the actor administers, by name, each with the moment of its last delivery; none that ended."""
    delivered = Q(deliveries__state=WebhookDeliveryState.DELIVERED)
    rows: QuerySet[Webhook] = Webhook.objects.visible_to(actor).exclude(state=WebhookState.ENDED)
    webhooks: QuerySet[Webhook] = rows.annotate(
        delivered_at=Max("deliveries__tried_at", filter=delivered),
        waiting=Count("deliveries", filter=Q(deliveries__state=WebhookDeliveryState.PENDING)),
    )
    return webhooks.order_by(ByAlphabet("name"), "pk")


def deliveries_of(actor: Actor, webhook_id: int | None, state: str = "") -> QuerySet[WebhookDelivery]:
    """What became of the messages of a webhook, the latest first; those in one state when it is named."""
    rows: QuerySet[WebhookDelivery] = WebhookDelivery.objects.visible_to(actor).filter(
        webhook=webhook_id or 0
    )
    return rows.filter(state=state) if state else rows


def delivery_counts(actor: Actor, webhook_id: int) -> Mapping[str, int]:
    """How many of the messages of a webhook are in each state. One query."""
    rows = deliveries_of(actor, webhook_id).order_by().values_list("state")
    return dict(rows.annotate(count=Count("pk")).values_list("state", "count"))


def scope_of(webhook: Webhook) -> WebhookScope:
    """Whose events it is notified of."""
    if webhook.subjects is None:
        return WebhookScope.ALL
    return WebhookScope.OWN if webhook.subjects == [webhook.tenant_id] else WebhookScope.MEMBERS


def named_members(webhook: Webhook) -> QuerySet[Organisation]:
    """The members whose events it is notified of, by name; none where it names none."""
    is_named = scope_of(webhook) == WebhookScope.MEMBERS
    return (
        members().filter(pk__in=webhook.subjects or () if is_named else ()).order_by(ByAlphabet("name"), "pk")
    )


def members_called(words: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """By each of these words, the members that have it as the end of their address or as their name. One query."""
    rows = list(members().values_list("pk", "slug", "name_en", "name_ru"))
    wanted = {word: word.casefold() for word in words}
    by_slug = {slug.casefold(): [pk] for pk, slug, *_names in rows}
    return {
        word: by_slug.get(key)
        or [pk for pk, _slug, *names in rows if key in {name.casefold() for name in names if name}]
        for word, key in wanted.items()
    }

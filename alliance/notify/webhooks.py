"""Notices about webhooks, to those who administer them: a colleague makes one, the portal switches one off."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.enums import Role
from alliance.models import Organisation, Person
from alliance.notify.recipients import notice, people_in, without_actor
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient
from portal.kernel.webhooks import OffReason, Webhook, WebhookState


def _administrators(event: Event) -> list[Recipient]:
    return without_actor(event, people_in(event.target_tenant_id, Role.ADMINISTRATOR, Role.MANAGER))


def _about_webhook(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    webhook = Webhook.objects.visible_to(actor).filter(pk=event.target_id).first()
    organisation = Organisation.objects.visible_to(actor).filter(pk=actor.tenant_id or 0).first()
    if webhook is None or organisation is None or webhook.state == WebhookState.ENDED:
        return None
    person = Person.objects.filter(pk=event.person_id or 0).first()
    namespace = "secretariat" if actor.is_host else "workspace"
    return {
        "site": read_site(),
        "webhook": webhook,
        "organisation": organisation,
        "by": person.name if person else "",
        "url": reverse(f"{namespace}:webhook", args=[webhook.pk]),
    }


def _if_still_off(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """Of one that somebody has switched on again nobody needs to know."""
    facts = _about_webhook(actor, event)
    if facts is None or facts["webhook"].state != WebhookState.OFF:
        return None
    return {**facts, "is_gone": event.data["off_reason"] == OffReason.GONE}


NOTICES = (
    notice("webhook.create", _administrators, _about_webhook, "webhook.name", group="security"),
    notice("webhook.switch_off", _administrators, _if_still_off, "webhook.name", group="programs"),
)

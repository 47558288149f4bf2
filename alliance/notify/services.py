"""The notices that a service has changed hands, to both members."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from alliance.enums import Role
from alliance.models import Organisation, Service
from alliance.notify.recipients import notice, people_in, without_actor
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient


def _people(event: Event) -> list[Recipient]:
    """Those of the member whom the entry is about: who reports for it and who administers it."""
    people = people_in(event.target_id, Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR)
    return without_actor(event, people)


def _about_change(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    numbers = [event.data.get("organisation"), event.data.get("earlier_organisation")]
    organisations = Organisation.objects.visible_to(actor).in_bulk([pk for pk in numbers if pk])
    service = Service.objects.visible_to(actor).filter(pk=event.data.get("service", 0)).first()
    now, earlier = (organisations.get(pk) for pk in numbers)
    if service is None or now is None or earlier is None:
        return None
    return {
        "site": read_site(),
        "service": service,
        "organisation": now,
        "earlier": earlier,
        "day": date.fromisoformat(event.data["on"]),
        "url": reverse("workspace:people"),
    }


NOTICES = tuple(
    notice(kind, _people, _about_change, "service.name", group="published")
    for kind in ("service.transfer", "service.leave", "service.take_back_transfer")
)

"""The notices about services: changed hands, to both members; added, renamed, ended, to the managers and its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from alliance.enums import Role
from alliance.models import Organisation, Service
from alliance.notify.recipients import managers, notice, people_in, without_actor
from alliance.queries.local_dates import day_of
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


def _own_people_and_managers(event: Event) -> list[Recipient]:
    """Those who report for the owner and administer it, and the secretariat's managers; without who acted."""
    own = people_in(_owner_id(event), Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR)
    return without_actor(event, [*own, *managers(event)])


def _owner_id(event: Event) -> int | None:
    """An addition is recorded about the service, everything else about its owner."""
    owner: int | None = event.data.get("organisation", event.target_id)
    return owner


def _about_own(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    organisation = Organisation.objects.visible_to(actor).filter(pk=_owner_id(event)).first()
    if organisation is None:
        return None
    number = event.data.get("service", event.target_id)
    service = Service.objects.visible_to(actor).filter(pk=number).first() if "key" not in event.data else None
    if service is None and "key" not in event.data:
        return None
    on = event.data.get("on")
    area = (
        reverse("secretariat:member", args=[organisation.pk])
        if actor.is_host
        else reverse("workspace:people")
    )
    return {
        "site": read_site(),
        "service": service,
        "key": event.data.get("key", ""),
        "organisation": organisation,
        "day": date.fromisoformat(on) if on else None,
        "is_ahead": bool(on) and date.fromisoformat(on) >= day_of(event.at),
        "url": area,
    }


NOTICES = (
    *(
        notice(kind, _people, _about_change, "service.name", group="published")
        for kind in ("service.transfer", "service.leave", "service.take_back_transfer")
    ),
    *(
        notice(
            kind,
            _own_people_and_managers,
            _about_own,
            "organisation.name",
            "key" if kind == "service.remove" else "service.name",
            group="published",
            host_group="signed",
        )
        for kind in (
            "service.add",
            "service.change",
            "service.correct_start",
            "service.end",
            "service.resume",
            "service.remove",
        )
    ),
)

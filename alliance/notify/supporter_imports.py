"""Notices to who has sent a file of supporters: how its import ended."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from alliance.enums import Role
from alliance.models import SupporterImport
from alliance.notify.recipients import notice, secretariat_staff, without_actor
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient

TemplateContext = Mapping[str, Any]


def _sender(event: Event) -> Iterable[Recipient]:
    """Who sent the file, while they are a manager, unless they have ended it themselves."""
    person_id = SupporterImport.objects.filter(pk=event.target_id).values_list("person_id", flat=True).first()
    managers = secretariat_staff(Role.MANAGER)
    return without_actor(event, [each for each in managers if each.person_id == person_id])


def _about_import(actor: Actor, event: Event) -> TemplateContext | None:
    upload = SupporterImport.objects.visible_to(actor).filter(pk=event.target_id).first()
    if upload is None:
        return None
    return {"upload": upload, "url": reverse("secretariat:supporter-import", args=[upload.pk])}


NOTICES = tuple(
    notice(f"supporter_import.{kind}", _sender, _about_import, "upload.name", by_email=False)
    for kind in ("finish", "refuse", "expire", "cancel")
)

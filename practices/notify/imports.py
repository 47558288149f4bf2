"""The notice at the end of an import: a line in the inbox of whoever sent the files, without a name of any."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.queries.actors import recipient_for
from alliance.queries.site import read_site
from portal.kernel.access import SYSTEM, Actor
from portal.kernel.models import Event
from portal.kernel.notices import Notice, Recipient
from portal.kernel.row_security import acting_as
from practices.models import PracticeImport


def _sender(event: Event) -> list[Recipient]:
    with acting_as(SYSTEM):
        found = PracticeImport.objects.filter(pk=event.target_id).first()
    recipient = recipient_for(found.person_id, found.organisation_id) if found else None
    return [recipient] if recipient else []


def _about_import(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    found = PracticeImport.objects.visible_to(actor).filter(pk=event.target_id).first()
    if found is None or actor.is_host:
        return None
    return {"site": read_site(), "import": found, "url": reverse("workspace:import", args=[found.key])}


NOTICES = (
    Notice(
        "import.finish",
        "practices/email/import_finish.html",
        _sender,
        _about_import,
        quotes=("import.key",),
        by_email=False,
    ),
)

"""The notice at the end of an import: an inbox item for the person who sent the files, which names none of them."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.queries.actors import recipient_for
from alliance.queries.site import read_site
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.journal import Event
from portal.kernel.notices import Notice, Recipient
from practices.models import PracticeImport


def _sender(event: Event) -> list[Recipient]:
    with acting_as(SYSTEM):
        practice_import = PracticeImport.objects.filter(pk=event.target_id).first()
    recipient = (
        recipient_for(practice_import.person_id, practice_import.organisation_id) if practice_import else None
    )
    return [recipient] if recipient else []


def _about_import(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    practice_import = PracticeImport.objects.visible_to(actor).filter(pk=event.target_id).first()
    if practice_import is None or actor.is_host:
        return None
    return {
        "site": read_site(),
        "import": practice_import,
        "url": reverse("workspace:import", args=[practice_import.key]),
    }


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

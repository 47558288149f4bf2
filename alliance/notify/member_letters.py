"""The notice of a letter of the secretariat to a member."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.models import MemberLetter
from alliance.notify.recipients import notice, people_in
from alliance.queries.member_letters import ADDRESSED_ROLES
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient


def _addressed(event: Event) -> list[Recipient]:
    """The signatories and administrators of the organisation that it is to."""
    return people_in(event.target_tenant_id, *ADDRESSED_ROLES)


def _about_letter(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    rows = MemberLetter.objects.visible_to(actor).select_related("organisation", "written_by")
    letter = rows.filter(pk=event.target_id).first()
    if letter is None:
        return None
    return {
        "site": read_site(),
        "letter": letter,
        "organisation": letter.organisation,
        "by": letter.written_by.name,
        "url": reverse("workspace:member-letter", args=[letter.pk]),
    }


NOTICES = (notice("member_letter.send", _addressed, _about_letter, "letter.subject", group="letters"),)

"""Pledges as a member's pages show them, and the form that they are written in."""

from typing import Any

from django.test import Client

from alliance.models import Charter, Pledge
from alliance.services.pledges import (
    PledgeDraft,
    draft_accession,
    draft_pledge,
    publish_pledge,
    sign_accession,
    sign_pledge,
)
from alliance.services.supersession import publish_accession
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast

ROWS = {
    "target-TOTAL_FORMS": "2",
    "target-INITIAL_FORMS": "0",
    "target-MIN_NUM_FORMS": "0",
    "target-MAX_NUM_FORMS": "20",
}
FORM = {"text": "We will find more.", "language": "en", "version": "0", **ROWS}


def acceded(cast: Cast) -> None:
    charter = Charter.objects.get()
    accession = draft_accession(cast.actor("sven"), cast.aurora, charter)
    publish_accession(cast.actor("mona"), sign_accession(cast.actor("sven"), accession))


def drafted(cast: Cast, text: str = "We will find more.") -> Pledge:
    draft = PledgeDraft(text=text, language="en", commitment_key="find")
    with acting_as(SYSTEM):
        return draft_pledge(cast.actor("alice"), cast.aurora, draft)


def published(cast: Cast) -> Pledge:
    acceded(cast)
    with acting_as(SYSTEM):
        return publish_pledge(cast.actor("mona"), sign_pledge(cast.actor("sven"), drafted(cast)))


def changed(client: Client, pledge: Pledge, text: str, **others: str) -> Any:
    url = f"/workspace/pledges/{pledge.pk}/edit/"
    return client.post(url, {**FORM, "text": text, "version": "1", **others})

"""Accessions and pledges of Aurora as the services make them: alice drafts, sven signs, mona publishes."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from alliance.models import Accession, Charter, Organisation, Pledge, PublishedPledge
from alliance.services.pledges import (
    PledgeDraft,
    draft_accession,
    draft_pledge,
    publish_pledge,
    sign_accession,
    sign_pledge,
)
from alliance.services.supersession import publish_accession
from tests.factories import Cast, read_charter

WORDS = PledgeDraft(text="We will find more.", language="en", commitment_key="find")


def draft_with(**values: Any) -> PledgeDraft:
    return PledgeDraft(**{"text": "Words", "language": "en", "commitment_key": "find", **values})


def acceded(cast: Cast, charter: Charter) -> Accession:
    accession = draft_accession(cast.actor("sven"), cast.aurora, charter)
    return publish_accession(cast.actor("mona"), sign_accession(cast.actor("sven"), accession))


def published(cast: Cast, charter: Charter, draft: PledgeDraft = WORDS) -> Pledge:
    acceded(cast, charter)
    pledge = sign_pledge(cast.actor("sven"), draft_pledge(cast.actor("alice"), cast.aurora, draft))
    return publish_pledge(cast.actor("mona"), pledge)


def make_published_pledge(
    organisation: Organisation, *targets: dict[str, Any], state: str = "published"
) -> PublishedPledge:
    """A published pledge to the commitment `find`, with these targets."""
    whole = [
        {"text": "More found.", "due_on": None, "indicator": "", "value": None, "decision": None, "was": None,
         "corrected_in": None, **target}
        for target in targets
    ]  # fmt: skip
    return PublishedPledge.objects.create(
        valid_from=1, organisation=organisation, record=uuid4(), revision=1, state=state, commitment_key="find",
        charter=read_charter(), text="We will.", language="en", targets=whole, signatory_name="Sven",
        signed_at=timezone.now(),
    )  # fmt: skip

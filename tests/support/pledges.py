"""Accessions and pledges of Aurora as the services make them: alice drafts, sven signs, mona publishes."""

from typing import Any

from alliance.models import Accession, Charter, Pledge
from alliance.services.pledges import (
    PledgeDraft,
    draft_accession,
    draft_pledge,
    publish_pledge,
    sign_accession,
    sign_pledge,
)
from alliance.services.supersession import publish_accession
from tests.factories import Cast

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

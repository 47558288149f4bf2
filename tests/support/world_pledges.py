"""The pledges of the small alliance: one in each state, and one beyond the charter."""

from datetime import date
from typing import Any

from django.utils import timezone

from alliance.enums import PledgeState
from alliance.models import Pledge, PledgeHistory, Target
from alliance.services.pledges import publish_pledge
from alliance.services.publications import record_accession_publication
from portal.kernel.access import SYSTEM
from tests.factories import Cast
from tests.support.canaries import canary

UrlKwargs = dict[str, Any]


def make_own_pledge(cast: Cast) -> dict[str, UrlKwargs]:
    """A published pledge beyond the charter, which every report of Aurora accounts for."""
    pledge = _pledge(cast, PledgeState.SIGNED, "", "We teach.", title="Lessons")
    publish_pledge(SYSTEM, pledge)
    return {"own pledge": {"record": pledge.record}}


def make_pledges(cast: Cast) -> dict[str, UrlKwargs]:
    """A pledge in each state; the published one through the real service, the accession too."""
    accession = cast.aurora.accessions.get()
    publication = record_accession_publication(SYSTEM, accession)
    public = _pledge(cast, PledgeState.SIGNED, "find", "We pledge to look.")
    Target.objects.create(pledge=public, text="Every report is read.", due_on=date(2026, 1, 31))
    publish_pledge(SYSTEM, public)
    draft = _pledge(cast, PledgeState.DRAFT, "", canary("draft-pledge"), title=canary("draft-pledge-title"),
                    returned_reason=canary("returned"))  # fmt: skip
    new = _pledge(cast, PledgeState.DRAFT, "", "We think.", title="Thought")
    signed = _pledge(cast, PledgeState.SIGNED, "answer", canary("signed-pledge"))
    Target.objects.create(pledge=draft, text=canary("target"))
    content = {"text": canary("earlier-pledge"), "title": "", "services": [], "measures": [], "targets": []}
    PledgeHistory.objects.create(
        pledge=draft, organisation=cast.aurora, version=1, content=content, written_by=cast.alice
    )
    return {
        "pledge": {"pk": draft.pk},
        "pledge.new": {"pk": new.pk},
        "pledge.signed": {"pk": signed.pk},
        "pledge.signed.record": {"record": signed.record},
        "pledge.published": {"pk": public.pk},
        "pledge.target": {"pk": public.pk, "number": 1},
        "pledge.signed.target": {"pk": signed.pk, "number": 1},
        "pledge.draft.target": {"pk": draft.pk, "number": 1},
        "accession": {"pk": accession.pk},
        "public.digest": {"digest": publication.sha256},
        "public.certificate": {"slug": cast.aurora.slug},
        "public.certificate.file": {"slug": cast.aurora.slug, "number": publication.number},
    }


def _pledge(cast: Cast, state: str, commitment: str, text: str, **others: Any) -> Pledge:
    signed = {} if state == PledgeState.DRAFT else {
        "signatory_name": "Sven", "signatory_office": "Chief", "signed_by": cast.sven,
        "signed_at": timezone.now(),
    }  # fmt: skip
    return Pledge.objects.create(
        organisation=cast.aurora,
        state=state,
        commitment_key=commitment,
        text=text,
        **signed,
        **others,
    )

"""Certificates of members: which accession each is of."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from alliance.enums import AccessionState
from alliance.models import Accession, Organisation
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.public.members import STATES_WITHOUT_CERTIFICATE, member
from portal.kernel.access import ANYONE
from portal.kernel.publishing import Publication

CERTIFICATE_KIND = "member.certificate"


@dataclass(frozen=True, slots=True)
class CertificateEdition:
    """An accession in force, its publication, and the last publication about it or its member."""

    organisation: Organisation
    accession: Accession
    publication: Publication
    number: int
    at: datetime

    @property
    def key(self) -> str:
        """What identifies this edition; its content never changes."""
        return f"{self.publication.number}.{self.number}"


def certificate_editions(slug: str) -> list[CertificateEdition]:
    """The certificates that the member at this address may have now, the latest accession first.

    None for a member that is suspended or has left. Three queries, and two for each accession.
    """
    organisation = member(slug)
    if organisation is None or organisation.state in STATES_WITHOUT_CERTIFICATE:
        return []
    rows = Accession.objects.visible_to(ANYONE).filter(
        organisation=organisation, state=AccessionState.PUBLISHED
    )
    accessions = without_charter_texts(rows.select_related("charter"), "charter").order_by("-signed_at")
    editions = (_edition(organisation, accession) for accession in accessions)
    return [edition for edition in editions if edition is not None]


def certificate_edition(publication_number: int) -> CertificateEdition | None:
    """The certificate of the accession that this publication published, as it holds now; None once it does not."""
    row = Publication.objects.filter(number=publication_number, type="accession")
    record = row.values_list("record", flat=True).first()
    if record is None:
        return None
    editions = certificate_editions(record.split("/")[0])
    return next((each for each in editions if each.publication.number == publication_number), None)


def accession_record(organisation: Organisation, accession: Accession) -> str:
    """The record of an accession among the publications: member, charter, version."""
    return f"{organisation.slug}/{accession.charter.key}/{accession.charter.version}"


def _edition(organisation: Organisation, accession: Accession) -> CertificateEdition | None:
    record = accession_record(organisation, accession)
    publication = (
        Publication.objects.defer("body")
        .filter(type="accession", record=record)
        .order_by("-revision")
        .first()
    )
    if publication is None:
        return None
    about = Q(type="organisation", record=organisation.slug) | Q(pk=publication.pk)
    last = Publication.objects.filter(about).aggregate(number=Max("number"), at=Max("published_at"))
    return CertificateEdition(organisation, accession, publication, last["number"], last["at"])

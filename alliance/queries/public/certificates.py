"""Certificates of members: which accession each is of, and which publications say so."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from alliance.models import Accession, Organisation
from alliance.queries.public.members import STATES_WITHOUT_CERTIFICATE, accessions_of, member
from portal.kernel.publishing import Publication

CERTIFICATE_KIND = "member.certificate"


@dataclass(frozen=True, slots=True)
class CertificateEdition:
    """An accession in force, the publication of its signature, and the last one about it, its member or its charter.

    A signature that has carried over is that under an earlier version: `carried` is the publication that says so. A
    new name of the member is no publication: `former_name` is the number of the last one that it bore, 0 for none.
    """

    organisation: Organisation
    accession: Accession
    publication: Publication
    number: int
    at: datetime
    carried: Publication | None = None
    former_name: int = 0

    @property
    def key(self) -> str:
        """What identifies this edition; its content never changes."""
        key = f"{self.publication.number}.{self.number}"
        return f"{key}.{self.former_name}" if self.former_name else key


def certificate_editions(slug: str) -> list[CertificateEdition]:
    """The certificates that the member at this address may have now, the latest accession first.

    None for a member that is suspended or has left. Four queries, and two for each accession; for one that has carried
    over another, and one for each version that it has passed.
    """
    organisation = member(slug)
    if organisation is None or organisation.state in STATES_WITHOUT_CERTIFICATE:
        return []
    former = organisation.former_names.order_by().aggregate(last=Max("pk"))["last"] or 0
    editions = (_edition(organisation, accession, former) for accession in accessions_of(organisation))
    return [edition for edition in editions if edition is not None]


def certificate_edition(publication_number: int) -> CertificateEdition | None:
    """The certificate of the signature that this publication published, as it holds now; None once it does not."""
    row = Publication.objects.filter(number=publication_number, type="accession")
    record = row.values_list("record", flat=True).first()
    if record is None:
        return None
    editions = certificate_editions(record.split("/")[0])
    return next((each for each in editions if each.publication.number == publication_number), None)


def accession_record(organisation: Organisation, accession: Accession) -> str:
    """The record of an accession among the publications: member, charter, version."""
    return f"{organisation.slug}/{accession.charter.key}/{accession.charter.version}"


def _edition(organisation: Organisation, accession: Accession, former_name: int) -> CertificateEdition | None:
    signed = accession
    while signed.carried_from is not None:
        signed = signed.carried_from
    publication = _latest("accession", accession_record(organisation, signed))
    if publication is None:
        return None
    version = f"{accession.charter.key}/{accession.charter.version}"
    carried = _latest("signatures", version) if accession.carried_from else None
    about = Q(type="organisation", record=organisation.slug) | Q(type="charter", record=version)
    about |= Q(pk__in=[each.pk for each in (publication, carried) if each])
    last = Publication.objects.filter(about).aggregate(number=Max("number"), at=Max("published_at"))
    number, at = last["number"], last["at"]
    return CertificateEdition(organisation, accession, publication, number, at, carried, former_name)


def _latest(type_: str, record: str) -> Publication | None:
    rows = Publication.objects.defer("body").filter(type=type_, record=record)
    return rows.order_by("-revision").first()

"""The certificate of a member on paper: what it signed, who signed and when, and how to verify it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.queries.public.certificates import CertificateEdition, certificate_edition
from alliance.queries.site import load_site
from alliance.services.site import DocumentLogo, document_logo
from portal.kernel.access import Actor
from portal.kernel.documents import Built, Document, Progress, build_pdf
from portal.kernel.errors import DomainError
from portal.kernel.text import format_date, format_moment, to_print

_TYPESETTING = 20  # per cent


@dataclass(frozen=True, slots=True)
class Certificate:
    """The words of the document; `data` is what its template reads."""

    language: str
    title: str
    file_name: str
    document_date: datetime
    record: str
    data: dict[str, Any]
    logo: DocumentLogo | None


def collect_certificate(actor: Actor, document: Document) -> Certificate:
    """The certificate of the accession of publication `target_id`, the same for every actor.

    Raises DomainError when the accession is no longer in force, or the member is suspended or has left.
    """
    del actor
    edition = certificate_edition(document.target_id)
    if edition is None:
        raise DomainError(_("This accession is no longer in force, so there is no certificate of it."))
    return certificate(edition, document.language)


def certificate(edition: CertificateEdition, language: str) -> Certificate:
    """The content of the certificate of this edition."""
    site, logo = load_site(), document_logo()
    name = to_print(edition.organisation.name)
    title = _("%(name)s: certificate of accession") % {"name": name}
    address = settings.ORIGIN + reverse("public:verify", args=[edition.publication.sha256])
    as_of = _("As of publication No. %(number)d, %(moment)s") % {
        "number": edition.number,
        "moment": format_moment(edition.at),
    }
    data = {
        "site_name": to_print(site.short_name or site.name),
        "alliance": to_print(site.name),
        "member": name,
        "sentence": _("has acceded to the charter"),
        "charter": to_print(edition.accession.charter.title),
        "facts": _facts(edition),
        "as_of": as_of,
        "record": _("Publication No. %(number)s") % {"number": edition.publication.number},
        "digest": edition.publication.sha256,
        "address": address,
        "banner": to_print(site.banner),
        "logo": logo.file if logo else None,
        "words": {
            "of": _("of"),
            "title": _("Certificate of accession"),
            "check": _("How to verify"),
            "check_how": _(
                "Open the address below: the page says whether the accession is in force today. A certificate that is "
                "older than its end stays as it was printed; the page is what counts."
            ),
            "verdicts": _(
                "It certifies the accession alone. How the commitments are kept is in the published reports "
                "and verdicts."
            ),
        },
    }
    return Certificate(
        language=language,
        title=title,
        file_name=f"certificate-{edition.organisation.slug}-{edition.key}-{language}.pdf",
        document_date=edition.at,
        record=as_of,
        data=data,
        logo=logo,
    )


def _facts(edition: CertificateEdition) -> list[tuple[str, str]]:
    accession = edition.accession
    signatory = ", ".join(filter(None, (accession.signatory_name, accession.signatory_office)))
    return [
        (_("Version of the charter"), str(accession.charter.version)),
        (_("Signed by"), to_print(signatory)),
        (_("Signed"), format_date(accession.signed_at) if accession.signed_at else "–"),
        (_("Published"), format_date(edition.publication.published_at)),
        *_carried_over(edition),
        (_("State"), _("In force")),
    ]


def _carried_over(edition: CertificateEdition) -> list[tuple[str, str]]:
    """Since when a signature under an earlier version holds for this one."""
    if edition.carried is None:
        return []
    values = {"day": format_date(edition.carried.published_at), "number": edition.carried.number}
    text = _("%(day)s, from an earlier version of the charter: publication No. %(number)d")
    return [(_("Carried over"), text % values)]


def render(certificate: Certificate, progress: Progress) -> Built:
    """Typeset the certificate. Raises DomainError where the compiler refuses it."""
    logo = certificate.logo
    return build_pdf(
        certificate,
        "certificate.typ",
        certificate.data,
        progress,
        begin=_TYPESETTING,
        assets={logo.file: logo.content} if logo else {},
        about=certificate.record,
    )

"""What an identity provider of SAML says of itself: who it is, where it is asked, with which certificates it signs."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser

from portal.kernel.errors import DomainError

MOST_CERTIFICATES = 4
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SamlDescription:
    """The entity ID, the address of the redirect binding, and the certificates in base64 of their DER form."""

    entity_id: str
    sign_in_url: str
    certificates: Sequence[str]


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """How somebody recognises a certificate, and until when it is good."""

    fingerprint: str  # SHA-256, in pairs of hexadecimal digits
    valid_until: datetime


def read_metadata(xml: str) -> SamlDescription:
    """Read a metadata document. Raises DomainError where it does not describe exactly one usable identity provider."""
    try:
        parsed = OneLogin_Saml2_IdPMetadataParser.parse(xml.encode()).get("idp", {})
    except Exception as error:  # whatever the parser of XML and of SAML make of somebody's text
        raise DomainError(_("This is no SAML metadata."), field="metadata") from error
    multiple = parsed.get("x509certMulti", {}).get("signing", [])
    certificates = multiple or [parsed[key] for key in ("x509cert",) if parsed.get(key)]
    entity_id, url = parsed.get("entityId", ""), parsed.get("singleSignOnService", {}).get("url", "")
    if not entity_id or not url or not certificates:
        message = _(
            "The metadata must name an entity ID, a sign-in address (HTTP-Redirect) and a certificate."
        )
        raise DomainError(message, field="metadata")
    return SamlDescription(entity_id, url, read_certificates("\n".join(map(_as_pem, certificates))))


def read_certificates(text: str) -> list[str]:
    """The certificates of a text in PEM, one after the other; one without its frame may stand alone.

    Raises DomainError for what is no certificate, for none and for more than four.
    """
    blocks = _PEM.findall(text) or ([text] if text.strip() else [])
    certificates = list(dict.fromkeys(_cleaned(block) for block in blocks))
    if not certificates:
        raise DomainError(_("Enter a certificate."), field="certificates")
    if len(certificates) > MOST_CERTIFICATES:
        raise DomainError(
            _("At most %(most)d certificates.") % {"most": MOST_CERTIFICATES}, field="certificates"
        )
    return certificates


def certificate_facts(certificate: str) -> CertificateFacts:
    """The fingerprint and the last day of a stored certificate."""
    parsed = x509.load_der_x509_certificate(base64.b64decode(certificate))
    digest = parsed.fingerprint(SHA256()).hex().upper()
    pairs = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    return CertificateFacts(pairs, parsed.not_valid_after_utc)


def _as_pem(body: str) -> str:
    return body if "BEGIN" in body else f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----"


def _cleaned(body: str) -> str:
    try:
        parsed = x509.load_der_x509_certificate(base64.b64decode("".join(body.split()), validate=True))
    except (ValueError, binascii.Error) as error:
        raise DomainError(_("This is no certificate in PEM form."), field="certificates") from error
    return base64.b64encode(parsed.public_bytes(Encoding.DER)).decode()

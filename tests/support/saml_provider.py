"""A small identity provider of SAML that signs assertions, or lies: another key, audience, recipient, time, request."""

import base64
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from defusedxml import ElementTree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from tests.support.oidc_provider import signing_key

ENTITY_ID, SIGN_IN_URL = (
    "https://login.aurora-video.example/saml",
    "https://login.aurora-video.example/saml/sso",
)
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
FACTOR = "https://refeds.org/profile/mfa"


@cache
def certificate(key_name: str = "first") -> str:
    """The certificate of a key, in PEM."""
    key, name = signing_key(key_name), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, key_name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=700))
    )  # fmt: skip
    return built.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def metadata() -> str:
    """What the provider publishes about itself."""
    body = "".join(certificate().splitlines()[1:-1])
    return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{ENTITY_ID}"><md:IDPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo>
<ds:X509Data><ds:X509Certificate>{body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{SIGN_IN_URL}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"""


@dataclass(frozen=True)
class SamlAnswer:
    """One answer to one request; by default a right one."""

    request: str
    audience: str
    recipient: str
    email: str
    context: str = PASSWORD
    issuer: str = ENTITY_ID
    key_name: str = "first"
    is_signed: bool = True
    minutes: int = 0  # by which its clock is off
    is_force_authn: bool = False

    def but(self, **lies: Any) -> "SamlAnswer":
        return replace(self, **lies)

    def encoded(self) -> str:
        """What the page of the provider posts as SAMLResponse."""
        assertion = self._assertion()
        if self.is_signed:
            key = (
                signing_key(self.key_name)
                .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
                .decode()
            )
            signed = OneLogin_Saml2_Utils.add_sign(
                assertion, key, certificate(self.key_name),
                sign_algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                digest_algorithm="http://www.w3.org/2001/04/xmlenc#sha256",
            )  # fmt: skip
            assertion = signed.decode() if isinstance(signed, bytes) else signed
        response = f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0" IssueInstant="{self._at(0)}"
 Destination="{self.recipient}" InResponseTo="{self.request}"><saml:Issuer>{self.issuer}</saml:Issuer><samlp:Status>
<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}</samlp:Response>"""
        return base64.b64encode(response.encode()).decode()

    def _assertion(self) -> str:
        return f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_assertion" Version="2.0"
 IssueInstant="{self._at(0)}"><saml:Issuer>{self.issuer}</saml:Issuer><saml:Subject><saml:NameID
 Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{self.email}</saml:NameID><saml:SubjectConfirmation
 Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{self._at(5)}"
 Recipient="{self.recipient}" InResponseTo="{self.request}"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{self._at(-5)}" NotOnOrAfter="{self._at(5)}"><saml:AudienceRestriction>
<saml:Audience>{self.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement
 AuthnInstant="{self._at(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>{self.context}</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement></saml:Assertion>"""

    def _at(self, minutes: int) -> str:
        moment = datetime.now(UTC) + timedelta(minutes=minutes + self.minutes)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def answer_to(address: str, email: str) -> SamlAnswer:
    """The answer to the request that the portal led to the provider with."""
    packed = base64.b64decode(parse_qs(urlsplit(address).query)["SAMLRequest"][0])
    request = ElementTree.fromstring(zlib.decompress(packed, -15).decode())
    audience = request.find("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
    return SamlAnswer(
        request=request.get("ID", ""),
        audience=audience.text if audience is not None else "",
        recipient=request.get("AssertionConsumerServiceURL", ""),
        email=email,
        is_force_authn=request.get("ForceAuthn") == "true",
    )

"""The mail server of the machine: port 587, TLS by a certificate of its own, a name and a password."""

import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CERTIFICATE = Path("/etc/mail-of-the-test.pem")


class MachineMail:
    """Takes letters from who encrypts and signs in; `letters` are what came."""

    def __init__(self, user: str, password: str) -> None:
        self.letters: list[EmailMessage] = []
        self._credentials = LoginPassword(user.encode(), password.encode())

    def start(self) -> None:
        """Listen; the certificate is one that clients trust by its file."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
        Controller(
            self, hostname="127.0.0.1", port=587, tls_context=context, require_starttls=True, auth_required=True,
            authenticator=self._authenticate,
        ).start()  # fmt: skip

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        del server, session, envelope, mechanism
        return AuthResult(success=data == self._credentials, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one message."""
        del server, session
        content = envelope.content
        message = message_from_bytes(content if isinstance(content, bytes) else b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 Message accepted for delivery"


def write_certificate(path: Path, host: str) -> None:
    """A certificate of this host that nobody else has signed; its key lies beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    path.with_suffix(".key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )

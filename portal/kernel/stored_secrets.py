"""Secrets that must be read again, encrypted in the database under keys of their own: those of `CREDENTIAL_KEYS`.

They are apart from the key that signs sessions and links, so that each can be replaced without the other.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from portal.kernel.errors import WrongState


class UnreadableSecret(Exception):
    """None of the configured keys has encrypted it."""


def encrypt(text: str) -> str:
    """Encrypt under the newest key."""
    return _newest().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Decrypt with whichever configured key encrypted it. Raises UnreadableSecret where none did."""
    try:
        return MultiFernet([_cipher(key) for key in _keys()]).decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecret from error


def is_under_newest_key(encrypted: str) -> bool:
    """Whether the earlier keys are not needed to read it."""
    try:
        _newest().decrypt(encrypted.encode())
    except InvalidToken:
        return False
    return True


def derive(purpose: str, facts: str) -> bytes:
    """32 bytes that only the holder of the newest key can make of these facts; others for each purpose."""
    key = hashlib.sha256(f"derived:{purpose}:{_keys()[0]}".encode()).digest()
    return hmac.digest(key, facts.encode(), "sha256")


@dataclass(frozen=True, slots=True)
class SecretForm:
    """The form by which a secret is made anew: its key, which it alone has, and the `mark_of` what it replaces."""

    key: str
    replaces: str


def mark_of(stored: str) -> str:
    """Names a stored digest or ciphertext in a form; nothing of the secret follows from it. `""`: there is none."""
    return hashlib.sha256(f"replaces:{stored}".encode()).hexdigest()[:16]


def refuse_older_form(form: SecretForm | None, stored: str) -> None:
    """Raise WrongState for a form that was made before this secret: it would bring back one that was replaced."""
    if form is not None and form.replaces != mark_of(stored):
        raise WrongState(_("It has been replaced since this page was opened: open the page again."))


def _newest() -> Fernet:
    return _cipher(_keys()[0])


def _cipher(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"stored-secrets:" + key.encode()).digest()))


def _keys() -> list[str]:
    if not settings.CREDENTIAL_KEYS:
        raise ImproperlyConfigured("CREDENTIAL_KEYS must name at least one key: docs/how-to/deploy.md")
    return list(settings.CREDENTIAL_KEYS)

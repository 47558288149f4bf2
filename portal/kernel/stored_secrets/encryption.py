"""Encryption under the keys of the installation, and values that only their holder can make."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


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


def is_readable(encrypted: str) -> bool:
    """Whether one of the configured keys has encrypted it."""
    try:
        decrypt(encrypted)
    except UnreadableSecret:
        return False
    return True


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


def _newest() -> Fernet:
    return _cipher(_keys()[0])


def _cipher(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"stored-secrets:" + key.encode()).digest()))


def _keys() -> list[str]:
    if not settings.CREDENTIAL_KEYS:
        raise ImproperlyConfigured("CREDENTIAL_KEYS must name at least one key: docs/how-to/deploy.md")
    return list(settings.CREDENTIAL_KEYS)

"""Client secrets of identity providers: encrypted in the table under a key of the settings."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def encrypt_secret(secret: str) -> str:
    """The secret as the table keeps it; nothing for none."""
    return _cipher().encrypt(secret.encode()).decode() if secret else ""


def decrypt_secret(stored: str) -> str:
    """The secret; empty where no key of ours has encrypted it, so that the provider refuses it."""
    try:
        return _cipher().decrypt(stored.encode()).decode() if stored else ""
    except InvalidToken:
        return ""


def _cipher() -> MultiFernet:
    """Encrypts with the current key; decrypts with earlier ones too, as long as they are configured."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(b"alliance.client-secret:" + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

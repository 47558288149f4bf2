"""Tokens for links in letters: derived when the letter is sent, never stored; a row has the digest alone."""

from base64 import urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import salted_hmac

from alliance.validators.token_secrets import digest_of


def new_token(salt: str, facts: str) -> str:
    """The token for these facts, by the key of now; other facts make another token."""
    return _derive(salt, facts, settings.SECRET_KEY)


def find_token(salt: str, facts: str, digest: str) -> str | None:
    """The token whose digest the row holds, found again; None when no key of ours made it."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = _derive(salt, facts, key)
        if digest_of(token) == digest:
            return token
    return None


def _derive(salt: str, facts: str, key: str) -> str:
    mac = salted_hmac(salt, facts, secret=key, algorithm="sha256")
    return urlsafe_b64encode(mac.digest()).decode().rstrip("=")

"""Cursors that tell nothing: where a page begins is sealed, since it may be a running number."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings


def seal(said: str, place: str) -> str:
    """The text as a cursor of this place; the same each time, so that a page that has not changed stays the same."""
    sealed = _box(settings.SECRET_KEY).encrypt(said.encode(), [place.encode()])
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


def unseal(cursor: str, place: str) -> str | None:
    """What was sealed for this place; None for what was not."""
    try:
        sealed = urlsafe_b64decode(cursor.encode("ascii") + b"==")
    except ValueError:
        return None
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _box(key).decrypt(sealed, [place.encode()]).decode()
        except InvalidTag:
            continue
    return None


def _box(key: str) -> AESSIV:
    """Deterministic and authenticated (RFC 5297)."""
    return AESSIV(hashlib.sha512(b"portal.cursor:" + key.encode()).digest())

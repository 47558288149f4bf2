"""The secret part of an address at which a program reads without signing in: made once, stored as a digest."""

import base64
import hashlib
import secrets

from portal.kernel.stored_secrets import derive

LENGTH = 43  # of 32 bytes in base64


def make_secret(purpose: str, membership_id: int, form_key: str) -> str:
    """A new secret. With the key of a form it follows from it: the same form sent twice gives the same address."""
    chance = derive(purpose, f"{membership_id}:{form_key}") if form_key else secrets.token_bytes(32)
    return base64.urlsafe_b64encode(chance).decode().rstrip("=")


def digest_of(secret: str) -> str:
    """What is stored of it."""
    return hashlib.sha256(secret.encode()).hexdigest()

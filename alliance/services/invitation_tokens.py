"""The token of an invitation: derived when the mail is sent, never kept; the row holds its digest alone."""

import hashlib
from base64 import urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import salted_hmac

from alliance.models import Invitation

_SALT = "alliance.invitation"


def digest_of(token: str) -> str:
    """What the row keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(invitation: Invitation) -> str:
    """The token for an invitation as it is now; another address or another last day makes another token."""
    return _derived(invitation, settings.SECRET_KEY)


def token_of(invitation: Invitation) -> str | None:
    """The token whose digest the row holds, found again; None when no key of ours made it."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = _derived(invitation, key)
        if digest_of(token) == invitation.token_sha256:
            return token
    return None


def _derived(invitation: Invitation, key: str) -> str:
    facts = f"{invitation.organisation_id}:{invitation.email}:{invitation.expires_at.timestamp():.6f}"
    mac = salted_hmac(_SALT, facts, secret=key, algorithm="sha256")
    return urlsafe_b64encode(mac.digest()).decode().rstrip("=")

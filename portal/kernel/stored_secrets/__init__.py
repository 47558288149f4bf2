"""Secrets that must be read again, encrypted in the database under keys of their own: those of `CREDENTIAL_KEYS`.

They are apart from the key that signs sessions and links, so that each can be replaced without the other. It knows no
owner of a secret: factors, providers and addresses are the apps', which store what they get from here.
"""

from portal.kernel.stored_secrets.encryption import (
    UnreadableSecret,
    decrypt,
    derive,
    encrypt,
    is_readable,
    is_under_newest_key,
)
from portal.kernel.stored_secrets.forms import SecretForm, mark_of, refuse_older_form
from portal.kernel.stored_secrets.readability import counts_unreadable, unreadable_secrets

__all__ = [
    "SecretForm",
    "UnreadableSecret",
    "counts_unreadable",
    "decrypt",
    "derive",
    "encrypt",
    "is_readable",
    "is_under_newest_key",
    "mark_of",
    "refuse_older_form",
    "unreadable_secrets",
]

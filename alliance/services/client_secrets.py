"""Client secrets of identity providers: encrypted in the table, and written anew under the newest key."""

from django.db import transaction

from alliance.models import IdentityProvider
from portal.kernel import stored_secrets


def encrypt_secret(secret: str) -> str:
    """The secret as the table keeps it; nothing for none."""
    return stored_secrets.encrypt(secret) if secret else ""


def decrypt_secret(stored: str) -> str:
    """The secret; empty where no configured key has encrypted it, so that the provider refuses it."""
    try:
        return stored_secrets.decrypt(stored) if stored else ""
    except stored_secrets.UnreadableSecret:
        return ""


@stored_secrets.counts_unreadable("client secrets of identity providers")
def unreadable_client_secrets() -> int:
    """How many client secrets no configured key reads. As SYSTEM."""
    rows = IdentityProvider.objects.exclude(client_secret="").values_list("client_secret", flat=True)
    return sum(not decrypt_secret(stored) for stored in rows.iterator())


@transaction.atomic
def reencrypt_client_secrets() -> int:
    """Encrypt under the newest key what an earlier one has encrypted; returns how many no key reads. As SYSTEM."""
    unreadable = 0
    for row in IdentityProvider.objects.select_for_update().exclude(client_secret=""):
        if stored_secrets.is_under_newest_key(row.client_secret):
            continue
        secret = decrypt_secret(row.client_secret)
        unreadable += not secret
        if secret:
            row.client_secret = encrypt_secret(secret)
            row.save(update_fields=["client_secret"])
    return unreadable

"""Writes the secrets of second factors anew under the newest key, so that earlier keys can go."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import transaction

from portal.kernel import stored_secrets

# where allauth stores what its adapter has encrypted: one text, or a list of them
_FIELDS = ("secret", "seed", "migrated_codes")


@dataclass(frozen=True, slots=True)
class Reencryption:
    """How many factors were written anew, need an earlier key all the same, or are read by no key."""

    reencrypted: int
    left: int
    unreadable: int


def reencrypt_factors() -> Reencryption:
    """Encrypt under the newest key what is under an earlier one, each factor in a transaction of its own.

    As SYSTEM. A code that is used at the same moment may write its factor back under the earlier key; it is then
    counted as left, and the next run takes it.
    """
    pks = list(Authenticator.objects.order_by("pk").values_list("pk", flat=True))
    reencrypted = sum(_reencrypt(pk) for pk in pks)
    left = unreadable = 0
    for authenticator in Authenticator.objects.order_by("pk"):
        secrets = _secrets_of(authenticator)
        if not all(stored_secrets.is_readable(secret) for secret in secrets):
            unreadable += 1
        elif not all(stored_secrets.is_under_newest_key(secret) for secret in secrets):
            left += 1
    return Reencryption(reencrypted, left, unreadable)


@transaction.atomic
def _reencrypt(pk: int) -> bool:
    authenticator = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if authenticator is None:  # removed meanwhile
        return False
    secrets = _secrets_of(authenticator)
    if all(stored_secrets.is_under_newest_key(secret) for secret in secrets):
        return False
    if not all(stored_secrets.is_readable(secret) for secret in secrets):
        return False
    _map_secrets(authenticator, lambda secret: stored_secrets.encrypt(stored_secrets.decrypt(secret)))
    authenticator.save(update_fields=["data"])
    return True


@stored_secrets.counts_unreadable("second factors")
def unreadable_factors() -> int:
    """How many apps and sets of recovery codes no configured key reads. As SYSTEM."""
    return sum(
        not all(map(stored_secrets.is_readable, _secrets_of(authenticator)))
        for authenticator in Authenticator.objects.iterator()
    )


def _secrets_of(authenticator: Authenticator) -> list[str]:
    values = [authenticator.data[field] for field in _FIELDS if authenticator.data.get(field)]
    return [secret for value in values for secret in ([value] if isinstance(value, str) else value)]


def _map_secrets(authenticator: Authenticator, change: Callable[[str], str]) -> None:
    for field in _FIELDS:
        value = authenticator.data.get(field)
        if value:
            authenticator.data[field] = (
                change(value) if isinstance(value, str) else [change(secret) for secret in value]
            )

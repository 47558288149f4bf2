"""Return addresses: one for each letter, signed, so that forged bounces do not count.

`bounces+d12-9f86d081884c7d65-<signature>@example.org`: a delivery (d), a digest (g) or what an upper layer marks by
another letter; which address it went to; and the proof. All of it is lower case, for mail servers may keep
no other.
"""

import hashlib
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "portal.kernel.mail.return_path"
_TOKEN = re.compile(r"\+([a-z]\d{1,18}-[0-9a-f]{16})-([0-9a-f]{20})@", re.IGNORECASE)


def address_fingerprint(address: str) -> str:
    """Identify an address where the address itself must not be written."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class LetterReference:
    """What came back, by its sort and number, and the print of the address that it went to."""

    kind: str
    pk: int
    fingerprint: str


def make_return_path(kind: str, pk: int, address: str) -> str:
    """The return address of this letter; empty where none is configured."""
    mailbox, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    if not mailbox:
        return ""
    value = f"{kind}{pk}-{address_fingerprint(address)}"
    return f"{mailbox}+{value}-{_signature(value, settings.SECRET_KEY)}@{domain}"


def read_return_path(text: str) -> LetterReference | None:
    """What the first correctly signed return address in the text refers to; None where there is none."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    for token in _TOKEN.findall(text):
        value, signature = (part.lower() for part in token)
        if any(constant_time_compare(signature, _signature(value, key)) for key in keys):
            head, _dash, address_print = value.partition("-")
            return LetterReference(head[0], int(head[1:]), address_print)
    return None


def _signature(value: str, secret: str) -> str:
    return salted_hmac(_SALT, value, secret=secret, algorithm="sha256").hexdigest()[:20]

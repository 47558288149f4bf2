"""Reply addresses: one for each thread, person and tenant, signed, and good until a day.

`replies+q1k-2s-7-c9f-<signature>@example.org`: what the thread is (a letter, and its number), the person, the tenant,
the last day, and the proof, the numbers in base 36. All of it is lower case, for mail servers may keep no other. Nobody
is named in it, and who has one address cannot make another.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

_SALT = "portal.kernel.mail.reply_addresses"
_TOKEN = re.compile(
    r"\+([a-z])([0-9a-z]{1,12})-([0-9a-z]{1,12})-([0-9a-z]{1,12})-([0-9a-z]{1,6})-([0-9a-f]{20})@",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """To which thread the mail is a reply, who was given the address as whom, and its last day."""

    kind: str
    thread: int
    person_id: int
    tenant_id: int
    last_day: date


def make_reply_address(reference: ReplyAddress) -> str:
    """The address; empty where none is configured."""
    mailbox, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    if not mailbox:
        return ""
    value = _value(reference)
    return f"{mailbox}+{value}-{_signature(value, settings.SECRET_KEY)}@{domain}"


def read_reply_address(text: str) -> ReplyAddress | None:
    """What the first correctly signed reply address in the text refers to; None where there is none."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    for token in _TOKEN.findall(text):
        kind, *numbers, signature = (part.lower() for part in token)
        value = f"{kind}{'-'.join(numbers)}"
        if any(constant_time_compare(signature, _signature(value, key)) for key in keys):
            thread, person, tenant, day = map(base36_to_int, numbers)
            return ReplyAddress(kind, thread, person, tenant, date.fromordinal(day))
    return None


def _value(reference: ReplyAddress) -> str:
    numbers = (reference.thread, reference.person_id, reference.tenant_id, reference.last_day.toordinal())
    return f"{reference.kind}{'-'.join(map(int_to_base36, numbers))}"


def _signature(value: str, secret: str) -> str:
    return salted_hmac(_SALT, value, secret=secret, algorithm="sha256").hexdigest()[:20]

"""Counts of wrong passwords and codes: whoever guesses is stopped, and never the owner on a device of theirs.

A device on which the person has signed in before has its own count. All others are counted by account and network, and
by account over all networks, so that guessing from many is stopped too. An account that nobody has counts like any
other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.core import context
from django.http import HttpRequest

from alliance.models import Person
from alliance.queries.known_devices import device_rows
from alliance.web.account.known_devices import known_device
from alliance.web.limits import (
    WRONG_PASSWORDS_ON_UNKNOWN_DEVICES,
    WRONG_PASSWORDS_PER_KNOWN_DEVICE,
    WRONG_PASSWORDS_PER_NETWORK,
    WRONG_REAUTHENTICATIONS,
    WRONG_SECOND_FACTORS,
)
from portal.kernel import limits
from portal.kernel.limits import Limit, TooMany, address_of


@dataclass(frozen=True, slots=True)
class Tries:
    """The counts that one try belongs to: each a key with its limits."""

    counts: Sequence[tuple[str, Sequence[Limit]]]

    def count(self) -> None:
        """Count the try in each of them. Raises TooMany when one of them is used up, with the longest wait."""
        waits = []
        for key, of_key in self.counts:
            try:
                limits.spend(key, *of_key)
            except TooMany as refusal:
                waits.append(refusal.seconds)
        if waits:
            raise TooMany(max(waits))

    def give_back(self) -> None:
        """The try was a good one, and does not count."""
        for key, of_key in self.counts:
            limits.give_back(key, *of_key)

    def forget(self) -> None:
        """Begin to count anew."""
        for key, of_key in self.counts:
            limits.forget(key, *of_key)


def of_password(request: HttpRequest, email: str) -> Tries:
    """A password for the account with this address, which need not exist. One query where the browser has a cookie."""
    device = known_device(request, person__email=email)
    return _on_known_device(device) if device else _on_unknown_devices(request, email)


def of_code(person: Person) -> Tries:
    """A code of a second factor of the person's."""
    return Tries([(_key_of(person), WRONG_SECOND_FACTORS)])


def of_reauthentication(person: Person) -> Tries:
    """The password of somebody who is signed in."""
    return Tries([(_key_of(person), [WRONG_REAUTHENTICATIONS])])


def forget_passwords(request: HttpRequest, person: Person) -> None:
    """Begin to count the account's wrong passwords anew: from the network of this request, and on known devices."""
    _on_unknown_devices(request, person.email).forget()
    for device in device_rows(person, ""):
        _on_known_device(device.pk).forget()


def _on_known_device(device: int) -> Tries:
    return Tries([(f"device {device}", [WRONG_PASSWORDS_PER_KNOWN_DEVICE])])


def _on_unknown_devices(request: HttpRequest, email: str) -> Tries:
    return Tries(
        [
            (f"{email} from {address_of(request)}", [WRONG_PASSWORDS_PER_NETWORK]),
            (email, [WRONG_PASSWORDS_ON_UNKNOWN_DEVICES]),
        ]
    )


def _key_of(person: Person) -> str:
    device = known_device(context.request, person_id=person.pk)
    return f"{person.pk} on {device or 'unknown devices'}"

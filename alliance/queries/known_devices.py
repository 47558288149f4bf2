"""Named reads on known devices: whether somebody has signed in before in the browser that asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alliance.models import KnownDevice, Person
from alliance.validators.token_secrets import digest_of


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A browser in which the person has signed in, as their page shows it."""

    pk: int
    device: str
    first_used_at: datetime
    last_used_at: datetime
    is_current: bool


def device_rows(person: Person, identifier: str) -> Sequence[DeviceRow]:
    """The person's known devices: the one with this identifier first, then by their last sign-in."""
    digest = digest_of(identifier) if identifier else ""
    rows = [
        DeviceRow(row.pk, row.device, row.first_used_at, row.last_used_at, row.sha256 == digest)
        for row in KnownDevice.objects.filter(person=person)
    ]
    return sorted(rows, key=lambda row: not row.is_current)


def known_device_of(identifier: str, **owner: object) -> int | None:
    """The number of the device with this identifier where its owner (`person_id=…`, `person__email=…`) has signed in.

    Without an owner: where anybody has.
    One query, whether or not there is such a person; none without an identifier.
    """
    if not identifier:
        return None
    rows = KnownDevice.objects.filter(sha256=digest_of(identifier), **owner)
    number: int | None = rows.values_list("pk", flat=True).first()
    return number

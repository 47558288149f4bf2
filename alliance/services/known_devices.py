"""Named writes on known devices: remember the browser in which somebody signs in, forget it."""

import secrets

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from alliance.models import KnownDevice, Person
from alliance.queries.actors import actor_without_organisation
from alliance.validators.token_secrets import digest_of
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState

MAX_DEVICES = 20  # of one person; the one that was not used for longest goes first


def remember_device(person: Person, identifier: str, device: str) -> str:
    """Note that the person has signed in in this browser; returns the identifier that its cookie shall hold.

    An identifier that the portal does not know is replaced: nobody chooses one for somebody else. Called while the
    portal finds out who asks, or as the person.
    """
    rows = (
        KnownDevice.objects.filter(sha256=digest_of(identifier)) if identifier else KnownDevice.objects.none()
    )
    if rows.filter(person=person).update(device=device, last_used_at=Now()):
        return identifier
    if not rows.exists():
        identifier = secrets.token_urlsafe(32)
    KnownDevice.objects.create(person=person, sha256=digest_of(identifier), device=device)
    latest = KnownDevice.objects.filter(person=person).values("pk")[:MAX_DEVICES]
    KnownDevice.objects.filter(person=person).exclude(pk__in=latest).delete()
    return identifier


@transaction.atomic
def forget_device(person: Person, number: int) -> None:
    """Forget one device of the person's own: it is unknown until they sign in there again. Refuses one that is gone."""
    count, _by_model = KnownDevice.objects.filter(person=person, pk=number).delete()
    if not count:
        raise WrongState(_("This has already been done."))
    journal.record(actor_without_organisation(person), "person.forget_devices", person, devices=1)


@transaction.atomic
def forget_other_devices(person: Person, *, except_number: int | None) -> int:
    """Forget all devices of the person but this one; returns how many they were."""
    count, _by_model = KnownDevice.objects.filter(person=person).exclude(pk=except_number or 0).delete()
    if count:
        journal.record(actor_without_organisation(person), "person.forget_devices", person, devices=count)
    return count


def forget_all_devices(person: Person) -> None:
    """Forget every device, as part of an act that has its own journal entry; as SYSTEM, whoever does it."""
    with acting_as(SYSTEM):
        KnownDevice.objects.filter(person=person).delete()

"""Named writes on what opens an account: another password, or none; what was opened with the former one ends."""

from django.db import transaction

from alliance.models import Person
from alliance.services.sessions import end_all_sessions
from portal.kernel.access import SYSTEM, acting_as


@transaction.atomic
def replace_password(person: Person, password: str) -> None:
    """Set the password, as part of an act that has its own journal entry; every session and API token ends."""
    _replace(person, password)


@transaction.atomic
def end_credentials(person: Person) -> None:
    """Leave the person without a password, as part of an act that has its own journal entry.

    Every session and API token ends at once; nobody is notified. With a link for a new password they sign in again.
    """
    _replace(person, None)


def _replace(person: Person, password: str | None) -> None:
    """As SYSTEM, for they may not be signed in; one after another, so that two changes count as two."""
    with acting_as(SYSTEM):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        person.credentials_version = locked.credentials_version + 1
        person.set_password(password)  # None: unusable
        person.save(update_fields=["password", "credentials_version"])
    end_all_sessions(person)

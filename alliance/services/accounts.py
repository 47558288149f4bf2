"""Named writes on one's own account: ask for a new password, set one, change the profile; letters about it."""

from django.db import transaction

from alliance.models import Person
from alliance.queries.account_letters import NO_PERSON
from alliance.queries.actors import actor_without_organisation
from alliance.services.account_letters import enqueue_account_letter
from alliance.services.credentials import replace_password
from alliance.validators.addresses import canonical_address
from portal.kernel import clock, journal
from portal.kernel.access import acting_as
from portal.kernel.text import clean_name


def request_password_reset(email: str) -> None:
    """Queue a letter with a link to the person who signs in with this address.

    For an address that nobody has, a job is queued all the same, which sends nothing: the answer takes as long.
    """
    person = Person.objects.filter(email=canonical_address(email), is_active=True).first()
    enqueue_account_letter("password_reset", person.pk if person else NO_PERSON)


@transaction.atomic
def set_password(person: Person, password: str) -> None:
    """Give the person a new password; every session and API token of theirs ends, and a letter notifies them."""
    replace_password(person, password)
    with acting_as(actor_without_organisation(person)) as actor:  # they may not be signed in
        journal.record(actor, "person.set_password", person)
    enqueue_account_letter("password_changed", person.pk, at=clock.now().isoformat())


@transaction.atomic
def change_profile(
    person: Person, *, name: str, language: str, time_format: str, time_zone: str, morning_hour: int
) -> Person:
    """Change name, language, time format, zone and morning; what was signed keeps the name of its day.

    What waits for a morning already, waits for the one that was announced. Raises DomainError for a name with
    characters that nobody sees.
    """
    locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    values = {
        "name": clean_name(name, field="name"),
        "language": language,
        "time_format": time_format,
        "time_zone": time_zone,
        "morning_hour": morning_hour,
    }
    changed = [field for field, value in values.items() if getattr(locked, field) != value]
    for field in changed:
        setattr(locked, field, values[field])
    if changed:
        locked.save(update_fields=changed)
        journal.record(actor_without_organisation(locked), "person.change_profile", locked, fields=changed)
    return locked

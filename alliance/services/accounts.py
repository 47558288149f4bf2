"""Named writes on how people sign in: ask for a new password, set one."""

import secrets

from django.db import transaction

from alliance.models import Person
from portal.kernel import journal
from portal.kernel.access import Actor, ActorKind
from portal.kernel.outbox import enqueue

NOBODY = 0


def request_password_reset(email: str) -> None:
    """Owe a letter with a link to whoever signs in with this address.

    For an address that nobody has, a job is owed all the same, which sends nothing: the answer takes as long.
    """
    person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    owe_letter("password_reset", person.pk if person else NOBODY)


@transaction.atomic
def set_password(person: Person, password: str) -> None:
    """Give the person a new password; every session of theirs ends, and a letter tells them."""
    person.set_password(password)
    person.save(update_fields=["password"])
    journal.record(Actor(ActorKind.PERSON, person_id=person.pk), "person.set_password", person)
    owe_letter("password_changed", person.pk)


def owe_letter(letter: str, person_id: int) -> None:
    """Owe a letter about the account; the job holds no address and no link."""
    key = f"{letter}:{person_id}:{secrets.token_hex(8)}"
    enqueue("send_account_letter", key=key, payload={"person": person_id, "letter": letter})

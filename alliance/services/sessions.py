"""Named writes on sessions: end one, end all others, end all; a browser is signed out at its next request."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Person, PersonSession
from alliance.queries.actors import actor_without_organisation
from alliance.queries.sessions import session_name
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState


@transaction.atomic
def end_session(person: Person, name: str) -> None:
    """End one session of the person's own, named as `queries.sessions` names it. Refuses one that is over."""
    rows = PersonSession.objects.filter(person=person)
    session = next((row for row in rows if session_name(row.session_key) == name), None)
    if session is None:
        raise WrongState(_("This has already been done."))
    session.delete()
    journal.record(actor_without_organisation(person), "person.end_session", person)


@transaction.atomic
def end_other_sessions(person: Person, *, except_key: str | None) -> int:
    """End all sessions of the person but the one with this key; returns how many they were."""
    count, _by_model = (
        PersonSession.objects.filter(person=person).exclude(session_key=except_key or "").delete()
    )
    if count:
        journal.record(actor_without_organisation(person), "person.end_sessions", person, sessions=count)
    return count


def end_all_sessions(person: Person) -> None:
    """End every session, as part of an act that has its own journal entry; as SYSTEM, whoever ends them."""
    with acting_as(SYSTEM):
        PersonSession.objects.filter(person=person).delete()

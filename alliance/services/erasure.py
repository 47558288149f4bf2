"""Erasing a person: their name, address and ways in go; what they signed and wrote stays, under a neutral name."""

from django.conf import settings
from django.utils.translation import gettext as _

from alliance.enums import TimeFormat
from alliance.models import ApiToken, ContactMessage, Invitation, MailTest, Membership, Person
from alliance.services.people import check_end, end_membership
from portal.kernel import after_restore, clock, journal, personal
from portal.kernel.access import SYSTEM, Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.names import clean_text
from portal.kernel.outbox import Claim, enqueue, handles
from portal.kernel.personal import Leaver, forgets
from portal.kernel.row_security import acting_as

# Whom a restored backup must forget again: number and first moment, for a number may be given anew after a restore.
ERASED = after_restore.Ledger("erased.txt")


def erase_person(actor: Actor, person: Person, reason: str = "") -> Person:
    """Erase the person for good, at their own wish or, with a reason, at a manager's word.

    Their memberships end; their name becomes a neutral one, their address is free again, no password, factor,
    session, token, preference or line of an inbox is left. Publications, signatures, submissions and texts stay to
    the byte. Refuses with Forbidden, WrongState when it is done already, or the DomainError of a missing reason or
    of the last holder of a right that their organisation needs.
    """
    require(actor, "person.erase", person)
    said = clean_text(reason, field="reason").strip()
    if actor.person_id != person.pk and not said:
        raise DomainError(_("Give a reason."), field="reason")
    with acting_as(SYSTEM):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if locked.erased_at is not None:
            raise WrongState(_("This has already been done."))
        for held in current_memberships(locked):
            end_membership(SYSTEM, held)
        return _erase(actor, locked, said)


def check_erasure(person: Person) -> None:
    """Raise the DomainError that would stop the erasure now; the page says it beforehand."""
    with acting_as(SYSTEM):
        for held in current_memberships(person):
            check_end(held)


def current_memberships(person: Person) -> list[Membership]:
    """Where the person belongs now."""
    return list(Membership.objects.current().filter(person=person).select_related("organisation"))


def _erase(actor: Actor, person: Person, reason: str) -> Person:
    leaver = Leaver(person.pk, person.name, person.email, f"Erased person {person.pk}")
    personal.forget(leaver)
    person.name, person.email = leaver.neutral, f"erased-{person.pk}@erased.invalid"
    person.language, person.is_active, person.last_login = settings.LANGUAGE_CODE, False, None
    person.time_format = TimeFormat.OF_24
    person.bounced_address, person.bounced_at, person.bounce_code = "", None, ""
    person.erased_at, person.erased_reason = clock.now(), reason
    person.set_unusable_password()
    person.save()
    journal.record(actor, "person.erase", person)
    enqueue("note_erasure", key=f"note_erasure:{person.pk}", payload={"person": person.pk})
    return person


@handles("note_erasure")
def note_erasure(claim: Claim) -> None:
    """Write the person's number into the list that outlives the database; repeatable."""
    person = Person.objects.get(pk=claim.payload["person"])
    ERASED.add(f"{person.pk} {person.created_at.isoformat()}")
    with claim.finishing():
        pass


@after_restore.does("erased people")
def erase_again() -> int:
    """After a backup was restored: erase whom it brought back. They may be the last of their organisation then."""
    again = 0
    for line in ERASED.lines():
        number, _blank, created_at = line.partition(" ")
        with acting_as(SYSTEM):
            person = Person.objects.filter(pk=int(number), created_at=created_at).first()
            if person is None:
                continue
            again += 1
            if person.erased_at is None:
                Membership.objects.current().filter(person=person).update(ended_at=clock.now())
                _erase(SYSTEM, person, "")
    return again


@forgets()
def forget_invitations(leaver: Leaver) -> None:
    """Whoever is erased can be invited anew; earlier invitations name them."""
    Invitation.objects.filter(email=leaver.email).delete()


@forgets("alliance.ApiToken.person", "alliance.MailTest.asked_by")
def forget_ways_in(leaver: Leaver) -> None:
    """Their tokens go, with test letters that they sent to themselves, and what they wrote as a visitor."""
    ApiToken.objects.filter(person_id=leaver.person_id).delete()
    MailTest.objects.filter(asked_by_id=leaver.person_id).delete()
    ContactMessage.objects.filter(email__iexact=leaver.email).delete()

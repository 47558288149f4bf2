"""Named writes on how people are told: the pace they choose, and what is noted of an address that takes no mail."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from alliance.enums import InvitationState
from alliance.models import Invitation, Membership, Person
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, ActorKind, require
from portal.kernel.mail import Trouble
from portal.kernel.mail.return_path import Sent, print_of
from portal.kernel.models import Pace
from portal.kernel.notices.preferences import choose_paces


@transaction.atomic
def choose_notices(person: Person, chosen: Mapping[str, Pace]) -> bool:
    """Keep how somebody wants to be told, group by group; says whether anything is new.

    What always comes at once is left as it is.
    """
    changed = choose_paces(person.pk, chosen)
    if changed:
        journal.record(_themselves(person), "person.choose_notices", person, **changed)
    return bool(changed)


@transaction.atomic
def turn_off_notices(person: Person, groups: Iterable[str]) -> None:
    """Turn these groups off for somebody who holds a letter's own link; once is enough, twice does no harm."""
    choose_notices(person, dict.fromkeys(groups, Pace.OFF))


@transaction.atomic
def note_bounce(person_id: int, address_print: str, trouble: Trouble) -> bool:
    """Note, as SYSTEM, that letters to this address came back for good: no more are sent there.

    Changes nothing, and says False, when the person has another address by now, or it was noted before.
    """
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or print_of(person.email) != address_print or person.is_unreachable:
        return False
    person.bounced_address, person.bounced_at = address_print, clock.now()
    person.bounce_code = trouble.code
    person.save(update_fields=["bounced_address", "bounced_at", "bounce_code"])
    journal.record(SYSTEM, "person.bounce", person, code=trouble.code)
    return True


def note_returned_letter(sent: Sent, trouble: Trouble) -> None:
    """The same of a letter about the account that came back, or was refused at once."""
    if trouble.for_good:
        note_bounce(sent.pk, sent.address_print, trouble)


@transaction.atomic
def note_returned_invitation(sent: Sent, trouble: Trouble) -> None:
    """Note, as SYSTEM, that an invitation did not arrive, for those who wait for an answer to see."""
    rows = Invitation.objects.filter(pk=sent.pk, state=InvitationState.OPEN, bounce_code="")
    invitation = rows.select_for_update(of=("self",)).first()
    if invitation and trouble.for_good and print_of(invitation.email) == sent.address_print:
        invitation.bounce_code = trouble.code
        invitation.save(update_fields=["bounce_code"])
        journal.record(SYSTEM, "invitation.bounce", invitation, code=trouble.code)


@transaction.atomic
def retry_own_mail(person: Person) -> None:
    """Let letters be sent to one's own address again: it takes mail, says whoever reads it."""
    _try_again(_themselves(person), person.pk)


@transaction.atomic
def retry_mail(actor: Actor, membership: Membership) -> None:
    """Let letters be sent again to the address of somebody who belongs to the organisation. Refuses with Forbidden."""
    require(actor, "membership.retry_mail", membership)
    _try_again(actor, membership.person_id)


def _try_again(actor: Actor, person_id: int) -> None:
    person = Person.objects.select_for_update().get(pk=person_id)
    if not person.bounced_address:
        return
    person.bounced_address, person.bounced_at, person.bounce_code = "", None, ""
    person.save(update_fields=["bounced_address", "bounced_at", "bounce_code"])
    journal.record(actor, "person.retry_mail", person)


def _themselves(person: Person) -> Actor:
    """Whoever it is, for whatever organisation: an address and a pace are one person's own."""
    return Actor(ActorKind.PERSON, person_id=person.pk)

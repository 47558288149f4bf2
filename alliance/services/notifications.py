"""Named writes on how people are notified: the pace they choose, and what is noted of addresses.

An address may take no mail, or its reader may report it as spam.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction

from alliance.enums import InvitationState
from alliance.models import (
    Invitation,
    Membership,
    MembershipApplication,
    Person,
    PublicQuestionContact,
    SupporterContact,
)
from alliance.models.people import COMPLAINT_CODE
from alliance.queries.actors import actor_without_organisation
from alliance.services.vacancies import record_lost_holders
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.mail import AddressFault, LetterReference, address_fingerprint
from portal.kernel.notices import Pace, choose_paces, groups_for, paces_before_off

# who has an e-mail here and no account, by the sort of letter in its return address
OUTSIDERS: dict[str, type[SupporterContact | PublicQuestionContact | MembershipApplication]] = {
    "s": SupporterContact,
    "q": PublicQuestionContact,
    "m": MembershipApplication,
}


@transaction.atomic
def save_notice_paces(person: Person, paces: Mapping[str, Pace | None]) -> bool:
    """Save how a person wants to be notified, by group and for all; returns whether anything changed.

    None stands for the pace of all groups. What always comes at once is left as it is. What a complaint turned off is
    their own choice from now on.
    """
    changed = choose_paces(person.pk, paces)
    Person.objects.filter(pk=person.pk, complained_at__isnull=False).update(complained_at=None)
    if changed:
        journal.record(actor_without_organisation(person), "person.choose_notices", person, **changed)
    return bool(changed)


@transaction.atomic
def turn_off_notices(person: Person, groups: Iterable[str]) -> None:
    """Turn these groups off for somebody who holds a letter's own link; once is enough, twice does no harm."""
    with acting_as(actor_without_organisation(person)):  # they need not be signed in
        save_notice_paces(person, dict.fromkeys(groups, Pace.OFF))


@transaction.atomic
def turn_on_notices(person: Person, groups: Iterable[str]) -> None:
    """Turn those of these groups that are off on again, at the pace that each had before; for the same holder."""
    with acting_as(actor_without_organisation(person)):
        save_notice_paces(person, paces_before_off(person.pk, groups))


def record_address_fault(person_id: int, fingerprint: str, fault: AddressFault) -> bool:
    """Note, as SYSTEM, that letters to this address came back for good: no more are sent there.

    Changes nothing, and returns False, when the person has another address by now, or it was noted before.
    """
    with acting_as(SYSTEM):
        person = Person.objects.select_for_update().filter(pk=person_id).first()
        if person is None or address_fingerprint(person.email) != fingerprint or person.is_unreachable:
            return False
        person.bounced_address, person.bounced_at = fingerprint, clock.now()
        person.bounce_code = fault.code
        person.save(update_fields=["bounced_address", "bounced_at", "bounce_code"])
        journal.record(SYSTEM, "person.bounce", person, code=fault.code)
        record_lost_holders(person)
        return True


def record_returned_letter(letter: LetterReference, fault: AddressFault) -> None:
    """The same of a letter about the account that came back, or was refused at once."""
    if fault.is_permanent:
        record_address_fault(letter.pk, letter.fingerprint, fault)


def record_returned_invitation(letter: LetterReference, fault: AddressFault) -> None:
    """Note, as SYSTEM, that an invitation did not arrive, for those who wait for an answer to see."""
    rows = Invitation.objects.filter(pk=letter.pk, state=InvitationState.OPEN, bounce_code="")
    with acting_as(SYSTEM):
        invitation = rows.select_for_update(of=("self",)).first()
        if invitation and fault.is_permanent and address_fingerprint(invitation.email) == letter.fingerprint:
            invitation.bounce_code = fault.code
            invitation.save(update_fields=["bounce_code"])
            journal.record(SYSTEM, "invitation.bounce", invitation, code=fault.code)


def record_letter_returned_to_outsider(letter: LetterReference, fault: AddressFault) -> None:
    """Note, as SYSTEM, that a letter to somebody without an account did not arrive, for the secretariat to see."""
    model = OUTSIDERS[letter.kind]
    with acting_as(SYSTEM):
        row = model.objects.select_for_update(of=("self",)).filter(pk=letter.pk, bounce_code="").first()
        if row and fault.is_permanent and address_fingerprint(row.email) == letter.fingerprint:
            row.bounce_code = fault.code
            row.save(update_fields=["bounce_code"])


def record_spam_report(person_id: int, fingerprint: str) -> bool:
    """Turn off, as SYSTEM, every group of letters that can be turned off: a letter was reported as spam.

    Changes nothing, and returns False, when the person has another address by now, or it was noted before.
    """
    with acting_as(SYSTEM):
        person = Person.objects.select_for_update().filter(pk=person_id, complained_at=None).first()
        if person is None or address_fingerprint(person.email) != fingerprint:
            return False
        choose_paces(person.pk, {group.key: Pace.OFF for group in groups_for((True, False))})
        person.complained_at = clock.now()
        person.save(update_fields=["complained_at"])
        journal.record(SYSTEM, "person.complain", person)
        return True


def record_letter_complaint(letter: LetterReference) -> None:
    """The same for a letter about the account."""
    record_spam_report(letter.pk, letter.fingerprint)


def record_invitation_complaint(letter: LetterReference) -> None:
    """Note, as SYSTEM, that an invitation was reported as spam, for those who wait for an answer to see."""
    rows = Invitation.objects.filter(pk=letter.pk, state=InvitationState.OPEN)
    with acting_as(SYSTEM):
        invitation = rows.exclude(bounce_code=COMPLAINT_CODE).select_for_update(of=("self",)).first()
        if invitation and address_fingerprint(invitation.email) == letter.fingerprint:
            invitation.bounce_code = COMPLAINT_CODE
            invitation.save(update_fields=["bounce_code"])
            journal.record(SYSTEM, "invitation.complain", invitation)


@transaction.atomic
def retry_own_mail(person: Person) -> None:
    """Let letters be sent to one's own address again: its reader confirms that it takes mail."""
    _retry_address(actor_without_organisation(person), person.pk)


@transaction.atomic
def retry_mail(actor: Actor, membership: Membership) -> None:
    """Let letters be sent again to the address of somebody who belongs to the organisation. Raises Forbidden."""
    require(actor, "membership.retry_mail", membership)
    _retry_address(actor, membership.person_id)


def _retry_address(actor: Actor, person_id: int) -> None:
    with acting_as(SYSTEM):  # an administrator writes nothing else of a colleague's account
        person = Person.objects.select_for_update().get(pk=person_id)
        if not person.bounced_address:
            return
        person.bounced_address, person.bounced_at, person.bounce_code = "", None, ""
        person.save(update_fields=["bounced_address", "bounced_at", "bounce_code"])
    journal.record(actor, "person.retry_mail", person)

"""Erasing a person: their name, address and credentials go; what they wrote stays, under a neutral name.

Publications, pledges, accessions and submissions keep the names of those who signed them.
"""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from alliance.enums import ApplicationState, TimeFormat
from alliance.models import (
    ApiToken,
    CalendarAddress,
    ContactMessage,
    ErasureConfirmation,
    Invitation,
    MailTest,
    MeasureVisit,
    Membership,
    MembershipApplication,
    Person,
    ReviewDraft,
    SavedView,
    Subscriber,
    SupporterContact,
)
from alliance.queries.last_steps import done_refusal
from alliance.services.absences import follow_signatory
from alliance.services.delegations import return_delegations
from alliance.services.people import check_membership_end, end_membership
from alliance.services.vacancies import record_lost_holders
from portal.kernel import clock, files, journal, privacy
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import Claim, enqueue, handles
from portal.kernel.notices import DEFAULT_MORNING_HOUR
from portal.kernel.privacy import Erasure, on_erasure
from portal.kernel.text import clean_text

# Whom a restored backup must forget again: number and first moment, for a number may be given anew after a restore.
ERASED = files.Ledger("erased.txt")


def erase_person(actor: Actor, person: Person, reason: str = "") -> Person:
    """Erase the person for good, at their own wish or, with a reason, at a manager's word.

    Their memberships end; their name becomes a neutral one, their address is free again, no password, factor,
    session, token, preference or inbox item is left. Publications, signatures, submissions and texts stay to
    the byte. A letter confirms it at their last address; the administrators of their organisations are notified.

    Raises Forbidden, WrongState when it is done already, or the DomainError of a missing reason or of the last
    holder of a right that their organisation needs.
    """
    require(actor, "person.erase", person)
    cleaned_reason = clean_text(reason, field="reason").strip()
    if actor.person_id != person.pk and not cleaned_reason:
        raise DomainError(_("Give a reason."), field="reason")
    with acting_as(SYSTEM):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if locked.erased_at is not None:
            raise WrongState(done_refusal(actor, journal.last_entry_about(locked, "person.erase")))
        organisations = []
        for current_membership in current_memberships(locked):
            end_membership(SYSTEM, current_membership, within="person.erase")
            organisations.append(current_membership.organisation_id)
        _enqueue_confirmation(locked)
        return _erase(actor, locked, cleaned_reason, organisations)


def _enqueue_confirmation(person: Person) -> None:
    """Queue the last letter to the person. Their address is kept for it, apart from them, until it is sent."""
    confirmation = ErasureConfirmation.objects.create(
        email=person.email, name=person.name, language=person.language, time_format=person.time_format
    )
    enqueue(
        "send_erasure_confirmation",
        key=f"erasure_confirmation:{confirmation.pk}",
        payload={"confirmation": confirmation.pk},
    )


def check_erasure(person: Person) -> None:
    """Raise the DomainError that would stop the erasure now; the page shows it beforehand."""
    with acting_as(SYSTEM):
        for current_membership in current_memberships(person):
            check_membership_end(current_membership)


def current_memberships(person: Person) -> list[Membership]:
    """Where the person belongs now."""
    return list(Membership.objects.current().filter(person=person).select_related("organisation"))


def _erase(actor: Actor, person: Person, reason: str, organisations: Sequence[int] = ()) -> Person:
    leaver = Erasure(person.pk, person.name, person.email, f"Erased person {person.pk}")
    privacy.erase(leaver)
    person.name, person.email = leaver.replacement_name, f"erased-{person.pk}@erased.invalid"
    person.language, person.is_active, person.last_login = settings.LANGUAGE_CODE, False, None
    person.time_format = TimeFormat.OF_24
    person.time_zone, person.morning_hour = "", DEFAULT_MORNING_HOUR
    person.bounced_address, person.bounced_at, person.bounce_code = "", None, ""
    person.frozen_at, person.frozen_by = None, None
    person.complained_at = None
    person.erased_at, person.erased_reason = clock.now(), reason
    person.set_unusable_password()
    person.save()
    journal.record(actor, "person.erase", person, organisations=list(organisations))
    enqueue("note_erasure", key=f"note_erasure:{person.pk}", payload={"person": person.pk})
    return person


@handles("note_erasure")
def record_erasure(claim: Claim) -> None:
    """Write the person's number into the list that outlives the database; repeatable."""
    with acting_as(SYSTEM):
        person = Person.objects.get(pk=claim.payload["person"])
    ERASED.add(f"{person.pk} {person.created_at.isoformat()}")
    with claim.finishing():
        pass


@files.after_restore("erased people")
def repeat_erasures() -> int:
    """After a backup was restored: erase whom it brought back. They may be the last of their organisation then."""
    again = 0
    for entry in ERASED.entries():
        number, _blank, created_at = entry.partition(" ")
        with acting_as(SYSTEM):
            person = Person.objects.filter(pk=int(number), created_at=created_at).first()
            if person is None:
                continue
            again += 1
            if person.erased_at is None:
                Person.objects.filter(pk=person.pk).update(is_active=False)
                record_lost_holders(person)
                follow_signatory(person)
                Membership.objects.current().filter(person=person).update(ended_at=clock.now())
                return_delegations(person.pk)
                _erase(SYSTEM, person, "")
    return again


@on_erasure()
def erase_invitations(erasure: Erasure) -> None:
    """Remove invitations to the erased person, who can be invited anew."""
    Invitation.objects.filter(email=erasure.email).delete()


@on_erasure(
    "alliance.ApiToken.person",
    "alliance.CalendarAddress.person",
    "alliance.MailTest.requested_by",
    "alliance.MeasureVisit.person",
    "alliance.ReviewDraft.person",
    "alliance.SavedView.person",
)
def erase_credentials(erasure: Erasure) -> None:
    """Their tokens go, test letters to themselves, views kept, what they wrote as a visitor, what they never sent."""
    MeasureVisit.objects.filter(person_id=erasure.person_id).delete()
    ReviewDraft.objects.filter(person_id=erasure.person_id).delete()
    SavedView.objects.filter(person_id=erasure.person_id).delete()
    ApiToken.objects.filter(person_id=erasure.person_id).delete()
    CalendarAddress.objects.filter(person_id=erasure.person_id).delete()
    MailTest.objects.filter(requested_by_id=erasure.person_id).delete()
    ContactMessage.objects.filter(email__iexact=erasure.email).delete()
    applications = MembershipApplication.objects.filter(email__iexact=erasure.email)
    applications.exclude(state=ApplicationState.ADMITTED).delete()
    # how an organisation came to be admitted stays with its record, without who asked for it
    applications.update(applicant_name="", applicant_office="", email="")
    # the organisation stays in the directory; how it was reached was this person's
    SupporterContact.objects.filter(email__iexact=erasure.email).delete()
    Subscriber.objects.filter(email=erasure.email.lower()).delete()

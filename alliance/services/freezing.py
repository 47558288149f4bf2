"""Named writes that freeze the account of somebody who may have lost it to another, at once, and thaw it again.

Whoever is the last signatory of an organisation too: nobody gets in, the organisation's obligations and what was signed
stand, and the secretariat can appoint somebody else.
"""

import hashlib

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import AccountDecisionKind, InvitationState, OrganisationKind
from alliance.models import AccountDecision, ApiToken, Invitation, Membership, Person
from alliance.queries.account_refusals import closing_refusal, thawing_refusal
from alliance.queries.actors import actor_without_organisation, secretariat_id
from alliance.services.absences import follow_signatory
from alliance.services.account_decisions import record_decision
from alliance.services.account_letters import enqueue_account_letter
from alliance.services.credentials import end_credentials
from alliance.services.email_changes import end_open_email_changes
from alliance.services.factors import remove_all_factors
from alliance.services.known_devices import forget_all_devices
from alliance.services.people import lock_membership, lock_organisation, refresh_actor
from alliance.services.vacancies import record_lost_holders
from alliance.workflows import INVITATION
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import require_reason, whole_number
from portal.kernel.webhooks import pause_webhooks_made_by

LINK_DAYS = 7
_LINK_SALT = "alliance.freeze-link"


@transaction.atomic
def freeze_account(actor: Actor, person: Person, reason: str) -> Person:
    """Freeze somebody's account, as a manager of the secretariat.

    Sessions, tokens of programs, known devices, waiting sign-ins, changes of address, links for a password and open
    invitations that they sent end at once, and webhooks that they made are paused; no password, passkey or link opens
    it until it is thawed. Raises Forbidden, WrongState, DomainError without a reason.
    """
    cleaned_reason = require_reason(reason)
    host_id = secretariat_id()
    if host_id is not None:  # two managers who freeze each other: the second is none any more
        lock_organisation(host_id)
    require(refresh_actor(actor), "person.freeze", person)
    return _freeze(actor, person, cleaned_reason)


@transaction.atomic
def freeze_member(actor: Actor, membership: Membership, reason: str) -> Person:
    """Freeze the account of a colleague, as an administrator of their organisation; only the secretariat thaws it.

    Refuses as `freeze_account` does, and DomainError for somebody who works for the secretariat too.
    """
    cleaned_reason = require_reason(reason)
    locked = lock_membership(membership)
    require(refresh_actor(actor), "membership.freeze", locked)
    if locked.ended_at is not None:
        raise WrongState(_("This membership has ended."))
    with acting_as(SYSTEM):  # where else they belong is not the administrator's to know
        elsewhere = Membership.objects.current().filter(person_id=locked.person_id)
        if elsewhere.filter(organisation__kind=OrganisationKind.SECRETARIAT).exists():
            raise DomainError(
                _("This person also works for the secretariat: ask a manager to freeze the account.")
            )
    return _freeze(actor, locked.person, cleaned_reason)


@transaction.atomic
def freeze_own_account(person: Person) -> Person:
    """Freeze one's own account. Raises WrongState when it is frozen or closed already."""
    actor = actor_without_organisation(person)
    require(actor, "person.freeze", person)
    return _freeze(actor, person, "")


def _freeze(actor: Actor, person: Person, reason: str) -> Person:
    with acting_as(SYSTEM):  # all of it belongs to the person alone
        locked: Person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if refusal := closing_refusal(actor, locked):
            raise WrongState(refusal)
        locked.is_active = False
        locked.frozen_at, locked.frozen_by_id = clock.now(), actor.person_id
        locked.save(update_fields=["is_active", "frozen_at", "frozen_by"])
        end_credentials(locked)  # links for another password, and sign-ins that wait, rest on the one of now
        forget_all_devices(locked)
        end_open_email_changes(locked)
        tokens = ApiToken.objects.filter(person=locked, revoked_at=None).update(
            revoked_at=clock.now(), revoked_by_id=actor.person_id
        )
        AccountDecision.objects.create(
            person=locked, kind=AccountDecisionKind.FREEZE, reason=reason, decided_by_id=actor.person_id
        )
        invitations = _revoke_invitations_by(locked)
        webhooks = pause_webhooks_made_by(locked.pk)
        journal.record(
            actor, "person.freeze", locked, tokens=tokens, invitations=invitations, webhooks=webhooks
        )
        record_lost_holders(locked)
        follow_signatory(locked)
        enqueue_account_letter("account_frozen", locked.pk)
    return locked


def _revoke_invitations_by(person: Person) -> int:
    """Revoke what the person has sent and nobody has accepted: a thief may have invited themselves."""
    open_invitations = Invitation.objects.filter(invited_by=person, state=InvitationState.OPEN)
    rows = list(open_invitations.select_for_update(of=("self",)).order_by("pk"))
    for invitation in rows:
        INVITATION.apply(SYSTEM, invitation, "revoke")
    return len(rows)


@transaction.atomic
def thaw_account(
    actor: Actor, person: Person, reason: str, *, remove_factors: bool = True
) -> AccountDecision:
    """Let the owner back in, as a manager of the secretariat: they get a letter with a link for a new password.

    Second factors are removed in the same act, for somebody else may have set them up, or stay as they are. Tokens and
    devices do not come back. Raises Forbidden (also for oneself), WrongState, DomainError without a reason.
    """
    require(actor, "person.thaw", person)
    locked: Person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if refusal := thawing_refusal(actor, locked):
        raise WrongState(refusal)
    follow_signatory(locked)  # frozen by a version that did not note it: the day of that is known until now
    locked.is_active, locked.frozen_at, locked.frozen_by_id = True, None, None
    locked.save(update_fields=["is_active", "frozen_at", "frozen_by"])
    follow_signatory(locked)
    decision = record_decision(actor, locked, AccountDecisionKind.THAW, reason)
    are_removed = remove_factors and remove_all_factors(locked)
    if are_removed:
        record_decision(actor, locked, AccountDecisionKind.RESET_FACTORS, reason, within="person.thaw")
    enqueue_account_letter("account_thawed", locked.pk, factors_removed=are_removed)
    return decision


# --- The link in letters -----------------------------------------------------------------------


def new_freeze_token(person: Person) -> str:
    """For the link “this was not me”: it freezes the account, until the next password, for seven days at most."""
    return _signer(person).sign(str(person.pk))


def find_freeze_token(token: str) -> Person | None:
    """Whose account the token freezes; None for one that is over, or is none."""
    number = whole_number(token.partition(":")[0])
    if number is None:
        return None
    with acting_as(SYSTEM):  # its holder need not be signed in
        person = Person.objects.filter(pk=number, is_active=True).first()
    if person is None:
        return None
    try:
        _signer(person).unsign(token, max_age=LINK_DAYS * 24 * 60 * 60)
    except signing.BadSignature:
        return None
    return person


def freeze_by_link(token: str) -> Person:
    """Freeze the account that the token is for. Raises WrongState for one that is over."""
    person = find_freeze_token(token)
    if person is None:
        raise WrongState(_("This link is no longer valid."))
    return freeze_own_account(person)


def _signer(person: Person) -> signing.TimestampSigner:
    """Another one for each password."""
    digest = hashlib.sha256(person.password.encode()).hexdigest()
    return signing.TimestampSigner(salt=f"{_LINK_SALT}:{digest}")

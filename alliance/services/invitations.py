"""Named writes on invitations: invite, send again, revoke, accept."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import InvitationState, OrganisationState
from alliance.models import Invitation, Membership, Organisation, Person
from alliance.queries.last_steps import with_last_entry, with_last_step
from alliance.queries.local_dates import end_of_term
from alliance.queries.organisations import addition_refusal
from alliance.services.absences import follow_signatories
from alliance.services.invitation_tokens import new_invitation_token, sending_of
from alliance.services.people import check_office, check_roles, lock_organisation
from alliance.services.texts import agree_to_consent
from alliance.validators.addresses import clean_address
from alliance.validators.token_secrets import digest_of
from alliance.workflows import INVITATION
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, ActorKind, acting_as, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.text import clean_name

INVITATION_DAYS = 14
_SENDINGS = ("membership.invite", "invitation.resend")  # as the journal names them
_EXPIRY_NOTICED_FOR = timedelta(days=30)  # an invitation that ran out longer ago is no news


@transaction.atomic
def invite_person(
    actor: Actor,
    organisation: Organisation,
    *,
    email: str,
    name: str,
    roles: Collection[str],
    office: str = "",
    language: str = "en",
) -> Invitation:
    """Invite somebody by e-mail; the link lasts until 24:00 of the fourteenth day.

    Raises Forbidden, WrongState for an organisation that has left, or the DomainError of a field: no such role here,
    no office for a signatory, somebody who belongs already or has been invited already.
    """
    require(actor, "membership.invite", organisation)
    locked = lock_organisation(organisation.pk)
    if refusal := addition_refusal(locked):
        raise WrongState(refusal)
    invitation = Invitation(
        organisation=locked,
        email=clean_address(email, field="email"),
        name=clean_name(name, field="name"),
        office=check_office(office, roles),
        roles=check_roles(locked, roles),
        language=language,
        invited_by_id=actor.person_id,
    )
    _refuse_member_or_invited(actor, invitation)
    _renew(invitation)
    event = journal.record(
        actor, "membership.invite", invitation, organisation=locked.pk, grants=invitation.roles
    )
    _enqueue_letter(invitation, event.pk)
    return invitation


def _refuse_member_or_invited(actor: Actor, invitation: Invitation) -> None:
    """Refuse a person who is a member or invited already; an expired invitation does not block a new one."""
    memberships = Membership.objects.current().filter(organisation_id=invitation.organisation_id)
    if memberships.filter(person__email=invitation.email).exists():
        raise DomainError(_("This person already belongs to the organisation."), field="email")
    earlier = Invitation.objects.filter(
        organisation_id=invitation.organisation_id, email=invitation.email, state=InvitationState.OPEN
    ).first()
    if earlier is None:
        return
    if earlier.expires_at > clock.now():
        refusal = _("This person has already been invited; you can send the invitation again.")
        raise DomainError(with_last_entry(actor, refusal, earlier, *_SENDINGS), field="email")
    INVITATION.apply(actor, earlier, "revoke")


@transaction.atomic
def resend_invitation(actor: Actor, invitation: Invitation) -> Invitation:
    """Send an open invitation again, with a new link and new fourteen days; the earlier link is void.

    Raises Forbidden, or WrongState, with who was first, when it was accepted or revoked.
    """
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    require(actor, "invitation.resend", locked)
    if locked.state != InvitationState.OPEN:
        refusal = _("This invitation has already been accepted or revoked.")
        raise WrongState(with_last_step(actor, refusal, INVITATION, locked))
    _renew(locked)
    event = journal.record(actor, "invitation.resend", locked, organisation=locked.organisation_id)
    _enqueue_letter(locked, event.pk)
    return locked


@transaction.atomic
def revoke_invitation(actor: Actor, invitation: Invitation) -> Invitation:
    """Revoke an open invitation; its link is void at once. Raises Forbidden, WrongState."""
    return INVITATION.apply(actor, invitation, "revoke")


def _renew(invitation: Invitation) -> None:
    invitation.sent_at, invitation.expires_at = clock.now(), end_of_term(INVITATION_DAYS)
    invitation.token_sha256 = digest_of(new_invitation_token(invitation))
    invitation.bounce_code = ""
    invitation.save()


def _enqueue_letter(invitation: Invitation, event_id: int) -> None:
    """The job holds no link: the worker derives it when it sends the letter, if it is still the last."""
    payload: dict[str, int | str] = {"invitation": invitation.pk, "sending": sending_of(invitation)}
    enqueue("send_invitation", key=f"invitation:{event_id}", payload=payload)


def enqueue_expired_invitations() -> int:
    """Queue a job for each invitation that has lately run out unanswered; returns how many are new.

    The key holds the invitation and the sending: whoever sent it is notified once, whatever restarts.
    """
    now = clock.now()
    rows = Invitation.objects.filter(
        state=InvitationState.OPEN, expires_at__lte=now, expires_at__gt=now - _EXPIRY_NOTICED_FOR
    )
    return sum(
        enqueue(
            "expire_invitation",
            key=f"expire_invitation:{invitation.pk}:{sending_of(invitation)}",
            payload={"invitation": invitation.pk, "sending": sending_of(invitation)},
        )
        for invitation in rows.order_by("pk")
    )


@transaction.atomic
def record_expiry(invitation_id: int, sending: str) -> bool:
    """Note, as SYSTEM, that an invitation has run out; False when it was answered or sent again in the meantime."""
    rows = Invitation.objects.select_for_update(of=("self",))
    invitation = rows.filter(pk=invitation_id, state=InvitationState.OPEN).first()
    if invitation is None or sending_of(invitation) != sending or invitation.expires_at > clock.now():
        return False
    journal.record(SYSTEM, "invitation.expire", invitation, organisation=invitation.organisation_id)
    return True


def find_invitation(token: str) -> Invitation | None:
    """The open invitation that the token is for; None also for one that has run out, or to whoever left since."""
    rows = Invitation.objects.filter(state=InvitationState.OPEN, expires_at__gt=clock.now())
    rows = rows.exclude(organisation__state=OrganisationState.FORMER)
    invitation: Invitation | None = (
        rows.select_related("organisation").filter(token_sha256=digest_of(token)).first()
    )
    return invitation


@transaction.atomic
def accept_invitation(
    token: str,
    *,
    person: Person | None = None,
    name: str = "",
    password: str = "",
    agreed_to: int | None = None,
) -> Membership:
    """Make a member of the holder of the token: of `person`, or of a new person with this name and password.

    `agreed_to` is the revision of the consent that they have read and agree to; the page asks everybody.
    Raises DomainError when the token is not good any more, or belongs to somebody else's address, or when
    another consent holds by now.
    """
    invitation = find_invitation(token)
    if invitation is None:
        raise DomainError(_("This invitation is no longer valid: ask for a new one."))
    organisation = lock_organisation(invitation.organisation_id)
    joined = person or _new_person(invitation, name, password)
    if joined.email != invitation.email:
        raise DomainError(_("This invitation is for another e-mail address."))
    actor = Actor(
        ActorKind.PERSON, person_id=joined.pk, tenant_id=organisation.pk, tenant_kind=organisation.kind
    )
    if Membership.objects.current().filter(person=joined, organisation=organisation).exists():
        raise DomainError(_("You already belong to this organisation."))
    with acting_as(actor):
        membership: Membership = Membership.objects.create(
            person=joined,
            organisation=organisation,
            roles=invitation.roles,
            office=invitation.office,
            started_at=clock.now(),
        )
        if agreed_to is not None:
            agree_to_consent(actor, expected_revision=agreed_to)
        INVITATION.apply(actor, invitation, "accept", data={"membership": membership.pk})
    follow_signatories(organisation)
    return membership


def _new_person(invitation: Invitation, name: str, password: str) -> Person:
    if Person.objects.filter(email=invitation.email).exists():
        raise DomainError(_("You already have an account: sign in, then accept."))
    clean = clean_name(name, field="name")
    return Person.objects.create_user(invitation.email, password, name=clean, language=invitation.language)

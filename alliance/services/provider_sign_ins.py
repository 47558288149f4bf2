"""Who is admitted by an identity provider: people with a verified address in one of its domains, without any rights.

A person unknown here becomes a member without rights, and the administrators are notified. An identity that came once
is known by its number at the provider from then on.
"""

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language

from alliance.enums import InvitationState, SignInFault
from alliance.models import EmailDomain, IdentityProvider, Invitation, Membership, Person
from alliance.queries.actors import actor_without_organisation
from alliance.queries.identity_providers import is_open
from alliance.services.invitation_tokens import invitation_token_of
from alliance.services.people import lock_organisation
from alliance.validators.email_domains import domain_of
from portal.kernel import clock, journal
from portal.kernel.access import ANYONE, SYSTEM, Actor, ActorKind, acting_as, require
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_name


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider has said, after its answer was checked; `has_factor`: that a second factor was."""

    uid: str
    email: str
    is_verified: bool
    name: str = ""
    has_factor: bool = False


class SignInRefused(Exception):
    """Nobody is signed in, for this reason."""

    def __init__(self, fault: SignInFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Admission:
    """Who signs in; with the token of an invitation that waits for them, and whether their second factor counts."""

    person: Person
    invitation_token: str = ""
    has_factor: bool = False  # the provider has stated one, and is trusted to by now


def check_identity(provider: IdentityProvider, identity: Identity) -> None:
    """Raise SignInRefused unless the address was verified by the provider and is in one of its domains."""
    if not identity.is_verified or not identity.email:
        raise SignInRefused(SignInFault.UNVERIFIED)
    domains = EmailDomain.objects.filter(provider=provider, domain=domain_of(identity.email))
    if not domains.exists():
        raise SignInRefused(SignInFault.OUTSIDE)


@transaction.atomic
def admit(provider: IdentityProvider, identity: Identity) -> Admission:
    """Find the person whom the provider has identified, or make one; link them, and make them a member without rights.

    Where an invitation to the organisation waits for the address, membership comes by that. Raises SignInRefused: the
    provider is off, the address not verified or of another domain, the account closed, the membership ended.
    """
    with acting_as(SYSTEM):
        lock_organisation(provider.organisation_id)
        current = IdentityProvider.objects.select_related("organisation").get(pk=provider.pk)
        if not is_open(current):
            raise SignInRefused(SignInFault.OFF)
        check_identity(current, identity)
        account = (
            SocialAccount.objects.select_related("user")
            .filter(provider=current.key, uid=identity.uid)
            .first()
        )
        person = account.user if account else Person.objects.filter(email=identity.email).first()
        if person is not None and not person.is_active:
            raise SignInRefused(SignInFault.CLOSED)
        is_member = person is not None and _memberships(current, person).filter(ended_at=None).exists()
        token = "" if is_member else _waiting_invitation(current, person.email if person else identity.email)
        person = person or _new_person(identity)
        if not is_member and not token:
            _join(current, person)
        _link(current, person, account, identity.uid)
    return Admission(person, token, current.trusts_factor and identity.has_factor)


def _waiting_invitation(provider: IdentityProvider, email: str) -> str:
    invitation = Invitation.objects.filter(
        organisation=provider.organisation_id,
        email=email,
        state=InvitationState.OPEN,
        expires_at__gt=clock.now(),
    ).first()
    return (invitation_token_of(invitation) or "") if invitation else ""


def _new_person(identity: Identity) -> Person:
    """Somebody without a password, under the name that the provider gave, or what stands before the @."""
    try:
        name = clean_name(identity.name[:150])
    except DomainError:
        name = identity.email.partition("@")[0]
    language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    person: Person = Person.objects.create_user(identity.email, None, name=name, language=language)
    return person


def _memberships(provider: IdentityProvider, person: Person) -> QuerySet[Membership]:
    """All that the person ever had in the organisation."""
    return Membership.objects.filter(person=person, organisation=provider.organisation_id)


def _join(provider: IdentityProvider, person: Person) -> None:
    """Make the person a member without rights. Who has left or was removed comes back by an invitation alone."""
    organisation = provider.organisation
    if _memberships(provider, person).exists():
        raise SignInRefused(SignInFault.ENDED)
    actor = Actor(
        ActorKind.PERSON, person_id=person.pk, tenant_id=organisation.pk, tenant_kind=organisation.kind
    )
    membership = Membership(person=person, organisation=organisation, roles=[], started_at=clock.now())
    require(actor, "membership.join", membership)
    with acting_as(actor, identifying=True):
        membership.save()
        journal.record(actor, "membership.join", membership, provider=provider.pk)


def _link(provider: IdentityProvider, person: Person, account: SocialAccount | None, uid: str) -> None:
    if account is not None:
        account.save(update_fields=["last_login"])
        return
    SocialAccount.objects.create(user=person, provider=provider.key, uid=uid, extra_data={})
    with acting_as(actor_without_organisation(person)) as actor:
        journal.record(actor, "person.link_account", person, provider=provider.pk)


def is_linked(person: Person, provider: IdentityProvider, uid: str) -> bool:
    """Whether the identity at the provider is the person's."""
    with acting_as(ANYONE, identifying=True):
        accounts = SocialAccount.objects.filter(user=person, provider=provider.key, uid=uid)
        return bool(accounts.exists())

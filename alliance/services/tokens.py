"""Named writes on tokens: make one for oneself, revoke one, allow or forbid them; and the count of their uses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.models import ApiToken, Membership, Organisation, Person
from alliance.queries.actors import actor_without_organisation
from alliance.queries.last_steps import done_refusal
from alliance.queries.local_dates import end_of_term
from alliance.queries.tokens import (
    actor_of_access,
    actor_of_token,
    client_named,
    expiring_tokens,
    expiry_day,
    holds_secret,
    is_usable,
)
from alliance.services.people import lock_organisation
from alliance.validators.access_tokens import AccessToken, read_access_token, sign_access_token
from alliance.validators.token_secrets import (
    CLIENT_PREFIX,
    HINT_LENGTH,
    PREFIX,
    digest_of,
    is_well_formed,
    new_client_id,
    new_secret,
    secret_of,
)
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, available_scopes, person_of, require, tenant_of
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.stored_secrets import SecretForm, derive, refuse_older_form
from portal.kernel.text import clean_name

MAX_DAYS = 365
DEFAULT_DAYS = 90
_MAX_TOKENS = 20  # of one person in one organisation
EARLIER_SECRET_HOLDS = timedelta(days=1)
_REVOCATION = "token.revoke"  # as the journal names it


@transaction.atomic
def create_token(
    actor: Actor,
    *,
    name: str,
    scopes: Collection[str],
    days: int = DEFAULT_DAYS,
    sso_factor: bool = False,
    form_key: str = "",
) -> tuple[ApiToken, str]:
    """Make a token with which a program acts as this person in this organisation; gives it and its secret.

    The secret is never stored. With the key of a form (a random UUID, which the form alone has) the secret follows
    from it: the same form sent twice gives the one token and its secret again. `sso_factor`: it is made in a session
    whose identity provider vouched for a second factor, so that its owner needs none here. Raises Forbidden,
    WrongState for a form whose token was revoked, or the DomainError of a field: no scope that one can choose, a term
    of over a year, a name that another token of theirs has.
    """
    terms = _Terms(name, scopes, days, sso_factor)
    return _create(actor, "token.create", PREFIX, terms, form_key)


@transaction.atomic
def create_client(
    actor: Actor,
    *,
    name: str,
    scopes: Collection[str],
    days: int = DEFAULT_DAYS,
    sso_factor: bool = False,
    form_key: str = "",
) -> tuple[ApiToken, str]:
    """Make an OAuth client of the administrator who acts: a program gets access tokens with its secret.

    It acts as this person, as a token does, and ends with what ends theirs. Gives it and its secret, which is never
    stored. Raises as `create_token`.
    """
    terms = _Terms(name, scopes, days, sso_factor)
    return _create(actor, "client.create", CLIENT_PREFIX, terms, form_key)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What somebody decides about a token."""

    name: str
    scopes: Collection[str]
    days: int
    sso_factor: bool


def _create(actor: Actor, rule: str, prefix: str, terms: _Terms, form_key: str) -> tuple[ApiToken, str]:
    organisation = lock_organisation(tenant_of(actor))
    require(actor, rule, organisation)
    if not organisation.tokens_allowed:
        raise DomainError(_("Your organisation has turned API access off; ask an administrator."))
    membership = Membership.objects.current().select_related("person").get(
        person_id=person_of(actor), organisation=organisation
    )  # fmt: skip
    secret = _secret_of_form(membership, form_key, prefix) if form_key else new_secret(prefix)
    earlier = ApiToken.objects.filter(membership=membership, sha256=digest_of(secret)).first()
    if earlier is not None:
        _refuse_revoked(actor, earlier)
        return earlier, secret
    available_name, checked_scopes = (
        _available_name(membership, terms.name),
        _check_scopes(actor, terms.scopes),
    )
    days = terms.days
    if not 1 <= days <= MAX_DAYS:
        raise DomainError(_("A token is valid for 1 to %(days)s days.") % {"days": MAX_DAYS}, field="days")
    token = ApiToken(
        membership=membership,
        person=membership.person,
        organisation=organisation,
        name=available_name,
        scopes=checked_scopes,
        sha256=digest_of(secret),
        hint=secret[:HINT_LENGTH],
        credentials_version=membership.person.credentials_version,
        sso_factor=terms.sso_factor,
        expires_at=end_of_term(days),
        client_id=new_client_id() if prefix == CLIENT_PREFIX else None,
    )
    token.save()
    # of a client too: its owner reads that something acts in their name from now on
    journal.record(actor, "token.create", token, scopes=token.scopes, days=days)
    return token, secret


@transaction.atomic
def rotate_client(actor: Actor, client: ApiToken, form: SecretForm | None = None) -> tuple[ApiToken, str]:
    """Give a client another secret; the one before holds for a day. Only its owner may: it acts as them.

    Gives it and the secret, which is never stored. With a form the secret follows from it: sent twice it gives the one
    secret. Raises Forbidden, or WrongState for one that was revoked, and for a form older than the present secret.
    """
    locked: ApiToken = ApiToken.objects.select_for_update(of=("self",)).get(pk=client.pk)
    require(actor, "client.rotate", locked)
    if not locked.is_client:
        raise WrongState(_("This has already been done."))
    _refuse_revoked(actor, locked)
    secret = new_secret(CLIENT_PREFIX)
    if form is not None:
        facts = f"rotate:{locked.pk}:{form.replaces}:{form.key}"
        secret = secret_of(derive("alliance.token", facts), CLIENT_PREFIX)
    if digest_of(secret) == locked.sha256:  # the same form twice
        return locked, secret
    refuse_older_form(form, locked.sha256)
    locked.earlier_sha256, locked.earlier_until = locked.sha256, clock.now() + EARLIER_SECRET_HOLDS
    locked.sha256, locked.hint = digest_of(secret), secret[:HINT_LENGTH]
    locked.save(update_fields=["earlier_sha256", "earlier_until", "sha256", "hint"])
    journal.record(actor, "client.rotate", locked, person=locked.person_id)
    return locked, secret


def find_client(client_id: str) -> ApiToken | None:
    """The client of this name, as SYSTEM: nobody is known before it has shown its secret. Two queries."""
    with acting_as(SYSTEM):
        return client_named(client_id)


def shows_its_secret(client: ApiToken, secret: str) -> bool:
    """Whether this is a secret of the client, and it and its owner's access hold now."""
    with acting_as(SYSTEM):
        return holds_secret(client, secret)


def issue_access_token(client: ApiToken, scopes: Collection[str]) -> str:
    """An access token of minutes for a client that has shown its secret; counted as a use of it."""
    now = clock.now()
    with acting_as(SYSTEM):
        ApiToken.objects.filter(pk=client.pk).update(uses=F("uses") + 1, used_at=_hour())
    return sign_access_token(AccessToken(str(client.client_id), sorted(scopes), now))


def end_access_of(client: ApiToken, until: datetime) -> None:
    """End every access token that the client was given until this moment; its secret gets new ones."""
    with acting_as(SYSTEM):
        # PostgreSQL's GREATEST passes over the null of a client that has no end yet
        ApiToken.objects.filter(pk=client.pk).update(
            access_ended_at=Greatest("access_ended_at", Value(until))
        )


def _secret_of_form(membership: Membership, form_key: str, prefix: str) -> str:
    return secret_of(derive("alliance.token", f"{prefix}{membership.pk}:{form_key}"), prefix)


def _refuse_revoked(actor: Actor, token: ApiToken) -> None:
    """Raise WrongState, with who has revoked it, unless the token holds."""
    if token.revoked_at is not None:
        raise WrongState(done_refusal(actor, journal.last_entry_about(token, _REVOCATION)))


def _available_name(membership: Membership, name: str) -> str:
    clean = clean_name(name, field="name")
    own = ApiToken.objects.filter(membership=membership, revoked_at__isnull=True)
    if own.filter(name=clean).exists():
        raise DomainError(
            _("You already have a token of this name: revoke it, or choose another name."), field="name"
        )
    if own.count() >= _MAX_TOKENS:
        message = _("The limit of %(most)d tokens is reached: revoke one first.")
        raise DomainError(message % {"most": _MAX_TOKENS})
    return clean


def _check_scopes(actor: Actor, scopes: Collection[str]) -> list[str]:
    possible = [scope.name for scope in available_scopes(for_host=actor.is_host)]
    if not scopes:
        raise DomainError(_("Choose at least one."), field="scopes")
    if not set(scopes) <= set(possible):
        raise DomainError(_("You do not have this permission."), field="scopes")
    return [scope for scope in possible if scope in scopes]


@transaction.atomic
def revoke_token(actor: Actor, token: ApiToken) -> ApiToken:
    """End a token: the program that has it is refused at once. Raises Forbidden, WrongState."""
    locked: ApiToken = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    require(actor, "token.revoke", locked)
    _refuse_revoked(actor, locked)
    locked.revoked_at, locked.revoked_by_id = clock.now(), actor.person_id
    locked.save(update_fields=["revoked_at", "revoked_by"])
    journal.record(actor, "token.revoke", locked, person=locked.person_id)
    return locked


@transaction.atomic
def revoke_tokens_of(person: Person, *, at: datetime) -> int:
    """End every token of the person, in all their organisations, at this moment; returns how many they were.

    Part of an act of the person's own that has its letter; as SYSTEM, for they may not be signed in.
    """
    actor = actor_without_organisation(person)
    with acting_as(SYSTEM):
        tokens = list(
            ApiToken.objects.select_for_update(of=("self",)).filter(
                person=person, revoked_at__isnull=True, expires_at__gt=at
            )
        )
        ApiToken.objects.filter(pk__in=[token.pk for token in tokens]).update(
            revoked_at=at, revoked_by=person
        )
        for token in tokens:
            journal.record(actor, "token.revoke", token, person=person.pk)
    return len(tokens)


@transaction.atomic
def allow_tokens(actor: Actor, allowed: bool) -> Organisation:
    """Turn access for programs on or off for the organisation that the actor acts for.

    Off, all tokens of its people are refused at once; on, those that were not revoked hold again.
    Raises Forbidden.
    """
    organisation = lock_organisation(tenant_of(actor))
    require(actor, "token.allow", organisation)
    organisation.tokens_allowed = allowed
    organisation.save(update_fields=["tokens_allowed"])
    journal.record(actor, "token.allow", organisation, allowed=allowed)
    return organisation


def enqueue_token_reminders() -> int:
    """Queue a job for each token that runs out soon; returns how many are new.

    The key holds the token and the step: two schedulers queue it once, whatever restarts.
    """
    return sum(
        enqueue(
            "remind_token",
            key=f"remind_token:{token.pk}:{step.days}d",
            payload={
                "token": token.pk,
                "on": expiry_day(token).isoformat(),
                "planned": step.planned_on.isoformat(),
            },
        )
        for token, step in expiring_tokens()
    )


@transaction.atomic
def record_token_reminder(token_id: int, day: date, planned_on: date) -> bool:
    """Remind its owner, as SYSTEM, through the event; False when it ended in the meantime."""
    rows = ApiToken.objects.select_related("person", "organisation", "membership")
    token = rows.filter(pk=token_id, revoked_at=None).first()
    if token is None or not is_usable(token):
        return False
    journal.record(SYSTEM, "token.remind", token, on=day.isoformat(), planned=planned_on.isoformat())
    return True


def authenticate_token(secret: str) -> Actor | None:
    """Who acts with this token; None when it does not hold. Its use is counted, to the hour.

    Raises FactorMissing where its owner must set up a second factor first.

    Apart from the request, in a transaction that is over at once: no request with the token waits for another.
    """
    access = read_access_token(secret)
    if access is None and not is_well_formed(secret):  # mistyped: the database is not asked
        return None
    with acting_as(SYSTEM):
        bearer = actor_of_access(access) if access is not None else actor_of_token(secret)
        if bearer is not None and bearer.credential_id:
            rows = ApiToken.objects.filter(pk=bearer.credential_id)
            rows.update(uses=F("uses") + 1, used_at=_hour())
    return bearer


def _hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)

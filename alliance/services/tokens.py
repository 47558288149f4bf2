"""Named writes on tokens: make one for oneself, revoke one, allow or forbid them; and the count of their uses."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.models import ApiToken, Membership, Organisation, Person
from alliance.queries.actors import actor_without_organisation
from alliance.queries.local_dates import end_of_term
from alliance.queries.tokens import actor_of_token, expiring_tokens, expiry_day, is_usable
from alliance.services.people import lock_organisation
from alliance.validators.token_secrets import (
    HINT_LENGTH,
    digest_of,
    is_well_formed,
    new_secret,
    secret_of,
)
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, available_scopes, person_of, require, tenant_of
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.stored_secrets import derive
from portal.kernel.text import clean_name

MAX_DAYS = 365
DEFAULT_DAYS = 90
_MAX_TOKENS = 20  # of one person in one organisation


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
    organisation = lock_organisation(tenant_of(actor))
    require(actor, "token.create", organisation)
    if not organisation.tokens_allowed:
        raise DomainError(_("Your organisation has turned API access off; ask an administrator."))
    membership = Membership.objects.current().select_related("person").get(
        person_id=person_of(actor), organisation=organisation
    )  # fmt: skip
    secret = _secret_of_form(membership, form_key) if form_key else new_secret()
    earlier = ApiToken.objects.filter(membership=membership, sha256=digest_of(secret)).first()
    if earlier is not None:
        return _unrevoked(earlier), secret
    available_name, checked_scopes = _available_name(membership, name), _check_scopes(actor, scopes)
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
        sso_factor=sso_factor,
        expires_at=end_of_term(days),
    )
    token.save()
    journal.record(actor, "token.create", token, scopes=token.scopes, days=days)
    return token, secret


def _secret_of_form(membership: Membership, form_key: str) -> str:
    return secret_of(derive("alliance.token", f"{membership.pk}:{form_key}"))


def _unrevoked(token: ApiToken) -> ApiToken:
    if token.revoked_at is not None:
        raise WrongState(_("This has already been done."))
    return token


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
    if locked.revoked_at is not None:
        raise WrongState(_("This has already been done."))
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
    if not is_well_formed(secret):  # mistyped: the database is not asked
        return None
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    with acting_as(SYSTEM):
        bearer = actor_of_token(secret)
        if bearer is not None and bearer.credential_id:
            ApiToken.objects.filter(pk=bearer.credential_id).update(uses=F("uses") + 1, used_at=hour)
    return bearer

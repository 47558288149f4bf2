"""Reads of tokens: whose a token is when a program shows it, and the lists of both areas."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from alliance.access import has_portal_access
from alliance.models import ApiToken, Organisation, Person
from alliance.queries.actors import actor_from, memberships_of
from alliance.queries.factor_mandates import factor_mandate, owner_has_factor
from alliance.queries.identity_providers import vouches_for_factors
from alliance.queries.local_dates import day_of, last_day, today
from alliance.queries.reminder_steps import ReminderStep, reached_step
from alliance.validators.access_tokens import AccessToken
from alliance.validators.token_secrets import digest_of
from portal.kernel import clock
from portal.kernel.access import Actor, can
from portal.kernel.alphabet import ByAlphabet

REMINDER_DAYS = (14, 3)  # days before it runs out; its owner is reminded at each


class FactorMissing(Exception):
    """The token holds, but its owner must have a second factor by now, and has none."""


def actor_of_token(secret: str) -> Actor | None:
    """Who acts with this token: its owner in its organisation, and no more than its scopes.

    None for one that is no token, was revoked, has run out, or whose owner has lost access or changed the
    password since; the answer is the same in each case. Raises FactorMissing. Asked as SYSTEM. Two queries.
    """
    token = _tokens_with_owners().filter(sha256=digest_of(secret), client_id=None).first()
    return _actor_of(token, token.scopes) if token is not None else None


def actor_of_access(access: AccessToken) -> Actor | None:
    """Who acts with this access token of a client: its owner, and no more than the scopes of both.

    None where it was revoked, and where a token would not hold. Raises FactorMissing. Asked as SYSTEM. Two queries.
    """
    client = _tokens_with_owners().filter(client_id=access.client_id).first()
    if client is None or (client.access_ended_at and access.issued_at <= client.access_ended_at):
        return None
    return _actor_of(client, [scope for scope in access.scopes if scope in client.scopes])


def _tokens_with_owners() -> QuerySet[Any]:
    return ApiToken.objects.select_related("person").annotate(has_factor=owner_has_factor())


def _actor_of(token: Any, scopes: Collection[str]) -> Actor | None:
    """Who acts with it, where it and its owner's access hold. Raises FactorMissing."""
    memberships = memberships_of(token.person_id)
    membership = memberships.choose(token.organisation_id)
    if membership is None or membership.pk != token.membership_id:
        return None
    # read with the memberships, and not once more
    token.membership, token.organisation = membership, membership.organisation
    if not _is_valid(token):
        return None
    mandate = factor_mandate(token.person, memberships)
    if mandate is not None and mandate.is_due and not (token.has_factor or _provider_vouches(token)):
        raise FactorMissing
    actor = actor_from(memberships, token.organisation_id)
    return replace(actor, scopes=frozenset(scopes), credential_id=token.pk)


def may_rotate(actor: Actor, token: ApiToken) -> bool:
    """Whether it is a client that the actor may give another secret."""
    return token.is_client and can(actor, "client.rotate", token)


def client_named(client_id: str) -> ApiToken | None:
    """The client of this name with its owner, whether or not it holds. Asked as SYSTEM. One query."""
    rows = ApiToken.objects.select_related("person", "organisation", "membership")
    client: ApiToken | None = rows.filter(client_id=client_id).first()
    return client


def holds_secret(client: ApiToken, secret: str) -> bool:
    """Whether this is a secret of the client now: its own, or for a day the one before, while it holds at all."""
    digest = digest_of(secret)
    is_present = constant_time_compare(digest, client.sha256)
    until = client.earlier_until
    is_earlier = (
        until is not None and clock.now() < until and constant_time_compare(digest, client.earlier_sha256)
    )
    return (is_present or is_earlier) and is_usable(client)


def _provider_vouches(token: ApiToken) -> bool:
    """Whether a provider vouched for a second factor when it was made, and one of the organisation is trusted still."""
    return token.sso_factor and vouches_for_factors(token.organisation)


def _is_valid(token: ApiToken) -> bool:
    return token.is_valid_at(clock.now()) and token.organisation.tokens_allowed and owner_has_access(token)


def owner_has_access(token: ApiToken) -> bool:
    """Whether its owner is still who made it: active, with access there, and the password of that time."""
    has_access = has_portal_access(token.organisation.kind, token.organisation.state)
    same_password = token.credentials_version == token.person.credentials_version
    return has_access and same_password and token.person.is_active and token.membership.ended_at is None


def token_state(token: ApiToken) -> str:
    """Whether it works, and if not why: works, off, run_out, access_ended."""
    if token.expires_at <= clock.now():
        return "run_out"
    if not owner_has_access(token):
        return "access_ended"
    return "works" if token.organisation.tokens_allowed else "off"


def token_list(actor: Actor) -> QuerySet[ApiToken]:
    """The tokens that the actor sees and that were not revoked, the latest first."""
    rows = ApiToken.objects.visible_to(actor).filter(revoked_at__isnull=True)
    tokens: QuerySet[ApiToken] = rows.select_related("person", "organisation", "membership")
    return tokens


def expiry_day(token: ApiToken) -> date:
    """The last day on which it works, in the alliance's time zone."""
    return last_day(token.expires_at)


def days_left(token: ApiToken) -> int:
    """How many days are left until the one on which it runs out."""
    return (expiry_day(token) - today()).days


def is_usable(token: ApiToken) -> bool:
    """Whether a program that shows it is let in now."""
    return _is_valid(token)


def expiring_tokens() -> list[tuple[ApiToken, ReminderStep]]:
    """Tokens that work and run out soon, each with the step that is reached; not those that were made after it."""
    until = clock.now() + timedelta(days=max(REMINDER_DAYS) + 3)  # a weekend, and the day itself
    rows = ApiToken.objects.filter(revoked_at__isnull=True, expires_at__lte=until)
    reminders = []
    for token in rows.select_related("person", "organisation", "membership").order_by("pk"):
        if not is_usable(token):
            continue
        day_after = day_of(token.created_at) + timedelta(days=1)
        step = reached_step(expiry_day(token), today(), REMINDER_DAYS, day_after)
        if step:
            reminders.append((token, step))
    return reminders


def tokens_revoked_at(person: Person, at: datetime) -> list[ApiToken]:
    """The tokens of a person that ended in the act of this moment, with their organisations, by name."""
    rows = ApiToken.objects.filter(person=person, revoked_at=at).select_related("organisation")
    return list(rows.order_by(ByAlphabet("name"), "pk"))


def active_token_count(organisation: Organisation) -> int:
    """How many tokens of the organisation's people have neither been revoked nor run out."""
    rows = ApiToken.objects.filter(organisation=organisation, revoked_at__isnull=True)
    return rows.filter(expires_at__gt=clock.now(), membership__ended_at__isnull=True).count()

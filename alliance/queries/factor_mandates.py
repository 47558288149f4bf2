"""Who must sign in with a second factor, from when on, and whether they do.

Required of the secretariat, signatories and administrators, whatever they sign in with. Asked before every page: who
has no such rights costs no query, who has them one in a session.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from alliance.models import Person
from alliance.models.identity_providers import SSO_FACTOR_KEY
from alliance.queries.actors import PersonMemberships
from alliance.queries.local_dates import day_of, end_of_day
from portal.kernel import clock

# in the session: under which mandate a second factor was seen; another mandate is asked about anew
_SEEN_KEY = "second_factor_seen"
_SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are none


@dataclass(frozen=True, slots=True)
class FactorMandate:
    """That a person must have a second factor: since when they have such rights, and until when they may go without."""

    since: datetime
    removed_at: datetime | None  # when the secretariat removed lost factors: another one is due at once

    @property
    def due_at(self) -> datetime:
        """From this moment on nothing but the way to a second factor is open; 24:00 of a day, or at once."""
        if self.removed_at is not None and self.removed_at >= self.since:
            return self.removed_at
        days = settings.SECOND_FACTOR_DAYS
        day = day_of(self.since) + timedelta(days=days)
        return end_of_day(day) if days else self.since

    @property
    def is_due(self) -> bool:
        return self.due_at <= clock.now()


def factor_mandate(person: Person, memberships: PersonMemberships) -> FactorMandate | None:
    """The person's mandate; None for who has no rights that require a second factor. No query."""
    since = memberships.privileged_since if settings.SECOND_FACTOR_REQUIRED else None
    return FactorMandate(since, person.factors_removed_at) if since else None


def has_required_factor(person: Person, session: MutableMapping[str, Any], mandate: FactorMandate) -> bool:
    """Whether the mandate is fulfilled in this session; a query once, while the mandate is the same.

    Whoever has a mandate cannot remove their last factor; where the secretariat removes it, their sessions end. So
    do those that rest on the factor of a provider that is trusted no more.
    """
    if session.get(SSO_FACTOR_KEY) is True:
        return True
    seen = mandate.since.isoformat()
    if session.get(_SEEN_KEY) == seen:
        return True
    has_factor = second_factors(person).exists()
    if has_factor:
        session[_SEEN_KEY] = seen
    return has_factor


def second_factors(person: Person) -> QuerySet[Authenticator]:
    """What counts as a second factor: an app or a passkey."""
    factors: QuerySet[Authenticator] = Authenticator.objects.filter(user=person, type__in=_SECOND_FACTORS)
    return factors


def owner_has_factor() -> Exists:
    """For a query of rows of a `person`: whether they have a second factor."""
    return Exists(Authenticator.objects.filter(user=OuterRef("person"), type__in=_SECOND_FACTORS))

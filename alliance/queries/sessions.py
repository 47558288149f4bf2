"""Named reads on sessions: where a person is signed in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Now

from alliance.enums import OrganisationKind
from alliance.models import Person, PersonSession
from alliance.models.sessions import idle_lifetime, lifetime
from alliance.queries.people import organisations_of


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser in which the person is signed in; `name` identifies it on pages, its key is never shown."""

    name: str
    device: str
    started_at: datetime
    last_used_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """When the sessions of a person end: after the last use, and after signing in."""

    idle: timedelta
    absolute: timedelta


def session_limits(person: Person) -> SessionLimits:
    """The limits that hold for this person: shorter without use where they work for the secretariat."""
    works_there = organisations_of(person).filter(organisation__kind=OrganisationKind.SECRETARIAT).exists()
    return SessionLimits(idle_lifetime(of_secretariat=works_there), lifetime())


def session_name(key: str) -> str:
    """The name of a session on pages, from which its key cannot be derived."""
    return hashlib.sha256(f"session:{key}".encode()).hexdigest()[:24]


def open_sessions(person: Person, current: str | None) -> Sequence[OpenSession]:
    """The person's sessions that have not run out: this one first, then by their last use."""
    rows = PersonSession.objects.filter(
        person=person, expire_date__gt=Now(), last_used_at__gt=Now() - session_limits(person).idle
    )
    sessions = [
        OpenSession(
            session_name(row.session_key),
            row.device,
            row.started_at,
            row.last_used_at,
            row.session_key == current,
        )
        for row in rows.order_by("-last_used_at")
    ]
    return sorted(sessions, key=lambda session: not session.is_current)

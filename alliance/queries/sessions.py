"""Named reads on sessions: where a person is signed in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from alliance.models import Person, PersonSession
from alliance.models.sessions import IDLE_LIFETIME


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser in which the person is signed in; `name` identifies it on pages, its key is never shown."""

    name: str
    device: str
    started_at: datetime
    last_used_at: datetime
    is_current: bool


def session_name(key: str) -> str:
    """The name of a session on pages, from which its key cannot be derived."""
    return hashlib.sha256(f"session:{key}".encode()).hexdigest()[:24]


def open_sessions(person: Person, current: str | None) -> Sequence[OpenSession]:
    """The person's sessions that have not run out: this one first, then by their last use."""
    now = timezone.now()
    rows = PersonSession.objects.filter(
        person=person, expire_date__gt=now, last_used_at__gte=now - IDLE_LIFETIME
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

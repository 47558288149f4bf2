"""Who has a report open just now: a minute's memory in the cache, never in the database."""

import time
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

from portal.kernel.access import Actor

PRESENCE_SECONDS = 75

PresenceByPerson = dict[int | None, tuple[str, str, float]]  # by person: name, place, moment


@dataclass(frozen=True, slots=True)
class PresentPerson:
    """Somebody who has the report open, and where in it."""

    name: str
    location: str
    tone: int


def refresh_presence(actor: Actor, report_id: int, name: str, location: str) -> list[PresentPerson]:
    """Note that the actor is here; returns everyone who is, the newest first.

    A lost cache only forgets, and one that is away shows the actor alone: nobody is prevented from writing.
    """
    now = time.time()
    entry = {actor.person_id: (name, location, now)}
    try:
        known = _update_presence(f"present:{report_id}", entry, now)
    except RedisError:
        known = entry
    ordered = sorted(known.items(), key=lambda pair: -pair[1][2])
    return [PresentPerson(presence[0], presence[1], (person or 0) % 5 + 1) for person, presence in ordered]


def _update_presence(key: str, entry: PresenceByPerson, now: float) -> PresenceByPerson:
    known: PresenceByPerson = cache.get(key) or {}
    known = {
        person: presence for person, presence in known.items() if now - presence[2] < PRESENCE_SECONDS
    } | entry
    cache.set(key, known, PRESENCE_SECONDS)
    return known

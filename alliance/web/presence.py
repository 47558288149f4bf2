"""Who has a report open just now: a minute's memory in the cache, never in the database."""

import time
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

from portal.kernel.access import Actor

SECONDS = 75

Seen = dict[int | None, tuple[str, str, float]]  # by person: name, place, moment


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has the report open, and where in it."""

    name: str
    where: str
    tone: int


def arrive(actor: Actor, report_id: int, name: str, where: str) -> list[Present]:
    """Say that the actor is here; gives back everyone who is, the newest first.

    A lost cache only forgets, and one that is away shows the actor alone: nobody is kept from writing.
    """
    now = time.time()
    mine = {actor.person_id: (name, where, now)}
    try:
        known = _remembered(f"present:{report_id}", mine, now)
    except RedisError:
        known = mine
    ordered = sorted(known.items(), key=lambda pair: -pair[1][2])
    return [Present(seen[0], seen[1], (person or 0) % 5 + 1) for person, seen in ordered]


def _remembered(key: str, mine: Seen, now: float) -> Seen:
    known: Seen = cache.get(key) or {}
    known = {person: seen for person, seen in known.items() if now - seen[2] < SECONDS} | mine
    cache.set(key, known, SECONDS)
    return known

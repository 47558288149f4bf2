"""Who has a report open just now: a minute's memory in the cache, never in the database."""

import time
from dataclasses import dataclass

from django.core.cache import cache

from portal.kernel.access import Actor

SECONDS = 75


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has the report open, and where in it."""

    name: str
    where: str
    tone: int


def arrive(actor: Actor, report_id: int, name: str, where: str) -> list[Present]:
    """Say that the actor is here; gives back everyone who is, the newest first. A lost cache only forgets."""
    key, now = f"present:{report_id}", time.time()
    known = cache.get(key) or {}
    known = {person: seen for person, seen in known.items() if now - seen[2] < SECONDS}
    known[actor.person_id] = (name, where, now)
    cache.set(key, known, SECONDS)
    ordered = sorted(known.items(), key=lambda pair: -pair[1][2])
    return [Present(seen[0], seen[1], person % 5 + 1) for person, seen in ordered]

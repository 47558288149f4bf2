"""Counts of tries in the database, while the cache is away.

They are written apart from the transaction of the request: what it refuses is undone, the count is not, and no request
waits until another one has ended. The database's clock decides; one that jumps back lets no window last longer than it
should.
"""

import hashlib

from portal.kernel.database import run_apart

_IS_OPEN = "counted.ends_at > now() AND counted.ends_at <= now() + %(seconds)s * interval '1 second'"
# the row is nobody's: its policy asks for the setting
_OPENED = "SELECT set_config('portal.identifying', 'on', true);"
_ADD = f"""{_OPENED}
    INSERT INTO portal_limitcount AS counted (digest, used, ends_at)
    VALUES (%(digest)s, 1, now() + %(seconds)s * interval '1 second')
    ON CONFLICT (digest) DO UPDATE SET
      used = CASE WHEN {_IS_OPEN} THEN counted.used + 1 ELSE 1 END,
      ends_at = CASE WHEN {_IS_OPEN} THEN counted.ends_at ELSE excluded.ends_at END
    RETURNING used, extract(epoch FROM ends_at - now())"""
_TAKE_BACK = f"{_OPENED} UPDATE portal_limitcount SET used = used - 1 WHERE digest = %(digest)s AND used > 0"
_FORGET = f"{_OPENED} DELETE FROM portal_limitcount WHERE digest = %(digest)s"


def add(name: str, seconds: int) -> tuple[int, float]:
    """Count one try; returns how many there were in this window, and in how many seconds it ends."""
    ((used, left),) = run_apart(_ADD, {"digest": _digest(name), "seconds": seconds})
    return int(used), float(left)


def take_back(name: str, seconds: int) -> None:
    """Count one try less."""
    del seconds
    run_apart(_TAKE_BACK, {"digest": _digest(name)})


def forget(name: str) -> None:
    """Begin to count anew."""
    run_apart(_FORGET, {"digest": _digest(name)})


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()

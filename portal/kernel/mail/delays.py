"""Letters that the mail server has not taken yet: it is away, lets us in no more, or asks to come again later.

Each is tried again by itself, and so is due for moments alone: among the jobs that wait for a worker it never shows.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

# how many there are, since when the oldest of them is there, and for how many seconds that is: 0 where all went out
DELAYED_LETTERS_SQL = (
    "SELECT count(*), min(created_at), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8"
    " FROM portal_job WHERE state IN ('ready', 'leased')"
    " AND (last_error LIKE 'portal.kernel.mail.smtp\\_connection.%' OR last_error LIKE 'smtplib.%')"
)


@dataclass(frozen=True, slots=True)
class DelayedLetters:
    """How many letters were tried and not taken, and since when the oldest is there."""

    count: int = 0
    oldest_at: datetime | None = None


def delayed_letters() -> DelayedLetters:
    """What the mail server has not taken yet. As a reader of jobs; one query."""
    with connection.cursor() as cursor:
        cursor.execute(DELAYED_LETTERS_SQL)
        count, oldest_at, _seconds = cursor.fetchone()
    return DelayedLetters(count, oldest_at)

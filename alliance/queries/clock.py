"""What day it is: deadlines are dates in the alliance's time zone, and the database's clock decides."""

import time
from datetime import date

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.kernel import clock

_KEEP_SECONDS = 1.0


class _DayReader:
    """The database's day, asked for at most once a second in each process."""

    def __init__(self) -> None:
        self._day = date.min
        self._read_at = float("-inf")

    def __call__(self) -> date:
        now = time.monotonic()
        if now - self._read_at >= _KEEP_SECONDS:
            with connection.cursor() as cursor:
                cursor.execute("SELECT (now() AT TIME ZONE %s)::date", [settings.TIME_ZONE])
                self._day = cursor.fetchone()[0]
            self._read_at = now
        return self._day


_read_day = _DayReader()


def today() -> date:
    """The day in the alliance's time zone, by the database's clock."""
    return timezone.localdate(clock.now()) if clock.is_set() else _read_day()

"""What day it is: deadlines are dates in the alliance's time zone, and the database's clock decides."""

from datetime import date

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.kernel import clock


def today() -> date:
    """The day in the alliance's time zone, by the database's clock."""
    if clock.is_set():
        return timezone.localdate(clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE %s)::date", [settings.TIME_ZONE])
        found: date = cursor.fetchone()[0]
    return found

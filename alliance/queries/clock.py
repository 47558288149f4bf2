"""What day it is: deadlines are dates in the alliance's time zone, and the database's clock decides."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

from alliance.queries.site import read_site
from portal.kernel import clock


def time_zone() -> ZoneInfo:
    """The alliance's time zone: that of the settings page, else of the settings file."""
    return ZoneInfo(read_site().time_zone or settings.TIME_ZONE)


def today() -> date:
    """The day in the alliance's time zone, by the database's clock."""
    if clock.is_set():
        return timezone.localdate(clock.now(), time_zone())
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE %s)::date", [time_zone().key])
        found: date = cursor.fetchone()[0]
    return found


def end_of(day: date, zone: ZoneInfo | None = None) -> datetime:
    """24:00 of the day in the alliance's time zone, or in another one."""
    return datetime.combine(day + timedelta(days=1), time(), zone or time_zone())

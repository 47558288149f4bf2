"""What day it is: deadlines are dates in the alliance's time zone, and the database's clock decides."""

from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from alliance.queries.site import read_site
from portal.kernel import clock

_CACHE_SECONDS = 1.0


class _DayReader:
    """The database's day in a zone, asked for at most once a second in each process."""

    def __init__(self) -> None:
        self._read: tuple[str, float, date] = ("", float("-inf"), date.min)

    def __call__(self, zone: str) -> date:
        asked, at, day = self._read
        now = monotonic()
        if asked != zone or now - at >= _CACHE_SECONDS:
            day = timezone.localdate(clock.database_now(), ZoneInfo(zone))
            self._read = (zone, now, day)
        return day


_read_day = _DayReader()


def time_zone() -> ZoneInfo:
    """The alliance's time zone: that of the settings page, else of the settings file."""
    return ZoneInfo(read_site().time_zone or settings.TIME_ZONE)


def today() -> date:
    """The day in the alliance's time zone, by the database's clock."""
    zone = time_zone()
    return timezone.localdate(clock.now(), zone) if clock.is_set() else _read_day(zone.key)


def day_of(moment: datetime) -> date:
    """The day of a moment, in the alliance's time zone."""
    return timezone.localdate(moment, time_zone())


def end_of_term(days: int) -> datetime:
    """24:00 of the day that is so many days after today, in the alliance's time zone."""
    return end_of_day(today() + timedelta(days=days))


def end_of_day(day: date, zone: ZoneInfo | None = None) -> datetime:
    """24:00 of the day in the alliance's time zone, or in another one."""
    return datetime.combine(day + timedelta(days=1), time(), zone or time_zone())


def local_moment(day: date, hour: time) -> datetime | None:
    """An hour of a day in the alliance's time zone; None where clocks go forward over it."""
    zone = time_zone()
    at = datetime.combine(day, hour, zone)
    is_real = at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == at.replace(tzinfo=None)
    return at if is_real else None


def last_day(end: datetime) -> date:
    """The day that a term names which ends at this moment: at 24:00 it is still that day."""
    return timezone.localdate(end - datetime.resolution, time_zone())

"""When a letter that can wait goes out: in the recipient's working morning, but never too late to act on it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone

from portal.kernel import clock

MORNING_HOURS = range(6, 13)  # that people may choose
DEFAULT_MORNING_HOUR = 9
MORNING_LENGTH = timedelta(hours=3)
LEAST_NOTICE = timedelta(hours=4)  # before something ends, so much is left to act
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Timing:
    """What a letter is about ends at `until` (None: nothing ends). A last warning waits for no working day."""

    until: datetime | None = None
    is_last: bool = False


def next_morning(now: datetime, zone: tzinfo, hour: int, *, on_working_day: bool) -> datetime:
    """The next moment in the morning hours of that zone, which begin at `hour`; `now` while they last."""
    day = timezone.localdate(now, zone)
    if now >= datetime.combine(day, time(hour), zone) + MORNING_LENGTH:
        day += timedelta(days=1)
    while on_working_day and day.weekday() > _FRIDAY:
        day += timedelta(days=1)
    return max(now, datetime.combine(day, time(hour), zone))


def sending_moment(now: datetime, zone: tzinfo, hour: int, timing: Timing) -> datetime:
    """The next working morning; any morning for a last warning, and where it would come too late otherwise.

    Where even that leaves less than `LEAST_NOTICE`, it is `now`.
    """
    for on_working_day in (False,) if timing.is_last else (True, False):
        moment = next_morning(now, zone, hour, on_working_day=on_working_day)
        if timing.until is None or moment <= timing.until - LEAST_NOTICE:
            return moment
    return now


def zone_of(name: str) -> tzinfo:
    """The time zone of that name; the portal's own where a person has chosen none."""
    return ZoneInfo(name) if name else clock.present_zone()

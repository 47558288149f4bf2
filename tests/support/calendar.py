"""A clock that a test sets: for this process, and for what asks the database what is due."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from alliance.queries.local_dates import time_zone
from portal.kernel.notices.bundles import enqueue_bundles
from portal.kernel.notices.digests import enqueue_digests
from tests.support.jobs import run_all_jobs

MIDNIGHT = time(0, 5)  # beat's first round of the day


class Calendar:
    """The moment that it is. Jobs are due by the real clock: they are done whenever a test runs them."""

    def __init__(self, patch: pytest.MonkeyPatch, today: date, at: time = MIDNIGHT) -> None:
        self.now = timezone.now()
        patch.setattr("django.utils.timezone.now", lambda: self.now)
        patch.setattr("portal.kernel.clock.database_now", lambda: self.now)
        patch.setattr("alliance.queries.local_dates._read_day", self._day_in)
        self.set(today, at)

    def _day_in(self, zone: str) -> date:
        return self.now.astimezone(ZoneInfo(zone)).date()

    @property
    def today(self) -> date:
        """In the alliance's time zone."""
        return self._day_in(time_zone().key)

    def set(self, day: date, at: time = MIDNIGHT, zone: ZoneInfo | None = None) -> None:
        """Make it that time of that day, in the alliance's time zone or another one."""
        self.now = datetime.combine(day, at, zone or time_zone())

    def pass_days(self, days: int) -> None:
        """So many days later, at the first round of that day."""
        self.set(self.today + timedelta(days=days))

    def morning(self, at: time = time(9)) -> None:
        """Make it that time of the day in the alliance's time zone, and send what waits for it."""
        self.set(self.today, at)
        send_waiting_letters()


def send_waiting_letters() -> None:
    """Send what is due of digests and of what waits for a morning."""
    enqueue_digests()
    enqueue_bundles()
    run_all_jobs()

"""When the demonstration happens: the dates of its files, moved so that its present is today."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

YEAR = 2026  # the autumn in which the files are set
_YEAR = re.compile(r"\{(\d{4})\}")
_TURN = (10, 20)  # month and day on which the present moves on by a year


@dataclass(frozen=True)
class Calendar:
    """The present, and by how many years the files' dates move."""

    present: datetime

    @property
    def years(self) -> int:
        day = timezone.localdate(self.present)
        return day.year - YEAR - ((day.month, day.day) < _TURN)

    def day(self, file_date: date) -> date:
        """A date of the files, in this calendar."""
        return file_date.replace(year=file_date.year + self.years)

    def shift_years(self, text: str) -> str:
        """A text of the files, with the years in braces moved as the dates are."""
        return _YEAR.sub(lambda match: str(int(match[1]) + self.years), text.strip())

    def moment_on(self, file_date: date, hour: int = 11, minute: int = 0) -> datetime:
        """A moment on a date of the files, never later than the present."""
        return min(self.moment(self.day(file_date), hour, minute), self.present)

    def days_ago(self, days: float) -> datetime:
        """So many days before the present."""
        return self.present - timedelta(days=days)

    def day_ago(self, days: float) -> date:
        """The day so many days before the present."""
        return timezone.localdate(self.days_ago(days))

    @staticmethod
    def moment(day: date, hour: int = 11, minute: int = 0) -> datetime:
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

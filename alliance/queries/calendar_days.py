"""Days of the week: what falls on a weekend, and the next working day. Public holidays are not known."""

from datetime import date

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from alliance.queries.reminder_steps import working_day_after
from portal.kernel.text import format_date


def weekend_note(day: date) -> str:
    """That the day is a Saturday or a Sunday, with the next working day; empty for any other day."""
    next_day = working_day_after(day)
    if next_day == day:
        return ""
    return _("%(day)s is a %(weekday)s. The next working day is Monday, %(next)s.") % {
        "day": format_date(day),
        "weekday": WEEKDAYS[day.weekday()],
        "next": format_date(next_day),
    }

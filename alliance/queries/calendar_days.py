"""Days of the week: what falls on a weekend, and the next working day. Public holidays are not known."""

from datetime import date

from django.utils.translation import gettext as _

from alliance.queries.reminder_steps import working_day_after
from portal.kernel.text import format_date

_SATURDAY = 5  # of date.weekday()


def weekend_note(day: date) -> str:
    """That the day is a Saturday or a Sunday, with the next working day; empty for any other day."""
    next_day = working_day_after(day)
    if next_day == day:
        return ""
    text = (
        _("%(day)s is a Saturday. The next working day is Monday, %(next)s.")
        if day.weekday() == _SATURDAY
        else _("%(day)s is a Sunday. The next working day is Monday, %(next)s.")
    )
    return text % {"day": format_date(day), "next": format_date(next_day)}

"""Calendar files of cycles: for the secretariat all days, for members those of their own reports."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse

from alliance.queries.cycle_calendar import CalendarEntry
from portal.kernel import clock
from portal.kernel.text import CalendarEvent, to_icalendar
from portal.kernel.web import attachment_response


def calendar_response(
    name: str, file_name: str, entries: Iterable[tuple[CalendarEntry, str]], *, of: str = "cycle"
) -> HttpResponse:
    """The entries as a file, each with its own page, else with the one that is given with it.

    `of` keeps the days of each member apart, and from those of all.
    """
    host = urlsplit(settings.ORIGIN).hostname or "localhost"
    events = [
        CalendarEvent(
            f"{of}-{entry.name}-{entry.key}@{host}",
            entry.day,
            f"{entry.text} ({entry.title})",
            settings.ORIGIN + (entry.page or path),
        )
        for entry, path in entries
    ]
    return attachment_response(
        to_icalendar(name, events, clock.now()).encode(), f"{file_name}.ics", "text/calendar"
    )

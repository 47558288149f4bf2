"""What a calendar program reads at a secret address, without signing in."""

import hashlib
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.local_dates import time_zone
from alliance.services.calendar_addresses import CalendarFeed, read_calendar_feed
from alliance.web.limits import CALENDARS_PER_ADDRESS, LINKS_PER_ADDRESS, spend_per_address
from portal.kernel.text import CalendarEvent, to_icalendar

_REFRESH_HOURS = 6
_MAX_AGE = 15 * 60  # a program that asks more often gets its own copy


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The days of one's own reports and sections as a calendar to subscribe to; 404 for one that is none or ended."""
    spend_per_address(request, CALENDARS_PER_ADDRESS)
    feed = read_calendar_feed(token)
    if feed is None:
        spend_per_address(request, LINKS_PER_ADDRESS)
        raise Http404
    content = _as_file(feed).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={_MAX_AGE}"
    response["Content-Disposition"] = 'inline; filename="reports.ics"'
    response["X-Robots-Tag"] = "noindex"
    answer: HttpResponseBase = get_conditional_response(request, etag=etag, response=response) or response
    return answer


def _as_file(feed: CalendarFeed) -> str:
    """In the language of the profile. The same events give the same bytes."""
    host = urlsplit(settings.ORIGIN).hostname or "localhost"
    with translation.override(feed.language):
        description = _("The day ends at 24:00, alliance time (%(zone)s).") % {"zone": time_zone().key}
        name = f"{feed.organisation_name}: {_('Our reports')}"
    reports = reverse("workspace:report-list")
    events = [
        CalendarEvent(
            f"report-{feed.organisation_id}-{uid}@{host}",
            date.fromisoformat(event["day"]),
            event["text"],
            settings.ORIGIN + (event.get("page") or reports),
            description,
            event["sequence"],
            datetime.fromisoformat(event["changed"]),
            event["cancelled"],
        )
        for uid, event in sorted(feed.events.items(), key=lambda item: (item[1]["day"], item[0]))
    ]
    latest = max((event.changed_at for event in events if event.changed_at), default=datetime.min)
    return to_icalendar(name, events, latest, refresh_hours=_REFRESH_HOURS)

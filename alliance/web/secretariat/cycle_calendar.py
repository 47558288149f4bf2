"""The calendar of one cycle and of all: a page by date, and a file for calendar programs."""

from collections.abc import Sequence
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Cycle
from alliance.queries.calendar_days import weekend_note
from alliance.queries.cycle_calendar import CalendarEntry, calendar_cycles, cycles_calendar
from alliance.queries.local_dates import today
from alliance.web.calendar_files import calendar_response
from alliance.web.secretariat.cycles import get_cycle
from portal.kernel.web import ActorRequest, requires

DEADLINES = ("due", "grace", "publish")  # on a weekend these are worth a note


@require_safe
@requires("journal.read")
def calendar(request: ActorRequest) -> HttpResponse:
    """What happens when, in all cycles that are not over; with `?past=1` also the days that have passed."""
    return _page(request, calendar_cycles(request.actor), _("Calendar"), reverse("secretariat:calendar-file"))


@require_safe
@requires("journal.read")
def calendar_file(request: ActorRequest) -> HttpResponse:
    """The calendar of all cycles that are not over, as a file for calendar programs."""
    return _file(request, calendar_cycles(request.actor), _("Reporting cycles"), "cycles")


@require_safe
def cycle_calendar(request: ActorRequest, slug: str) -> HttpResponse:
    """What happens when in one cycle; with `?past=1` also the days that have passed."""
    cycle = get_cycle(request.actor, slug)
    url = reverse("secretariat:cycle-calendar-file", args=[slug])
    return _page(request, [cycle], _("Calendar"), url, cycle)


@require_safe
def cycle_calendar_file(request: ActorRequest, slug: str) -> HttpResponse:
    """The calendar of one cycle, as a file for calendar programs."""
    cycle = get_cycle(request.actor, slug)
    return _file(request, [cycle], cycle.title, cycle.slug)


def _page(
    request: ActorRequest, cycles: Sequence[Cycle], heading: str, file_url: str, cycle: Cycle | None = None
) -> HttpResponse:
    now, entries = today(), cycles_calendar(request.actor, cycles)
    with_past = "past" in request.GET
    shown = [entry for entry in entries if with_past or entry.day >= now]
    days = [
        (day, [(entry, weekend_note(day) if entry.key in DEADLINES else "") for entry in group])
        for day, group in groupby(shown, key=lambda entry: entry.day)
    ]
    context = {
        "days": days,
        "heading": heading,
        "file_url": file_url,
        "cycle": cycle,
        "with_past": with_past,
        "past_count": sum(entry.day < now for entry in entries),
        "today": now,
        "nav": "secretariat:cycle-list",
    }
    return render(request, "alliance/secretariat/cycle_calendar.html", context)


def _file(request: ActorRequest, cycles: Sequence[Cycle], name: str, file_name: str) -> HttpResponse:
    def page_of(entry: CalendarEntry) -> str:
        return reverse("secretariat:cycle", args=[entry.name])

    entries = cycles_calendar(request.actor, cycles)
    return calendar_response(name, file_name, [(entry, page_of(entry)) for entry in entries])

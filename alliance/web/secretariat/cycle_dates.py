"""Moving dates of an open cycle: the form, then what changes for whom, then the act."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import CycleState
from alliance.models import Cycle, ExtensionRequest, Report
from alliance.queries.calendar_days import weekend_note
from alliance.queries.cycles import filing_list
from alliance.queries.extensions import open_requests_by_report
from alliance.queries.local_dates import today
from alliance.queries.obligations import unfiled_reports
from alliance.queries.public.cycles import date_changes
from alliance.services.cycle_dates import CycleDates, check_dates, not_open, reschedule_cycle
from alliance.web.area import posted_data
from alliance.web.forms.cycle_desk import CycleDatesForm, shown_dates
from alliance.web.secretariat.cycles import get_cycle
from portal.kernel.errors import WrongState
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest, redirect_refused, refusals_on


def cycle_reschedule(request: ActorRequest, slug: str) -> HttpResponse:
    """Form to move dates of an open cycle with a public reason; the second page says what changes for whom."""
    cycle = get_cycle(request.actor, slug, "cycle.reschedule")
    url = reverse("secretariat:cycle", args=[slug])
    if cycle.state != CycleState.OPEN and request.method != "POST":
        return redirect_refused(request, url, not_open())
    before = CycleDates.of(cycle)
    initial = {
        "due_on": before.due_on,
        "grace_ends_on": before.grace_ends_on,
        "publish_on": before.publish_on,
        "shown": shown_dates(cycle),
    }
    form = CycleDatesForm(posted_data(request), initial=initial)
    consequences: list[str] = []
    if form.is_valid():
        with refusals_on(form):
            if cycle.state != CycleState.OPEN:
                raise WrongState(not_open())
            if form.cleaned_data["shown"] != shown_dates(cycle):
                raise WrongState(
                    _(
                        "Nothing was done: somebody has moved the dates since you opened this page. Look again."
                    )
                )
            check_dates(cycle, form.dates(), form.reasons())
            if form.cleaned_data["sure"]:
                reschedule_cycle(request.actor, cycle, form.dates(), form.reasons(), shown=before)
        if form.is_valid() and form.cleaned_data["sure"]:
            messages.success(request, _("Dates moved; the members are notified."))
            return redirect(url)
        if form.is_valid():
            reports = list(filing_list(request.actor, cycle))
            requests = open_requests_by_report(request.actor, cycle)
            consequences = _consequences(reports, requests, cycle, form.dates())
    context = {
        "form": form,
        "cycle": cycle,
        "consequences": consequences,
        "cancel_url": url,
        "nav": "secretariat:cycle-list",
        "notes": _weekend_notes(form) if consequences else [],
        "changes": date_changes(cycle),
        "shown": shown_dates(cycle),
        "today": today(),
    }
    status = 422 if form.is_bound and not consequences else 200
    return render(request, "alliance/secretariat/cycle_dates.html", context, status=status)


def _consequences(
    reports: list[Report], requests: dict[int, ExtensionRequest], cycle: Cycle, dates: CycleDates
) -> list[str]:
    """What changes, for how many, and what stays."""
    unfiled = unfiled_reports(reports)
    following = [report for report in unfiled if report.due_on < dates.due_on]
    own = [report for report in unfiled if report.is_extended and report not in following]
    items = [*_moved(cycle, dates)]
    if following:
        items.append(
            ngettext(
                "%(n)d member that has not submitted has until %(day)s",
                "%(n)d members that have not submitted have until %(day)s",
                len(following),
            )
            % {"n": len(following), "day": format_date(dates.due_on)}
        )
    if own:
        names = ", ".join(f"{report.organisation.name} ({format_date(report.due_on)})" for report in own)
        items.append(_("their own, later deadlines stay: %(names)s") % {"names": names})
    covered = [
        report
        for report in following
        if report.pk in requests and requests[report.pk].requested_due_on <= dates.due_on
    ]
    if covered:
        names = ", ".join(report.organisation.name for report in covered)
        items.append(
            _("requests for more time that the new day covers are closed: %(names)s") % {"names": names}
        )
    return [
        *items,
        _("reminders are planned for the new dates, and the cycle closes by itself after the new grace"),
        ngettext(
            "people of %(n)d member are notified, and read the reason",
            "people of %(n)d members are notified, and read the reason",
            len(reports),
        )
        % {"n": len(reports)},
        _(
            "the page of the cycle shows the earlier dates struck through, the new ones and the reason to everybody"
        ),
        _("the new dates can be moved only later again"),
    ]


def _moved(cycle: Cycle, dates: CycleDates) -> list[str]:
    before = CycleDates.of(cycle)
    rows: tuple[tuple[str, date | None, date | None], ...] = (
        (_("Reports due on"), before.due_on, dates.due_on),
        (_("Grace until"), before.grace_ends_on, dates.grace_ends_on),
        (_("To be published on"), before.publish_on, dates.publish_on),
    )
    return [_move_text(name, old, new) for name, old, new in rows if new is not None and old != new]


def _move_text(name: str, old: date | None, new: date) -> str:
    if old is None:
        return f"{name}: {format_date(new)}"
    days = (new - old).days
    later = ngettext("%(n)d day later", "%(n)d days later", days) % {"n": days}
    return f"{name}: {format_date(old)} → {format_date(new)}, {later}"


def _weekend_notes(form: Any) -> list[str]:
    days = (form.cleaned_data[name] for name in ("due_on", "grace_ends_on", "publish_on"))
    return [note for day in days if day and (note := weekend_note(day))]

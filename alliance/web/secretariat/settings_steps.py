"""Steps of the settings page: another time zone after a look at what moves, another logo, a letter to try it out."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from alliance.queries.deadline_shifts import deadline_shifts
from alliance.queries.local_dates import time_zone
from alliance.queries.site import load_site
from alliance.services import site as services
from alliance.web.area import posted_data
from alliance.web.forms.site import LogoForm, TimeZoneConfirmForm, TimeZoneForm
from alliance.web.secretariat.settings import rebase_form, settings_page
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict
from portal.kernel.web import ActorRequest, posts, refusals_on, requires


@requires("site.change")
def settings_time_zone(request: ActorRequest) -> HttpResponse:
    """Form to choose the time zone; a second page lists the deadlines that would move, and saves the change."""
    site, current_zone = load_site(), time_zone()
    time_zone_form = TimeZoneForm(request.GET or None, initial={"zone": current_zone.key})
    form = TimeZoneConfirmForm(posted_data(request))
    if form.is_valid():
        with refusals_on(form):
            services.set_time_zone(
                request.actor,
                expected_version=form.cleaned_data["expected_version"],
                zone=ZoneInfo(form.cleaned_data["zone"]),
            )
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect("secretariat:settings")
    context: dict[str, Any] = {"form": time_zone_form, "current_zone": current_zone}
    if form.is_bound:
        context["refused"] = form
    elif time_zone_form.is_valid():
        zone = ZoneInfo(time_zone_form.cleaned_data["zone"])
        context |= {"zone": zone, "shifts": deadline_shifts(request.actor, zone)}
        context["confirm_form"] = TimeZoneConfirmForm(
            initial={"zone": zone.key, "expected_version": site.version}
        )
    return settings_page(request, "settings_time_zone", context, 422 if form.is_bound else 200)


@requires("site.change")
def settings_logo(request: ActorRequest) -> HttpResponse:
    """Form to upload or remove the logo; where somebody has changed it since, the page shows the present one."""
    form = LogoForm(
        posted_data(request, with_files=True),
        request.FILES or None,
        initial={"expected_version": load_site().version},
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        with refusals_on(form):
            try:
                _change_logo(request.actor, form)
            except Conflict:
                status = 409
                raise
        if form.is_valid():
            messages.success(request, _("Saved. Pages show it within two seconds."))
            return redirect("secretariat:settings")
    if status == 409:
        rebase_form(form, load_site().version)
    return settings_page(request, "settings_logo", {"form": form}, status)


def _change_logo(actor: Actor, form: LogoForm) -> None:
    version = form.cleaned_data["expected_version"]
    if form.removes:
        services.remove_logo(actor, expected_version=version)
    else:
        services.set_logo(actor, form.cleaned_data["file"], expected_version=version)


@posts()
def settings_test_mail(request: ActorRequest) -> HttpResponse:
    """Send a test e-mail to one's own address."""
    services.send_test_mail(request.actor)
    messages.info(request, _("A test e-mail to your own address is being sent; its result is shown below."))
    return redirect("secretariat:settings")

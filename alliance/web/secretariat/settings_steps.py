"""Steps of the settings page: another time zone after a look at what moves, another mark, a letter to try it out."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alliance.queries.clock import time_zone
from alliance.queries.moved_deadlines import moves
from alliance.queries.site import the_site
from alliance.services import site as services
from alliance.web.desk import posted
from alliance.web.forms.site import MarkForm, ZoneForm, ZoneSureForm
from alliance.web.secretariat.settings import page
from portal.kernel.web import ActorRequest, requires, shown


@requires("site.change")
def settings_time_zone(request: ActorRequest) -> HttpResponse:
    """Choose a zone; then a page says which open deadlines end at another moment, and only its button changes it."""
    site, held = the_site(), time_zone()
    chosen = ZoneForm(request.GET or None, initial={"zone": held.key})
    form = ZoneSureForm(posted(request))
    if form.is_valid():
        with shown(form):
            services.set_time_zone(
                request.actor, seen=form.cleaned_data["seen"], zone=ZoneInfo(form.cleaned_data["zone"])
            )
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect("secretariat:settings")
    context: dict[str, Any] = {"form": chosen, "held": held}
    if form.is_bound:
        context["refused"] = form
    elif chosen.is_valid():
        zone = ZoneInfo(chosen.cleaned_data["zone"])
        context |= {"zone": zone, "moves": moves(request.actor, zone)}
        context["sure"] = ZoneSureForm(initial={"zone": zone.key, "seen": site.version})
    return page(request, "settings_time_zone", context, 422 if form.is_bound else 200)


@requires("site.change")
def settings_mark(request: ActorRequest) -> HttpResponse:
    form = MarkForm(posted(request), request.FILES or None)
    if request.method == "POST" and "remove" in request.POST:
        services.remove_mark(request.actor)
        messages.success(request, _("Saved"))
        return redirect("secretariat:settings")
    if form.is_valid():
        with shown(form):
            services.set_mark(request.actor, form.cleaned_data["file"])
        if form.is_valid():
            messages.success(request, _("Saved. Pages show it within two seconds."))
            return redirect("secretariat:settings")
    return page(request, "settings_mark", {"form": form}, 422 if form.is_bound else 200)


@require_POST
def settings_test_mail(request: ActorRequest) -> HttpResponse:
    services.send_test_mail(request.actor)
    messages.info(request, _("A test e-mail to your own address is being sent; its result is shown below."))
    return redirect("secretariat:settings")

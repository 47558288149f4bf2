"""The address of one's own calendar: made and shown once, made anew, turned off."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from alliance.queries.calendar_addresses import own_calendar_address
from alliance.services.calendar_addresses import create_calendar_address, end_calendar_address
from alliance.web.area import posted_data, secret_form
from alliance.web.forms.reasons import NewSecretForm
from portal.kernel.stored_secrets import mark_of
from portal.kernel.web import ActorRequest, posts


@never_cache
def calendar_address(request: ActorRequest) -> HttpResponse:
    """Calendars for one's own program: a file, and a secret address, which is in the response to its post alone."""
    secret = ""
    form = NewSecretForm(posted_data(request))
    if form.is_valid():
        secret = create_calendar_address(request.actor, secret_form(request))
    url = settings.ORIGIN + reverse("calendar-feed", args=[secret]) if secret else ""
    address = own_calendar_address(request.actor)
    context = {
        "address": None if address is None or address.ended_at else address,
        "replaces": mark_of(address.sha256 if address else ""),
        "feed_url": url,
        "webcal_url": "webcal" + url[url.index("://") :] if url else "",
    }
    return render(request, "alliance/workspace/calendar_address.html", context)


@posts()
def calendar_address_end(request: ActorRequest) -> HttpResponse:
    """Turn one's own calendar off; when it is off already, nothing happens."""
    if end_calendar_address(request.actor):
        messages.success(request, _("The address no longer works."))
    return redirect("workspace:calendar-address")

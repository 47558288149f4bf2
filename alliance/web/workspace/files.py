"""Reporting a file that should not be here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from alliance.web.area import posted_data
from alliance.web.forms.files import FlagForm
from portal.kernel.files import flag_file
from portal.kernel.web import ActorRequest, refusals_on, requires


@requires("file.flag")
def file_flag(request: ActorRequest) -> HttpResponse:
    """Form to report a file; the secretariat's managers are notified at once."""
    initial = {"file": request.GET.get("file", "")}
    form = FlagForm(posted_data(request), actor=request.actor, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            flag_file(request.actor, data["file"], concern=data["concern"], reason=data["reason"])
        if form.is_valid():
            messages.success(request, _("Thank you. The secretariat has been notified."))
            return redirect("workspace:home")
    status = 422 if form.is_bound else 200
    return render(request, "alliance/workspace/file_flag.html", {"form": form}, status=status)

"""The words that this device keeps for a person, in both areas; filled by a script: the server has none of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.web.area import area_of
from portal.kernel.web import ActorRequest


@require_safe
def device_words(request: ActorRequest) -> HttpResponse:
    """What this device keeps of what the person has typed and the portal does not have: by form, to copy or discard."""
    return render(request, "alliance/area/device_words.html", {"base": area_of(request.actor).base})

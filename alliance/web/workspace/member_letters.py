"""A letter of the secretariat, as its member reads it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.models import MemberLetter
from alliance.queries.site import read_site
from portal.kernel.web import ActorRequest, get_visible_or_404


@require_safe
def member_letter(request: ActorRequest, pk: int) -> HttpResponse:
    """One letter of the secretariat to the own organisation, and where an answer goes."""
    letter: MemberLetter = get_visible_or_404(
        MemberLetter.objects.select_related("organisation", "written_by"), request.actor, pk=pk
    )
    context = {"letter": letter, "contact": read_site().contact, "nav": "workspace:inbox"}
    return render(request, "alliance/workspace/member_letter.html", context)

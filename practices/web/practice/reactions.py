"""One press, one word about a practice; pressed again, it is taken back."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from alliance.web.area import area_of
from portal.kernel.web import ActorRequest, posts
from practices.enums import ReactionKind
from practices.services.reactions import react_to_practice
from practices.web.objects import get_practice
from practices.web.practice import sections
from practices.web.practice.page import PracticePage


@posts("kind")
def practice_react(request: ActorRequest, key: UUID) -> HttpResponse:
    """Set or remove one's reaction to a practice; a script gets the list of reactions, others the page."""
    practice = get_practice(request.actor, key)
    kind = request.POST.get("kind", "")
    if kind not in ReactionKind.values:
        raise Http404
    react_to_practice(request.actor, practice, kind)
    area = area_of(request.actor)
    if not request.headers.get("HX-Request"):
        return redirect(f"{area.url('practice', key)}#reactions")
    context = {"practice": practice, "area": area.namespace, "pressed_kind": kind}
    context |= sections.reactions_section(PracticePage(request.actor, practice))
    return render(request, "practices/_reactions.html", context)

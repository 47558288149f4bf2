"""The ways from the values on public pages to the form that corrects them."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.models import Report
from alliance.queries.compared_corrections import correctable_values
from alliance.queries.published_states import (
    is_public,
)
from alliance.web.account.session import home_of
from alliance.web.area import area_of
from alliance.web.corrections.pages import area_nav
from alliance.web.public.comparison import shown_lines
from portal.kernel.web import ActorRequest, fetching_language, get_visible_or_404


@require_safe
def correct_published(request: ActorRequest, slug: str, cycle: str) -> HttpResponse:
    """Lead to the form in one's own area that corrects a public value of a report or a notice, `?value=`.

    Public pages are the same for everybody, so everybody finds the link there; who may correct signs in first.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    report: Report = get_visible_or_404(
        Report.objects.select_related("organisation", "cycle"),
        request.actor,
        organisation__slug=slug,
        cycle__slug=cycle,
    )
    if not is_public(report):
        raise Http404
    form = area_of(request.actor).url("correction-new", report.pk)
    return redirect(f"{form}?{urlencode({'value': request.GET.get('value', '')})}")


@never_cache
@require_safe
def correct_compared(request: ActorRequest) -> HttpResponse:
    """The values of a comparison that the actor may correct, each with the way to its form; the address is that of the
    comparison.

    The comparison is the same for everybody, and fetches this as a fragment for whoever is signed in: empty (204) for
    all who may correct nothing there. Without scripts it is a page of its own.
    """
    is_fragment = request.headers.get("HX-Request") == "true"
    if is_fragment:
        with translation.override(fetching_language(request)):
            values = _correctable(request)["values"] if home_of(request) else []
            if not values:
                return HttpResponse(status=204)
            return render(
                request, "alliance/area/_compared_corrections.html", {"values": values, "is_folded": True}
            )
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not home_of(request):
        return redirect("session-start")  # which says why there is no access
    area = area_of(request.actor)
    context = {"base": area.base, "nav": area_nav(request), "list_url": area.url("correction-list")}
    return render(request, "alliance/area/correct_compared.html", context | _correctable(request))


def _correctable(request: ActorRequest) -> dict[str, Any]:
    """The compared indicator, what of its values the actor may correct, and where the comparison stands."""
    choice, lines, cycles = shown_lines(request)
    if choice.indicator is None:
        return {"indicator": None, "values": [], "comparison_url": ""}
    values = correctable_values(request.actor, choice.indicator, lines, cycles)
    return {"indicator": choice.indicator, "values": values, "comparison_url": choice.address()}

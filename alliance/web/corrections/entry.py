"""The way from a value on a public page to the form that corrects it."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from alliance.models import Report
from alliance.queries.corrections import is_public
from alliance.web.area import area_of
from portal.kernel.web import ActorRequest, get_visible_or_404


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

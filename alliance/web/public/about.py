"""Pages about the portal: what it is, how verdicts are given, how accessible it is."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from alliance.queries.public.charters import charter_titles
from alliance.web.public.answers import page


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the portal is, how the record is kept, whom to write to."""
    return page(request, "about", {"charters": charter_titles()})


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How verdicts are given, what they mean, how figures, totals and withheld figures are treated."""
    return page(request, "method")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done so that everybody can use the portal, and what to do when something does not work."""
    return page(request, "accessibility")

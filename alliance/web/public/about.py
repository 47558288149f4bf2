"""Pages about the portal: what it is, how verdicts are given."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from alliance.enums import TextKind
from alliance.queries.public.charters import charter_titles
from alliance.web.public.responses import public_page
from alliance.web.public.texts import text_context


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Page about the portal: what it is, how the record works, whom to contact."""
    return public_page(request, "about", {"charters": charter_titles(), **text_context(TextKind.ABOUT)})


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """Page on method: how verdicts are given, and how figures, totals and withheld figures are treated."""
    return public_page(request, "method")

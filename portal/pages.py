"""Pages of the site: the root that chooses a language."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.views.decorators.http import require_safe


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Redirect to the public home page in the browser's language."""
    response = HttpResponseRedirect(f"/{translation.get_language_from_request(request)}/")
    response["Vary"] = "Accept-Language, Cookie"
    return response

"""The addresses below that of a member which has another one now: each leads on to the same place there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from alliance.queries.public.members import moved_member

View = Callable[..., HttpResponseBase]


def redirect_moved_member(view: View) -> View:
    """Redirect permanently from a member's earlier address, where there is nothing, with all that was asked for.

    The view has the `slug` of the member in its address. It stands below what answers other sites and reads the query,
    so that a redirect of a file is open to them too and keeps what the page knows of the query alone.
    """

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, **kwargs)
        except Http404:
            now = moved_member(kwargs["slug"])
            if now is None:
                raise
        assert request.resolver_match is not None
        url = reverse(request.resolver_match.view_name, kwargs=kwargs | {"slug": now})
        query = request.GET.urlencode()
        return HttpResponsePermanentRedirect(
            f"{url}?{query}" if query else url, preserve_request=request.method == "POST"
        )

    return answer

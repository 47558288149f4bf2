"""Pages behind the secret link in a letter, for people who have no account: the address is their key."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from alliance.web.limits import LINKS_PER_ADDRESS, spend_per_address
from alliance.web.public.responses import public_page
from portal.kernel.web import refusals_on, words_of_post

Row = TypeVar("Row")
Rest = ParamSpec("Rest")
LinkView = Callable[[HttpRequest, str, Row], HttpResponse]


def opened_by_link(
    find: Callable[[str], Row | None], outdated: Callable[[], HttpResponse]
) -> Callable[[LinkView[Row]], Callable[[HttpRequest, str], HttpResponse]]:
    """Give the view what the link leads to: `view(request, token, row)`; `outdated()` answers a link that is not valid.

    Such a try counts against its network address. Where words were sent with it, they are given back. The answer is
    kept by no cache, and tells its address to no other site. Nobody is signed in there, so that a form needs no token
    of a session.
    """

    def decorate(view: LinkView[Row]) -> Callable[[HttpRequest, str], HttpResponse]:
        @never_cache
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def page(request: HttpRequest, token: str) -> HttpResponse:
            row = find(token)
            if row is None:
                spend_per_address(request, LINKS_PER_ADDRESS)
                return _outdated_with_words(request, outdated())
            response = view(request, token, row)
            response["Referrer-Policy"] = "no-referrer"
            return response

        return page

    return decorate


def _outdated_with_words(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    typed = words_of_post(request) if request.method == "POST" else []
    if not typed:
        return answer
    response = public_page(request, "link_outdated", {"typed": typed, "next_url": answer.get("Location", "")})
    response.status_code = HTTPStatus.GONE
    return response


def is_done(
    form: forms.Form, act: Callable[Rest, object], *arguments: Rest.args, **named: Rest.kwargs
) -> bool:
    """Call `act` where the form is posted and valid; False where it was not, or refused: then the form says why."""
    if not form.is_valid():
        return False
    with refusals_on(form):
        act(*arguments, **named)
    return form.is_valid()

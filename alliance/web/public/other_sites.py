"""What programs and pages of other sites may read: public data, without cookies, from anywhere (CORS)."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from portal.kernel.web import REPRESENTATION_DIGEST

View = Callable[..., HttpResponseBase]


def open_to_other_sites(view: View) -> View:
    """Allow GET and HEAD of a view from other sites, and answer a browser that asks whether it may."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204)
            response["Allow"] = response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response["Access-Control-Allow-Headers"] = "If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        elif request.method in ("GET", "HEAD"):
            response = view(request, *args, **kwargs)
        else:
            return HttpResponseNotAllowed(("GET", "HEAD", "OPTIONS"))
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = f"ETag, Content-Length, {REPRESENTATION_DIGEST}"
        return response

    return answer

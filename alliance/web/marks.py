"""The picture that stands where the sun would: under a name made of its bytes, so that it may be kept for ever."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from alliance.queries.site import read_site
from alliance.services.site import mark_path

_TYPES = {"png": "image/png", "jpg": "image/jpeg"}
_FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def site_mark(request: HttpRequest, mark: str) -> HttpResponseBase:
    """The mark of the site as it is now; asks the database only when it is another than was known last."""
    del request
    if mark != read_site.last_known().mark and mark != read_site().mark:
        raise Http404
    path = mark_path(mark)
    if not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path, "rb"), content_type=_TYPES[mark.rpartition(".")[2]])
    response["Cache-Control"] = _FOR_EVER
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

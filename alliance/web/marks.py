"""The picture that stands where the sun would: under a name made of its bytes, so that it may be kept for ever."""

from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from alliance.queries.site import read_site
from alliance.services.site import mark_path
from portal.kernel import stored_files

_TYPES = {"png": "image/png", "jpg": "image/jpeg"}
_FOR_EVER = "public, max-age=31536000, immutable"


@transaction.non_atomic_requests
@require_safe
def site_mark(request: HttpRequest, mark: str) -> HttpResponse:
    """The mark of the site as it is now; while the database is away, as it was known last."""
    del request
    path = mark_path(mark)
    if mark != _mark() or not stored_files.exists(path):
        raise Http404
    answer = HttpResponse(stored_files.read(path), content_type=_TYPES[mark.rpartition(".")[2]])
    answer["Cache-Control"] = _FOR_EVER
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _mark() -> str:
    try:
        return read_site().mark
    except (OperationalError, InterfaceError):
        return read_site.last_known().mark

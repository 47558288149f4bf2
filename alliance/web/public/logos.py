"""The picture in the place of the sun: under a name made of its bytes, so that it may be cached for ever."""

from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from alliance.queries.site import read_site
from alliance.services.site import logo_path
from portal.kernel import files
from portal.kernel.files import DamagedFile, ReadRefused
from portal.kernel.web import sandbox

_TYPES = {"png": "image/png", "jpg": "image/jpeg"}
_CACHE_FOR_EVER = "public, max-age=31536000, immutable"


class _LastLogo:
    """The picture that this process served last: without a database it is unknown whether a stored file is withheld."""

    def __init__(self) -> None:
        self._file_name, self._content = "", b""

    def remember(self, logo: str, content: bytes) -> bytes:
        self._file_name, self._content = logo, content
        return content

    def find(self, logo: str) -> bytes | None:
        return self._content if logo == self._file_name else None


_last_logo = _LastLogo()


@transaction.non_atomic_requests
@require_safe
def site_logo(request: HttpRequest, logo: str) -> HttpResponse:
    """The site's logo as an image; the copy served last while the database or the file is unavailable."""
    del request
    try:
        path = logo_path(logo)
        is_shown = logo == read_site().logo
        content = _last_logo.remember(logo, files.read(path)) if is_shown else None
    except (OperationalError, InterfaceError, ReadRefused, DamagedFile):
        content = _last_logo.find(logo)
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type=_TYPES[logo.rpartition(".")[2]])
    answer["Cache-Control"] = _CACHE_FOR_EVER
    sandbox(answer)
    return answer

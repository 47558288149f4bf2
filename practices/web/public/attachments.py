"""The public files of practices: as attachments, from a storage that no address reaches directly."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from alliance.web.downloads import public_file
from portal.kernel.files import check_gate
from portal.kernel.web import error_page
from practices.queries import public as reads


@require_safe
def practice_attachment(request: HttpRequest, key: UUID, sha256: str) -> HttpResponseBase:
    """Download of a file of a public practice version; 410 for one that was purged."""
    named = reads.published_file(key, sha256)
    if named is None:
        raise Http404
    check_gate(sha256)
    path = reads.stored_file_path(key, sha256)
    if not path:
        return error_page(request, 410)
    return public_file(path, named["name"], named["media_type"], sha256)

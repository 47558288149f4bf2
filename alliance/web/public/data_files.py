"""The files of the open data at addresses that stay, the same in every language, for programs and other sites."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import DataFile, DataRelease
from alliance.queries.public.open_data import (
    CATALOGUE,
    files_of_every_release,
    latest_file,
    latest_release,
    package_of,
    withdrawn_in,
)
from alliance.queries.public.record import publication as find_publication
from alliance.queries.public.withdrawn_records import WithdrawnRecord
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.publication_files import gone
from portal.kernel.files import check_gate, open_file
from portal.kernel.web import stored_file_response

_MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_BEING_BUILT = "The file is being built for the first time: ask again in a minute.\n"
_BEING_BUILT_ANEW = (
    "Something in this file was withdrawn. It is being built without it: ask again in a minute.\n"
)
_SOON = {"Retry-After": "60", "Cache-Control": "no-store"}


@require_safe
def data_home(request: HttpRequest) -> HttpResponse:
    """Redirect from the address without a language to the page of the open data in the reader’s language."""
    with translation.override(translation.get_language_from_request(request)):
        response = HttpResponseRedirect(reverse("public:data"))
    response["Vary"] = "Accept-Language, Cookie"
    return response


@open_to_other_sites
def data_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the open data as it was built last: a table, the package, its description, the digests."""
    if name == CATALOGUE:  # it has an address of its own
        raise Http404
    return _file_response(request, latest_file(name), name)


@open_to_other_sites
def data_catalogue(request: HttpRequest) -> HttpResponseBase:
    """The catalogue of the open data by DCAT, for portals that list the data of many."""
    return _file_response(request, latest_file(CATALOGUE), CATALOGUE)


@open_to_other_sites
def data_package(request: HttpRequest, number: int) -> HttpResponseBase:
    """The package of the open data as of an earlier publication, while it is there.

    410 with the reason where something in it was withdrawn since.
    """
    file, latest = package_of(number), latest_release()
    is_earlier = file is not None and latest is not None and file.release_id != latest.pk
    if file and latest and is_earlier and (withdrawn := withdrawn_in(file.release)):
        return _gone(request, file.release, withdrawn, latest)
    return _file_response(request, file, f"datapackage-{number}.zip")


def _gone(
    request: HttpRequest, release: DataRelease, withdrawn: Sequence[WithdrawnRecord], latest: DataRelease
) -> HttpResponse:
    publication = find_publication(release.number)
    assert publication is not None, "something in it was withdrawn"
    is_replaced = not withdrawn_in(latest)
    with translation.override(translation.get_language_from_request(request)):
        title = _("Open data as of publication No. %(number)d")
        response = gone(
            request,
            publication,
            withdrawn,
            is_part=True,
            title=title % {"number": release.number},
            later=(title % {"number": latest.number}, reverse("public:data")) if is_replaced else None,
        )
    response["Vary"] = "Accept-Language, Cookie"
    return response


def _file_response(request: HttpRequest, file: DataFile | None, name: str) -> HttpResponseBase:
    """The stored bytes, read outside of the request's transaction and compared with their digest.

    503 until the first release of a new installation is built, and between a withdrawal and the next release: nothing
    that is withdrawn is handed out.
    """
    if file is None:
        if name in files_of_every_release() and latest_release() is None:
            return _unavailable(_BEING_BUILT)
        raise Http404
    if withdrawn_in(file.release):
        return _unavailable(_BEING_BUILT_ANEW)
    check_gate(file.sha256)  # also for a client that has it already
    etag = quote_etag(file.sha256)
    media_type = _MEDIA_TYPES.get(name.rpartition(".")[2], "text/plain")
    response = get_conditional_response(request, etag=etag) or stored_file_response(
        open_file(file.file, file.sha256), name, media_type
    )
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"  # the next release has the same address
    return response


def _unavailable(sentence: str) -> HttpResponse:
    return HttpResponse(sentence, "text/plain; charset=utf-8", 503, headers=_SOON)

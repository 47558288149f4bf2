"""The files of the open data at addresses that stay, the same in every language, for programs and other sites."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from alliance.models import DataFile
from alliance.queries.public.open_data import CATALOGUE, latest_file, package_of
from alliance.web.public.other_sites import open_to_other_sites
from portal.kernel.files import check_gate, open_file
from portal.kernel.web import stored_file_response

_MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


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
    return _file_response(request, latest_file(name) if name != CATALOGUE else None, name)


@open_to_other_sites
def data_catalogue(request: HttpRequest) -> HttpResponseBase:
    """The catalogue of the open data by DCAT, for portals that list the data of many."""
    return _file_response(request, latest_file(CATALOGUE), CATALOGUE)


@open_to_other_sites
def data_package(request: HttpRequest, number: int) -> HttpResponseBase:
    """The package of the open data as of an earlier publication, while it is there."""
    return _file_response(request, package_of(number), f"datapackage-{number}.zip")


def _file_response(request: HttpRequest, file: DataFile | None, name: str) -> HttpResponseBase:
    """The stored bytes, read outside of the request's transaction and compared with their digest."""
    if file is None:
        raise Http404
    check_gate(file.sha256)  # also for a client that has it already
    etag = quote_etag(file.sha256)
    media_type = _MEDIA_TYPES.get(name.rpartition(".")[2], "text/plain")
    response = get_conditional_response(request, etag=etag) or stored_file_response(
        open_file(file.file, file.sha256), name, media_type
    )
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"  # the next release has the same address
    return response

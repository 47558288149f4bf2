"""The files of a publication: each at an address that stays, and what stands in place of one that is gone."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from alliance.models import WithdrawnPublication
from alliance.queries.public.public_files import public_document
from alliance.queries.public.record import publication as find_publication
from alliance.queries.public.record import withdrawal_of
from alliance.queries.public.reports import withdrawn_report
from alliance.queries.public.texts import in_reader_language
from alliance.web.public.downloads import document_response
from alliance.web.public.responses import public_page
from portal.kernel.publishing import Publication

View = Callable[..., HttpResponseBase]


@require_safe
def publication_file(request: HttpRequest, number: str, sha256: str) -> HttpResponseBase:
    """One file that was made of a publication, by its digest; 410 with the reason once it is withdrawn or made anew."""
    match = public_document(int(number), sha256)
    publication = find_publication(int(number))
    if match is None or publication is None:
        raise Http404
    withdrawal = withdrawal_of(publication)
    if withdrawal is not None or match[1] is None:
        return _gone(request, publication, withdrawal)
    return document_response(request, match[1])


def gone_when_withdrawn(view: View) -> View:
    """Answer 410 with the reason where a file of a report is asked for that is withdrawn."""

    @wraps(view)
    def answer(request: HttpRequest, slug: str, cycle: str, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, slug, cycle, **kwargs)
        except Http404:
            withdrawn = withdrawn_report(slug, cycle)
            publication = find_publication(withdrawn[0].number) if withdrawn else None
            if withdrawn is None or publication is None or publication.type != "report":
                raise
            return _gone(request, publication, withdrawn[0])

    return answer


def _gone(
    request: HttpRequest, publication: Publication, withdrawal: WithdrawnPublication | None
) -> HttpResponse:
    context = {
        "publication": publication,
        "title": in_reader_language(publication.title),
        "withdrawal": withdrawal,
        "nav": "public:publication-list",
    }
    response = public_page(request, "file_gone", context)
    response.status_code = 410
    response["Cache-Control"] = "no-store"  # it may be published again
    return response

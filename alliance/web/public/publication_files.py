"""The files of a publication: each at an address that stays, and what stands in place of one that is gone."""

from collections.abc import Callable, Sequence
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from alliance.models import PublicFile, WithdrawnPublication
from alliance.queries.public.cycle_editions import edition_on
from alliance.queries.public.public_files import REPORT_KINDS, files_of, public_document
from alliance.queries.public.record import publication as find_publication
from alliance.queries.public.record import withdrawal_of
from alliance.queries.public.reports import withdrawn_report
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.withdrawn_records import WithdrawnRecord, WithdrawnRecords
from alliance.web.public.downloads import document_response
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.responses import public_page
from portal.kernel.publishing import Publication

View = Callable[..., HttpResponseBase]


@open_to_other_sites
def publication_file(request: HttpRequest, number: str, sha256: str) -> HttpResponseBase:
    """One file that was made of a publication, by its digest; 410 with the reason once it is withdrawn or made anew."""
    match = public_document(int(number), sha256)
    publication = find_publication(int(number))
    if match is None or publication is None:
        raise Http404
    file, document = match
    withdrawal = withdrawal_of(publication)
    if withdrawal is not None:
        return gone(request, publication, [withdrawal])
    parts = WithdrawnRecords().in_file(file, publication)
    if parts or document is None:
        return gone(request, publication, parts, is_part=True, later=_later_file(file, publication))
    return document_response(request, document)


def _later_file(file: PublicFile, publication: Publication) -> tuple[str, str] | None:
    """The name and the address of what stands in its place: the last file of the same kind, or where to ask for one."""
    for each in files_of(file.number):
        is_same = (each.kind, each.language) == (file.kind, file.language)
        if is_same and each.is_ready and each.as_of > file.as_of:
            return each.name, reverse("public:publication-file", args=[each.number, each.sha256])
    if file.kind in REPORT_KINDS:
        return in_reader_language(publication.title), reverse(
            "public:report-document", args=publication.record.split("/")
        )
    edition = edition_on(file.as_of) if file.kind.startswith("cycle.") else None
    return (
        (edition.cycle.title, reverse("public:cycle-document", args=[edition.cycle.slug]))
        if edition
        else None
    )


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
            return gone(request, publication, [withdrawn[0]])

    return answer


def gone(
    request: HttpRequest,
    publication: Publication,
    withdrawals: Sequence[WithdrawnPublication | WithdrawnRecord],
    *,
    is_part: bool = False,
    title: str = "",
    later: tuple[str, str] | None = None,
) -> HttpResponse:
    """410 in place of a file, with the reasons of its withdrawals; `is_part`: of something in it, not of itself.

    `later` is the name and the address of what stands in its place.
    """
    context = {
        "publication": publication,
        "title": title or in_reader_language(publication.title),
        "withdrawals": withdrawals,
        "is_part": is_part,
        "later": later,
        "nav": "public:publication-list",
    }
    response = public_page(request, "file_gone", context)
    response.status_code = 410
    response["Cache-Control"] = "no-store"  # it may be published again
    return response

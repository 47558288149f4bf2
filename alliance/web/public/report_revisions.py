"""Two revisions of one published report side by side."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.record import revision_of, revisions
from alliance.queries.public.reports import published_report
from alliance.queries.public.revision_differences import revision_differences
from alliance.web.public.moved_members import redirect_moved_member
from alliance.web.public.responses import public_page
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.web import Parameter, parameters

_REVISION = r"[1-9]\d{0,3}"


@require_safe
@parameters(Parameter("from", _REVISION), Parameter("to", _REVISION))
@redirect_moved_member
def report_revisions(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """Two revisions of a report side by side, `?from=` and `?to=`: what differs, value by value; the earlier left.

    Without a choice the last two. A withdrawn report is not compared.
    """
    report = published_report(slug, cycle)
    listed = revisions("report", f"{slug}/{cycle}")
    if report is None or report.notice or len(listed) < 2:
        raise Http404
    last = listed[0].revision
    chosen = sorted(
        int(request.GET.get(name) or default) for name, default in (("from", last - 1), ("to", last))
    )
    old, new = (_words(f"{slug}/{cycle}", number) for number in chosen)
    address = reverse("public:report-revisions", args=[slug, cycle])
    context = {
        "report": report,
        "organisation": report.organisation,
        "cycle": report.cycle,
        "revisions": listed,
        "sides": (old[0], new[0]),
        "differences": revision_differences(old[1], new[1]),
        "nav": "public:report-list",
    }
    canonical = f"{address}?from={chosen[0]}&to={chosen[1]}"
    return public_page(request, "report_revisions", context, canonical=canonical)


def _words(record: str, revision: int) -> tuple[Publication, CorrectionWords]:
    """A revision and the words for its values. Raises Http404 for one that there is not."""
    publication = revision_of("report", record, revision)
    document = read_publication(publication) if publication else None
    charter = (
        public_charter_tree(document["charter"]["key"], document["charter"]["version"]) if document else None
    )
    if publication is None or document is None or charter is None:
        raise Http404
    return publication, CorrectionWords(charter, document)

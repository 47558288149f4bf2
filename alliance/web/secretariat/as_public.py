"""What publishing a cycle would make public, as the public would read it: its page, and each concluded report."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from alliance.enums import CycleState, ReportState
from alliance.models import Report
from alliance.queries.cycle_publication import coming_matrix
from alliance.queries.cycles import filing_list
from alliance.services.unpublished_reports import unpublished_record
from alliance.web.public.matrices import matrix_context, rows_of_page
from alliance.web.public.reports import shown_record
from alliance.web.public.responses import public_page
from alliance.web.secretariat.cycles import get_cycle
from portal.kernel.web import ActorRequest, address_of, get_visible_or_404, paginate

_NAV = "secretariat:cycle-list"


@require_safe
def cycle_as_public(request: ActorRequest, slug: str) -> HttpResponse:
    """The matrix of a cycle as it would be published now, each concluded report a link to its own page.

    Of a published cycle its public page shows it.
    """
    cycle = get_cycle(request.actor, slug)
    if cycle.state == CycleState.PUBLISHED:
        return redirect("public:cycle", cycle.slug)
    listed = paginate(filing_list(request.actor, cycle), request, rows_of_page(cycle))
    reports: list[Report] = list(listed)
    addresses = {
        report.organisation.slug: address_of("secretariat:report-as-public", report.pk)
        for report in reports
        if report.state == ReportState.CONCLUDED
    }
    context = {
        "cycle": cycle,
        "page": listed,
        "grid": matrix_context(coming_matrix(request.actor, cycle, reports), addresses),
        "is_any_concluded": bool(addresses),
        "nav": _NAV,
    }
    return _not_stored(render(request, "alliance/secretariat/cycle_as_public.html", context))


@require_safe
def report_as_public(request: ActorRequest, pk: int) -> HttpResponse:
    """A concluded report as its public page will show it; 404 for one that is not concluded, or is public already."""
    report: Report = get_visible_or_404(Report.objects, request.actor, pk=pk)
    record = unpublished_record(request.actor, report.pk)
    if record is None:
        raise Http404
    is_cycle_public = report.cycle.state == CycleState.PUBLISHED
    of_cycle = "secretariat:cycle" if is_cycle_public else "secretariat:cycle-as-public"
    context = {
        **shown_record(request, record, is_brief=False),
        "cycle_url": address_of(of_cycle, report.cycle.slug),
        "review_url": address_of("secretariat:review", report.pk),
        "is_unpublished": True,
        "standing": False,
        "withdrawal": None,
        "published_again_after": None,
        "corrected_commitments": frozenset(),
    }
    return _not_stored(public_page(request, "report_as_public", context, folder="alliance/secretariat"))


def _not_stored(response: HttpResponse) -> HttpResponse:
    """No cache and no search engine has what is not public yet."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response

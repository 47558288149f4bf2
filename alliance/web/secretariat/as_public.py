"""What publishing a cycle would make public, as the public would read it: its page, and each concluded report."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from alliance.enums import CycleState, ReportState
from alliance.models import Report
from alliance.queries.cycle_publication import coming_matrix
from alliance.queries.cycles import filing_list
from alliance.queries.public.reports import ReportRecord
from alliance.services.unpublished_reports import unpublished_record
from alliance.web.public.matrices import matrix_context, rows_of_page
from alliance.web.public.reports import shown_indicator, shown_record
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
    report, record = _unpublished(request, pk)
    address = address_of("secretariat:report-as-public", report.pk)
    context = {
        **shown_record(request, record),
        **_ways_back(report),
        "indicators_url": f"{address}indicators/",
        "is_unpublished": True,
        "standing": False,
        "withdrawal": None,
        "published_again_after": None,
        "corrected_commitments": frozenset(),
    }
    return _not_stored(public_page(request, "report_as_public", context, folder="alliance/secretariat"))


@require_safe
def report_indicator_as_public(request: ActorRequest, pk: int, indicator: str) -> HttpResponse:
    """The figures of one indicator of a concluded report by their parts, as their public page will show them."""
    report, record = _unpublished(request, pk)
    context = {
        **shown_indicator(record, indicator, address_of("secretariat:report-as-public", report.pk)),
        **_ways_back(report),
        "standing": False,
    }
    return _not_stored(
        public_page(request, "report_indicator_as_public", context, folder="alliance/secretariat")
    )


def _unpublished(request: ActorRequest, pk: int) -> tuple[Report, ReportRecord]:
    report: Report = get_visible_or_404(Report.objects, request.actor, pk=pk)
    record = unpublished_record(request.actor, report.pk)
    if record is None:
        raise Http404
    return report, record


def _ways_back(report: Report) -> dict[str, str]:
    of_cycle = "cycle" if report.cycle.state == CycleState.PUBLISHED else "cycle-as-public"
    return {
        "cycle_url": address_of(f"secretariat:{of_cycle}", report.cycle.slug),
        "review_url": address_of("secretariat:review", report.pk),
    }


def _not_stored(response: HttpResponse) -> HttpResponse:
    """No cache and no search engine has what is not public yet."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response

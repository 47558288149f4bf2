"""The reporting cycles: all of them, one with its matrix and who filed, the matrix as a file."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.enums import NOT_REQUIRED_STANDINGS
from alliance.models import Cycle
from alliance.queries.local_dates import end_of_day
from alliance.queries.public import cycles as reads
from alliance.queries.public.cycle_versions import published_earlier_versions
from alliance.queries.public.obligations import (
    ObligationsByName,
    PublicObligation,
    obligations_in,
    standing_counts,
)
from alliance.queries.public.record import current_publication_head
from alliance.queries.public.verdict_matrix import (
    VerdictMatrix,
    VerdictTally,
    verdict_matrix,
    verdict_tallies,
)
from alliance.web.public.as_it_stood import AS_OF, as_it_stood, shown_day
from alliance.web.public.charts import cycle_sun
from alliance.web.public.matrices import links, matrix_context, matrix_table, rows_of_page
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.responses import csv_response, public_page
from portal.kernel.web import PAGE, Parameter, paginate_or_404, parameters

MOST_UNFILED = 25  # members without a published report, on a page
_UNFILED = Parameter("unfiled", PAGE.pattern, default="1")


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A line of the list: the cycle, its verdicts counted, what became of its reports."""

    cycle: Cycle
    tally: VerdictTally
    counts: Counter[str]  # by standing


@require_safe
@parameters(PAGE)
def cycle_list(request: HttpRequest) -> HttpResponse:
    """All public cycles, the latest first."""
    listed = paginate_or_404(reads.cycles(), request, 10)
    ids = [cycle.pk for cycle in listed]
    standings = standing_counts(list(listed))
    tallies = verdict_tallies(ids)
    rows = [CycleRow(cycle, tallies[cycle.pk], standings[cycle.pk]) for cycle in listed]
    return public_page(request, "cycle_list", {"page": listed, "rows": rows, "nav": "public:report-list"})


@require_safe
@parameters(AS_OF, PAGE, _UNFILED)
@as_it_stood
def cycle(request: HttpRequest, cycle: str) -> HttpResponse:
    """One cycle: its verdict matrix, and what became of each report that was due."""
    public_cycle = _get_cycle(cycle)
    date_changes = reads.with_dates_of(
        public_cycle, reads.date_changes(public_cycle), end_of_day(shown_day(request))
    )
    obligations = ObligationsByName(public_cycle)
    listed = paginate_or_404(obligations, request, rows_of_page(public_cycle))
    matrix = _matrix(public_cycle, listed)
    counts = obligations.counts
    unfiled = paginate_or_404(obligations.unfiled_ids(), request, MOST_UNFILED, "unfiled")
    filed_count = len(obligations) - unfiled.paginator.count
    if unfiled.object_list:
        unfiled.object_list = obligations_in(public_cycle, unfiled.object_list)
    context = {
        "cycle": public_cycle,
        "card": settings.ORIGIN + reverse("public:cycle-card", args=[public_cycle.slug]),
        "charter": public_cycle.charter,
        "versions": published_earlier_versions(public_cycle),
        "date_changes": date_changes,
        "is_published": public_cycle in reads.published_cycles(),
        "matrix": matrix,
        "grid": matrix_context(matrix) if matrix else None,
        "links": links(),
        "sun": cycle_sun(matrix) if matrix and matrix.tally.due else None,
        "page": listed,
        "filed": [obligation for obligation in listed if obligation.has_filed],
        "filed_count": filed_count,
        "unfiled": unfiled.object_list,
        "unfiled_page": unfiled,
        "counts": counts,
        "is_complete": 0
        < filed_count
        == len(obligations) - sum(counts[each] for each in NOT_REQUIRED_STANDINGS),
        "publication": current_publication_head("cycle", public_cycle.slug),
        "nav": "public:report-list",
    }
    return public_page(request, "cycle", context)


@open_to_other_sites
@parameters(AS_OF)
@as_it_stood
def cycle_matrix(request: HttpRequest, cycle: str) -> HttpResponse:
    """CSV of a cycle's verdict matrix, as it stood on a day where one is named."""
    public_cycle = _get_cycle(cycle)
    matrix = _matrix(public_cycle)
    if matrix is None:
        raise Http404
    return csv_response(f"verdicts-{public_cycle.slug}", *matrix_table(matrix))


def _get_cycle(slug: str) -> Cycle:
    cycle = reads.cycle(slug)
    if cycle is None:
        raise Http404
    return cycle


def _matrix(cycle: Cycle, obligations: Iterable[PublicObligation] | None = None) -> VerdictMatrix | None:
    """The matrix, as soon as anything of the cycle is published."""
    among = reads.published_cycles()
    matrix = verdict_matrix(cycle, reads.previous_cycle(cycle, among), obligations)
    return matrix if matrix.rows else None

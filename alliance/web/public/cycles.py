"""The reporting cycles: all of them, one with its matrix and who filed, the matrix as a file."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from alliance.enums import CycleState
from alliance.models import Cycle, PublishedReport
from alliance.queries.public import cycles as reads
from alliance.queries.public.record import citation_of
from alliance.queries.public.standing import Matrix, Tally, matrix_of, reports_in, standings
from alliance.web.public.answers import page, table
from alliance.web.public.drawings import cycle_sun
from alliance.web.public.matrices import links, matrix_context, matrix_table
from portal.kernel.web import page_of


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A line of the list: the cycle, its verdicts counted, who filed."""

    cycle: Cycle
    tally: Tally
    filings: dict[str, int]


@require_safe
def cycle_list(request: HttpRequest) -> HttpResponse:
    """All public cycles, the latest first."""
    listed = page_of(reads.cycles(), request, 20)
    ids = [cycle.pk for cycle in listed]
    filings = reads.filing_counts(ids)
    values: dict[int, list[str]] = {}
    for (cycle_id, _organisation_id), verdicts in standings(cycle_id__in=ids).items():
        values.setdefault(cycle_id, []).extend(verdicts.values())
    rows = [
        CycleRow(cycle, Tally.of(values.get(cycle.pk, ())), filings.get(cycle.pk, {})) for cycle in listed
    ]
    return page(request, "cycle_list", {"page": listed, "rows": rows, "nav": "public:report-list"})


@require_safe
def cycle(request: HttpRequest, cycle: str) -> HttpResponse:
    """One cycle: its matrix, what became of the verdicts, who filed and who did not."""
    found = _found(cycle)
    listed = page_of(reports_in(found), request)
    matrix = _matrix(found, listed)
    context = {
        "cycle": found,
        "charter": found.charter,
        "published": found.state == CycleState.PUBLISHED,
        "matrix": matrix,
        "grid": matrix_context(matrix) if matrix else None,
        "links": links(),
        "sun": cycle_sun(matrix) if matrix and matrix.tally.due else None,
        "page": listed,
        "filed": [report for report in listed if not report.notice],
        "silent": list(reports_in(found).exclude(notice="")),
        "publication": citation_of("cycle", found.slug),
        "nav": "public:report-list",
    }
    return page(request, "cycle", context)


@require_safe
def cycle_matrix(request: HttpRequest, cycle: str) -> HttpResponse:
    """The matrix as a file."""
    found = _found(cycle)
    matrix = _matrix(found)
    if matrix is None:
        raise Http404
    return table(f"verdicts-{found.slug}", *matrix_table(matrix))


def _found(slug: str) -> Cycle:
    found = reads.cycle(slug)
    if found is None:
        raise Http404
    return found


def _matrix(found: Cycle, shown: Iterable[PublishedReport] | None = None) -> Matrix | None:
    """The matrix, as soon as anything of the cycle is published."""
    among = reads.published_cycles()
    matrix = matrix_of(found, reads.earlier_than(found, among), shown)
    return matrix if matrix.rows else None

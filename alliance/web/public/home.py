"""The home page: what was promised, its present state, what was published last."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import TextKind
from alliance.models import Cycle
from alliance.queries.public.charters import charter_titles
from alliance.queries.public.cycles import cycle as find_cycle
from alliance.queries.public.cycles import previous_cycle, published_cycles
from alliance.queries.public.obligations import ObligationsByName
from alliance.queries.public.record import latest_publications
from alliance.queries.public.verdict_matrix import verdict_matrix
from alliance.queries.site import read_site
from alliance.web.public.as_it_stood import AS_OF, as_it_stood, is_present, shown_day
from alliance.web.public.charts import cycle_sun
from alliance.web.public.home_answers import home_answers
from alliance.web.public.linked_data import of_publisher
from alliance.web.public.matrices import links, matrix_context, rows_of_page
from alliance.web.public.publication_rows import described_publication_rows
from alliance.web.public.responses import public_page
from alliance.web.public.texts import text_context
from portal.kernel.web import PAGE, Parameter, paginate_or_404, parameters

MAX_PUBLICATIONS = 5


@require_safe
@parameters(Parameter("cycle"), AS_OF, PAGE)
@as_it_stood
def home(request: HttpRequest) -> HttpResponse:
    """Public home page: the latest published cycle, or the one in `?cycle=`, and the latest publications."""
    cycles = published_cycles()
    cycle = _chosen_cycle(cycles, request.GET.get("cycle", ""), is_present=is_present(request))
    listed = paginate_or_404(ObligationsByName(cycle), request, rows_of_page(cycle)) if cycle else None
    matrix = verdict_matrix(cycle, previous_cycle(cycle, cycles), listed) if cycle else None
    charters = [cycle.charter] if cycle else charter_titles()
    site, charter = read_site(), charters[0] if charters else None
    context = {
        "headline": site.headline or (charter.title if charter else site.name) or _("Public record"),
        "charter": charter,
        "cycle": cycle,
        "is_latest": bool(cycle) and cycle == cycles[0],
        "as_of_choices": {"cycle": cycle.slug} if cycle and cycle != cycles[0] else {},
        "other_cycles": [each for each in cycles if each != cycle],
        "matrix": matrix,
        "page": listed,
        "grid": matrix_context(matrix) if matrix else None,
        "links": _links(cycle) if cycle else "",
        "sun": cycle_sun(matrix) if matrix and matrix.tally.total else None,
        "answers": home_answers(cycle, cycles, shown_day(request), is_present=is_present(request)),
        "publications": described_publication_rows(latest_publications(MAX_PUBLICATIONS)),
        "linked_data": of_publisher(),
        **text_context(TextKind.HOME),
    }
    return public_page(request, "home", context, canonical=_canonical(request, context["is_latest"]))


def _canonical(request: HttpRequest, is_latest: bool) -> str:
    """Each page of the matrix is itself; the latest cycle by its name is the home page."""
    query = request.GET.copy()
    if is_latest:
        query.pop("cycle", None)
    return reverse("public:home") + (f"?{query.urlencode()}" if query else "")


def _chosen_cycle(cycles: Sequence[Cycle], slug: str, *, is_present: bool) -> Cycle | None:
    """The cycle of this address; the latest when none is named, or when by the day that is shown it was to come."""
    latest = cycles[0] if cycles else None
    if not slug:
        return latest
    for cycle in cycles:
        if cycle.slug == slug:
            return cycle
    if not is_present and find_cycle(slug):
        return latest
    raise Http404


def _links(cycle: Cycle) -> SafeString:
    return links(
        (reverse("public:cycle", args=[cycle.slug]), _("This cycle in full")),
        (reverse("public:cycle-list"), _("Other cycles")),
        (reverse("public:cycle-matrix", args=[cycle.slug]), _("Table as CSV")),
    )

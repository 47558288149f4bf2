"""The ledger of promises: every target that a member has set itself, with its day, its figure and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import TargetState
from alliance.queries.public.charters import commitment_row, public_charters_in_force
from alliance.queries.public.data_tables import TextCell
from alliance.queries.public.data_tables.promises import PROMISES, promise_rows
from alliance.queries.public.members import MembersToChoose, member_now_at
from alliance.queries.public.pledge_versions import earlier_versions
from alliance.queries.public.promise_events import promise_summaries
from alliance.queries.public.promises import (
    BEYOND_THE_CHARTER,
    ORDER,
    PromiseFilter,
    member_promises,
    promise_counts,
    promised_targets,
    promises_of,
)
from alliance.web.public.as_it_stood import AS_OF, as_it_stood, shown_day
from alliance.web.public.atom import summary_feed
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.promise_rows import promise_groups
from alliance.web.public.responses import address_without, json_response, public_page, table_response
from portal.kernel import clock
from portal.kernel.web import PAGE, Parameter, paginate_or_404, parameters

ROWS = 20
MOST_MEMBERS = 12  # shown above the list; those with most that was missed or is overdue
MOST_ENTRIES = 50  # of the feed
_MEMBER = Parameter("member", r"[-\w]{1,100}")
_COMMITMENT = Parameter("commitment", r"[-\w]{1,60}")
_STATE = Parameter("state", "|".join(ORDER))
_FILTERS = (_MEMBER, _COMMITMENT, Parameter("due", "past|soon|year"), _STATE)


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many targets of one state there are, and where they are listed."""

    state: TargetState | None  # None: all of them
    count: int
    url: str
    is_chosen: bool


@require_safe
@parameters(*_FILTERS, PAGE, AS_OF, Parameter("choose", is_flag=True))
@as_it_stood
def promise_list(request: HttpRequest) -> HttpResponse:
    """Ledger of promises: the targets of all members by what became of them, narrowed by member, commitment and day."""
    day, filters = shown_day(request), _filters(request)
    counts = promise_counts(day, filters)
    members, member_count = member_promises(day, MOST_MEMBERS) if filters == PromiseFilter() else ([], 0)
    page = paginate_or_404(promised_targets(day, filters), request, ROWS)
    promises = promises_of(page.object_list, day)
    versions = earlier_versions([promise.pledge for promise in promises])
    context = {
        "page": page,
        "groups": promise_groups(promises, counts, day, versions),
        "counts": counts,
        "states": _states(request, filters, counts.by_state),
        "filters": filters,
        "as_of_choices": asdict(filters),
        "is_narrowed": filters != PromiseFilter(),
        "members": members,
        "member_count": member_count,
        "offered": MembersToChoose(filters.member, every="choose" in request.GET),
        "charters": public_charters_in_force(),
        "own": BEYOND_THE_CHARTER,
        "table_url": _url(request, filters, route="public:promise-table"),
        "data_url": _url(request, filters, route="public:promise-data"),
        "feed_url": _feed_url(filters),
        "day_text": request.GET.get(AS_OF.name, ""),
    }
    return public_page(request, "promise_list", context, canonical=address_without(request, "choose"))


@open_to_other_sites
@parameters(*_FILTERS, AS_OF)
@as_it_stood
def promise_table(request: HttpRequest) -> HttpResponse:
    """Table of the promises that are asked for, as CSV with the columns of the open data."""
    return table_response("promises", PROMISES, list(_rows(request)))


@open_to_other_sites
@parameters(*_FILTERS, AS_OF)
@as_it_stood
def promise_data(request: HttpRequest) -> HttpResponse:
    """The promises that are asked for, as JSON with the columns of the open data."""
    promises = [PROMISES.values(row) for row in _rows(request)]
    return json_response({"as_of": shown_day(request).isoformat(), "promises": promises})


@open_to_other_sites
@parameters(_MEMBER, _COMMITMENT, _STATE)
def promise_feed(request: HttpRequest) -> HttpResponse:
    """Atom feed of the ledger: promises made, kept, missed, overdue and taken back, of those that are asked for."""
    filters = _filters(request, "member", "commitment", "state")
    summaries = promise_summaries(filters, clock.now(), MOST_ENTRIES)
    page = _address("public:promise-list", asdict(filters))
    return summary_feed(request, _("Promises"), page, summaries, address=_feed_url(filters))


def _feed_url(filters: PromiseFilter) -> str:
    """The address of the feed of these promises, on whatever day they are due."""
    return _address("public:promise-feed", asdict(replace(filters, due="")))


def _rows(request: HttpRequest) -> Iterator[Sequence[TextCell]]:
    day = shown_day(request)
    return promise_rows(promised_targets(day, _filters(request)), day)


def _filters(request: HttpRequest, *names: str) -> PromiseFilter:
    """What the address asks for: of these fields, or of all; a member also by an address that it had before.

    404 for a member or a commitment that there is not: that nothing was promised would be said of nobody.
    """
    names = names or ("member", "commitment", "due", "state")
    filters = PromiseFilter(**{name: request.GET.get(name, "") for name in names})
    if filters.commitment not in ("", BEYOND_THE_CHARTER) and commitment_row(filters.commitment) is None:
        raise Http404
    if not filters.member:
        return filters
    organisation = member_now_at(filters.member)
    if organisation is None:
        raise Http404
    return replace(filters, member=organisation.slug)


def _states(request: HttpRequest, filters: PromiseFilter, by_state: Mapping[str, int]) -> list[StateCount]:
    whole = _url(request, replace(filters, state=""))
    every = StateCount(None, sum(by_state.values()), whole, not filters.state)
    return [every] + [
        StateCount(state, count, _url(request, replace(filters, state=state)), filters.state == state)
        for state in ORDER
        if (count := by_state[state])
    ]


def _url(request: HttpRequest, filters: PromiseFilter, *, route: str = "public:promise-list") -> str:
    """The address of the list, or of a file of it, that is narrowed like this, as of the same day."""
    return _address(route, asdict(filters) | {AS_OF.name: request.GET.get(AS_OF.name, "")})


def _address(route: str, values: Mapping[str, str]) -> str:
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{reverse(route)}?{query}" if query else reverse(route)

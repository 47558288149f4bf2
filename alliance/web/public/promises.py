"""The ledger of promises: every target that a member has set itself, with its day, its figure and what became of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import TargetState
from alliance.queries.local_dates import today
from alliance.queries.public.charters import public_charters_in_force
from alliance.queries.public.members import members
from alliance.queries.public.promises import (
    BEYOND_THE_CHARTER,
    ORDER,
    Promise,
    PromiseFilter,
    member_promises,
    promise_counts,
    promised_targets,
    promises_of,
)
from alliance.queries.public.targets import TargetReading
from alliance.web.public.promise_rows import promise_groups
from alliance.web.public.responses import Cell, csv_response, json_response, public_page
from portal.kernel.text import plain_decimal
from portal.kernel.web import PAGE, Parameter, paginate_or_404, parameters

ROWS = 25
MOST_MEMBERS = 24  # shown above the list; those with most that was missed or is overdue
_FILTERS = (
    Parameter("member", r"[-\w]{1,100}"),
    Parameter("commitment", r"[-\w]{1,60}"),
    Parameter("due", "past|soon|year"),
    Parameter("state", "|".join(ORDER)),
)


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many targets of one state there are, and where they are listed; `share` of all in whole hundredths."""

    state: TargetState | None  # None: all of them
    count: int
    share: int
    url: str
    is_chosen: bool


@require_safe
@parameters(*_FILTERS, PAGE)
def promise_list(request: HttpRequest) -> HttpResponse:
    """Ledger of promises: the targets of all members by what became of them, narrowed by member, commitment and day."""
    day, filters = today(), _filters(request)
    counts = promise_counts(day, filters)
    page = paginate_or_404(promised_targets(day, filters), request, ROWS)
    context = {
        "page": page,
        "groups": promise_groups(promises_of(page.object_list, day), counts.by_state, day),
        "counts": counts,
        "states": _states(filters, counts.by_state),
        "filters": filters,
        "is_narrowed": filters != PromiseFilter(),
        "members": member_promises(day, MOST_MEMBERS) if filters == PromiseFilter() else [],
        "all_members": members(),
        "charters": public_charters_in_force(),
        "own": BEYOND_THE_CHARTER,
        "table_url": _url(filters, route="public:promise-table"),
        "data_url": _url(filters, route="public:promise-data"),
    }
    return public_page(request, "promise_list", context)


@require_safe
@parameters(*_FILTERS)
def promise_table(request: HttpRequest) -> HttpResponse:
    """Table of the promises that are asked for, as CSV."""
    header: list[Cell] = [
        _("Member"), _("Commitment"), _("Promise"), _("Language"), _("Due"), _("State"), _("Indicator"),
        _("Target"), _("Value on the day"), _("Latest value"), _("Latest cycle"), _("Reached later"), _("Publication"),
    ]  # fmt: skip
    rows = (
        list({**_facts(promise), "state": _state_label(promise)}.values()) for promise in _promises(request)
    )
    return csv_response("promises", header, rows)


@require_safe
@parameters(*_FILTERS)
def promise_data(request: HttpRequest) -> HttpResponse:
    """The promises that are asked for, as JSON; numbers are decimal strings."""
    promises = [
        {
            name: plain_decimal(value) if isinstance(value, Decimal) else value
            for name, value in _facts(each).items()
        }
        for each in _promises(request)
    ]
    return json_response({"as_of": today().isoformat(), "promises": promises})


def _promises(request: HttpRequest) -> list[Promise]:
    day = today()
    return promises_of(promised_targets(day, _filters(request)), day)


def _facts(promise: Promise) -> dict[str, Cell]:
    """What a file says of a promise, in the order of its columns."""
    pledge, standing = promise.pledge, promise.standing
    latest, later = standing.latest, standing.reached_later
    return {
        "member": pledge.organisation.slug,
        "commitment": pledge.commitment_key,
        "promise": standing.text,
        "language": pledge.language,
        "due_on": standing.due_on.isoformat() if standing.due_on else None,
        "state": standing.state.value if standing.state else None,
        "indicator": standing.indicator.key if standing.indicator else None,
        "target": standing.value,
        "value_on_the_day": _value(standing.on_the_day),
        "latest_value": _value(latest),
        "latest_cycle": latest.cycle.slug if latest else None,
        "reached_later": later.slug if later else None,
        "publication": pledge.valid_from,
    }


def _value(reading: TargetReading | None) -> Decimal | None:
    return reading.reading.value if reading and reading.reading.has_value else None


def _state_label(promise: Promise) -> str:
    return str(promise.standing.state.label) if promise.standing.state else ""


def _filters(request: HttpRequest) -> PromiseFilter:
    names = ("member", "commitment", "due", "state")
    return PromiseFilter(**{name: request.GET.get(name, "") for name in names})


def _states(filters: PromiseFilter, by_state: Mapping[str, int]) -> list[StateCount]:
    total = sum(by_state.values())
    every = StateCount(None, total, 100, _url(replace(filters, state="")), not filters.state)
    return [every] + [
        StateCount(
            state,
            count,
            round(100 * count / total),
            _url(replace(filters, state=state)),
            filters.state == state,
        )
        for state in ORDER
        if (count := by_state[state])
    ]


def _url(filters: PromiseFilter, *, route: str = "public:promise-list") -> str:
    """The address of the list, or of a file of it, that is narrowed like this."""
    query = urlencode({name: value for name, value in asdict(filters).items() if value})
    return f"{reverse(route)}?{query}" if query else reverse(route)

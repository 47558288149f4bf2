"""Who has solved what, and which practices were taken up most in a year."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.queries.local_dates import today
from alliance.web.area import area_of
from portal.kernel.text import whole_number
from portal.kernel.web import ActorRequest
from practices.queries.people import most_adopted, solvers

_EARLIEST = 2000
_YEARS = 3  # that are offered as links


@require_safe
def practice_people(request: ActorRequest) -> HttpResponse:
    """People by accepted answers, practices and measured results, and the most adopted practices of a year."""
    area, now = area_of(request.actor), today().year
    asked = whole_number(request.GET.get("year", ""), digits=4) or now
    year = asked if _EARLIEST <= asked <= now else now
    context = {
        "base": area.base,
        "area": area.namespace,
        "nav": f"{area.namespace}:practice-list",
        "solvers": solvers(request.actor),
        "adopted": most_adopted(request.actor, year),
        "year": year,
        "years": range(now, now - _YEARS, -1),
    }
    return render(request, "practices/people.html", context)

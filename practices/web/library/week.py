"""The week on a page: what the weekly letter says, with the titles that its reader may see."""

from collections.abc import Collection
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.queries.local_dates import today
from portal.kernel.web import ActorRequest
from practices.facets import FACETS_BY_KEY
from practices.notify.weekly import week_sections
from practices.queries.facet_labels import FacetLabels
from practices.queries.weekly import MOST_ON_PAGE, week_before

_LETTERS_KEPT = timedelta(days=92)


@require_safe
def practice_week(request: ActorRequest) -> HttpResponse:
    """What the last seven days brought: new practices, questions, uses, what is asked, alerts that end.

    `until`: the seven before that day, as the letter of that day counts them.
    """
    until = _letter_day(request.GET.get("until", ""))
    week = week_before(
        request.actor,
        until or today() + timedelta(days=1),
        alerts_from=until or today(),
        most=MOST_ON_PAGE,
    )
    context = {
        "until": until,
        "sections": week_sections(request.actor, week, leaving=False),
        "harms": _labels("harms", week.interests.harms),
        "service_kinds": _labels("service_kinds", week.interests.service_kinds),
        "choices_url": reverse("notification-settings"),
        "nav": "workspace:practice-list",
    }
    return render(request, "practices/week.html", context)


def _letter_day(text: str) -> date | None:
    """The day of a letter that may still be at hand; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if today() - _LETTERS_KEPT <= day <= today() else None


def _labels(facet: str, values: Collection[str]) -> list[str]:
    """The values in words, in their order."""
    labels = FacetLabels()
    ordered = labels.sort(FACETS_BY_KEY[facet], values)
    return [labels.label_of(FACETS_BY_KEY[facet], value) for value in ordered]

"""The week on a page: what the weekly letter says, with the titles that its reader may see."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.queries.local_dates import today
from portal.kernel.web import ActorRequest
from practices.notify.weekly import week_sections
from practices.queries.weekly import week_before


@require_safe
def practice_week(request: ActorRequest) -> HttpResponse:
    """What the last seven days brought: new practices, questions, uses, what is asked, alerts that end."""
    week = week_before(request.actor, today() + timedelta(days=1), alerts_from=today())
    context = {
        "sections": week_sections(request.actor, week, leaving=False),
        "interests": week.interests,
        "choices_url": reverse("notification-settings"),
        "nav": "workspace:practice-list",
    }
    return render(request, "practices/week.html", context)

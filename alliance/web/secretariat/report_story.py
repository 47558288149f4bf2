"""All about one report: what was done to it and to its parts, in order, and what was published of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.models import Report
from alliance.queries.report_story import (
    STORY_PAGE_SIZE,
    public_state,
    publications_of,
    story_entries,
    story_events,
)
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate, permissions, requires


@require_safe
@requires("journal.read")
def report_story(request: ActorRequest, pk: int) -> HttpResponse:
    """The story of one report: submissions, questions, verdicts, requests, corrections, with the words of each."""
    report: Report = get_visible_or_404(Report.objects, request.actor, pk=pk)
    page = paginate(story_events(request.actor, report), request, STORY_PAGE_SIZE)
    page.object_list = story_entries(request.actor, report, list(page.object_list))
    context = {
        "report": report,
        "page": page,
        "publications": publications_of(report),
        "public": public_state(request.actor, report),
        "nav": "secretariat:journal",
        **permissions(request.actor, report, may_withdraw="publication.withdraw"),
    }
    return render(request, "alliance/secretariat/report_story.html", context)

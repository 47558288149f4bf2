"""Before a practice is handed on: what is missing, how it will look, and who will read it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.kernel.web import ActorRequest, permissions
from practices.models import Attachment
from practices.queries.reach import reach_of
from practices.services.versions import listed
from practices.web.practices import files_of
from practices.web.reach_words import who_reads
from practices.web.reading import Reading
from practices.web.shown import Shown
from practices.web.steps import steps_for
from practices.web.writing import around, own_practice


@require_safe
def practice_check(request: ActorRequest, key: UUID) -> HttpResponse:
    """The working copy exactly as its readers would see it, with everything that still stops it."""
    found, draft = own_practice(request, key)
    rows = Attachment.objects.visible_to(request.actor).filter(practice=found, removed_at__isnull=True)
    files = files_of(found, map(listed, rows), "workspace")
    context = {
        **around(found, draft, "check"),
        "reading": Reading(draft.content),
        "readers": who_reads(reach_of(found)),
        "files": files,
        **permissions(request.actor, found, may_share_directly="practice.share_directly"),
        "steps": steps_for(Shown(request.actor, found), "workspace", beside=False),
    }
    return render(request, "practices/practice_check.html", context)

"""Before a practice is handed on: what is missing, how it will look, and who will read it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.kernel.web import ActorRequest, permissions
from practices.models import Attachment
from practices.queries.readers import audience_members
from practices.services.versions import attachment_entry
from practices.web.editor.views import draft_context, get_own_practice
from practices.web.practice.content_view import ContentView
from practices.web.practice.page import PracticePage
from practices.web.practice.steps import steps_for
from practices.web.practice.views import files_of
from practices.web.reader_texts import reader_sentences


@require_safe
def practice_check(request: ActorRequest, key: UUID) -> HttpResponse:
    """Preview of the working copy as its readers would see it, with everything that blocks sharing."""
    practice, draft = get_own_practice(request, key)
    rows = Attachment.objects.visible_to(request.actor).filter(practice=practice, removed_at__isnull=True)
    files = files_of(practice, map(attachment_entry, rows), "workspace")
    context = {
        **draft_context(practice, draft, "check"),
        "reading": ContentView(draft.content, practice.language),
        "readers": reader_sentences(audience_members(practice)),
        "files": files,
        **permissions(request.actor, practice, may_share_directly="practice.share_directly"),
        "steps": steps_for(PracticePage(request.actor, practice), "workspace", in_sidebar=False),
    }
    return render(request, "practices/practice_check.html", context)

"""Attachments of a practice: added, taken out, and downloaded through a check."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from alliance.web.area import posted_data
from alliance.web.downloads import attachment
from portal.kernel.web import ActorRequest, StrictForm, get_visible_or_404, posts, refusals_on
from practices.models import Attachment, Practice
from practices.services.attachments import add_attachment, open_attachment, remove_attachment
from practices.web.editor.views import draft_context, get_own_practice
from practices.web.objects import get_practice


class AttachmentForm(StrictForm):
    """An attachment of a practice."""

    file = forms.FileField(label=gettext_lazy("File"))
    title = forms.CharField(label=gettext_lazy("What it shows"), max_length=200, required=False)


def _attachments(request: ActorRequest, practice: Practice) -> Any:
    rows = Attachment.objects.visible_to(request.actor).filter(practice=practice)
    return rows.filter(removed_at__isnull=True).select_related("added_by")


@require_http_methods(["GET", "HEAD", "POST"])
def practice_files(request: ActorRequest, key: UUID) -> HttpResponse:
    """List of the files of the working copy, with a form to add one."""
    practice, draft = get_own_practice(request, key)
    form = AttachmentForm(posted_data(request, with_files=True), request.FILES or None)
    if form.is_valid():
        cleaned = form.cleaned_data
        with refusals_on(form):
            add_attachment(request.actor, practice, cleaned["file"], cleaned["title"])
        if form.is_valid():
            messages.success(request, _("File added to a practice"))
            return redirect(request.path)
    context = {
        **draft_context(practice, draft, "files"),
        "form": form,
        "files": _attachments(request, practice),
    }
    status = 422 if form.is_bound else 200
    return render(request, "practices/practice_files.html", context, status=status)


@posts()
def practice_file_remove(request: ActorRequest, key: UUID, file: UUID) -> HttpResponse:
    """Remove a file from the working copy."""
    practice, _draft = get_own_practice(request, key)
    attachment = get_visible_or_404(_attachments(request, practice), request.actor, key=file)
    remove_attachment(request.actor, attachment)
    messages.success(request, _("File removed from a practice"))
    return redirect("workspace:practice-files", key)


@require_safe
def practice_file(request: ActorRequest, key: UUID, file: UUID) -> HttpResponse:
    """Download of a file of a practice; the download is logged for the source."""
    practice = get_practice(request.actor, key)
    row = get_visible_or_404(
        Attachment.objects.select_related("practice"), request.actor, practice=practice, key=file
    )
    content = open_attachment(request.actor, row)
    return attachment(content, row.file_name, row.media_type)

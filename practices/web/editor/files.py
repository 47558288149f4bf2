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
from practices.enums import LISTED_KINDS, SIGNAL_KINDS, AttachmentKind, HashAlgorithm
from practices.models import Attachment, Practice
from practices.packs.test_set_rows import classes_digest
from practices.services.attachments import add_attachment, open_attachment, remove_attachment
from practices.services.pack_files import labelled_content
from practices.services.packs import TestSetInput, add_test_set, confirm_test_set
from practices.services.signals import add_signals
from practices.web.editor.views import draft_context, get_own_practice
from practices.web.objects import get_practice


class AttachmentForm(StrictForm):
    """An attachment of a practice, and what is said of it by its kind."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        required=False,
        choices=[(kind.value, kind.label) for kind in LISTED_KINDS],
    )
    file = forms.FileField(label=gettext_lazy("File"))
    title = forms.CharField(label=gettext_lazy("What it shows"), max_length=200, required=False)
    algorithm = forms.ChoiceField(
        label=gettext_lazy("Algorithm of a hash list"),
        required=False,
        choices=[("", gettext_lazy("Not chosen")), *HashAlgorithm.choices],
    )
    hold_back = forms.IntegerField(
        label=gettext_lazy("Hold back, of a hundred rows"),
        required=False,
        min_value=0,
        max_value=90,
        help_text=gettext_lazy(
            "Given to nobody: with these rows you can tell whether a model knows the others by heart. Rows that are "
            "held back already stay so if this is left empty; those of a version always do."
        ),
    )
    labelled_by = forms.CharField(label=gettext_lazy("Labelled by"), max_length=200, required=False)
    made_from = forms.CharField(label=gettext_lazy("Made from"), max_length=200, required=False)
    leave_out_unknown = forms.BooleanField(
        label=gettext_lazy("Leave out rows of classes that the policy does not have"), required=False
    )

    def test_set_input(self) -> TestSetInput:
        cleaned = self.cleaned_data
        return TestSetInput(
            cleaned["title"],
            cleaned["hold_back"],
            cleaned["leave_out_unknown"],
            cleaned["labelled_by"],
            cleaned["made_from"],
        )


TEST_SET_FIELDS = ("hold_back", "labelled_by", "made_from", "leave_out_unknown")


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
            if cleaned["kind"] == AttachmentKind.TEST_SET:
                add_test_set(request.actor, practice, cleaned["file"], form.test_set_input())
            elif cleaned["kind"] in SIGNAL_KINDS:
                add_signals(
                    request.actor,
                    practice,
                    cleaned["file"],
                    kind=cleaned["kind"],
                    title=cleaned["title"],
                    algorithm=cleaned["algorithm"],
                )
            else:
                add_attachment(request.actor, practice, cleaned["file"], cleaned["title"])
        if form.is_valid():
            messages.success(request, _("File added to a practice"))
            return redirect(request.path)
    files = list(_attachments(request, practice))
    for row in files:
        row.is_out_of_step = row.kind == AttachmentKind.TEST_SET and row.facts.get(
            "policy"
        ) != classes_digest(draft.content)
    context = {
        **draft_context(practice, draft, "files"),
        "form": form,
        "always": [form[name] for name in form.fields if name not in TEST_SET_FIELDS],
        "of_test_set": [form[name] for name in TEST_SET_FIELDS],
        "files": files,
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


@posts()
def practice_test_set_confirm(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say that the test set still fits the policy as it is written now."""
    practice, _draft = get_own_practice(request, key)
    confirm_test_set(request.actor, practice)
    messages.success(request, _("Confirmed: the test set fits the policy."))
    return redirect("workspace:practice-files", key)


@require_safe
def practice_file(request: ActorRequest, key: UUID, file: UUID) -> HttpResponse:
    """Download of a file of a practice; the download is logged for the source."""
    practice = get_practice(request.actor, key)
    row = get_visible_or_404(
        Attachment.objects.select_related("practice"), request.actor, practice=practice, key=file
    )
    content = labelled_content(row, open_attachment(request.actor, row), row.handling_label)
    return attachment(content, row.file_name, row.media_type)

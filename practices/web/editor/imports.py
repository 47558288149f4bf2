"""Importing practices: upload, dry run, confirm, progress, result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliance.web.area import posted_data
from portal.kernel.access import Actor
from portal.kernel.web import (
    ActorRequest,
    paginate,
    permissions,
    posts,
    redirect_refused,
    refusals_on,
    requires,
)
from practices.diff import FieldDifference, compare
from practices.enums import ClassOutcome, ImportChoice, ImportStage, UnknownClassAnswer
from practices.models import PracticeImport
from practices.queries.import_differences import contents_to_compare
from practices.queries.imports import PASSED_OVER, FileRow, file_rows, own_imports, percent_of
from practices.services.import_choices import choose_files, set_for_many
from practices.services.imports import (
    UNCONFIRMED_RETENTION,
    UploadedImportFile,
    apply_import,
    discard_import,
    prepare_import,
)
from practices.web.forms.imports import BulkForm, ChoicesForm, ImportForm
from practices.web.objects import get_import
from practices.web.practice.content_view import key_labeller

_NAV = "workspace:practice-list"


@requires("practice.draft")
def import_prepare(request: ActorRequest) -> HttpResponse:
    """Form to upload files for import; they are checked, and nothing becomes a practice yet."""
    form = ImportForm(posted_data(request, with_files=True), request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            sent = [UploadedImportFile(name, file, file.size or 0) for name, file in form.uploads]
            prepared = prepare_import(request.actor, sent)
        if form.is_valid():
            return redirect("workspace:import", prepared.key)
    context = {"form": form, "nav": _NAV, "has_imports": own_imports(request.actor).exists()}
    return render(request, "practices/import_form.html", context, status=422 if form.is_bound else 200)


@require_safe
def import_list(request: ActorRequest) -> HttpResponse:
    """List of one's own imports, newest first."""
    context = {
        "page": paginate(own_imports(request.actor), request),
        **permissions(request.actor, may_import="practice.draft"),
        "nav": _NAV,
    }
    return render(request, "practices/import_list.html", context)


@never_cache
@require_safe
def import_page(request: ActorRequest, key: UUID) -> HttpResponse:
    """One import: its dry run, progress or result, by its stage."""
    practice_import = get_import(request.actor, key)
    return render(request, "practices/import.html", _context(request, practice_import))


@never_cache
@require_safe
def import_progress(request: ActorRequest, key: UUID) -> HttpResponse:
    """Progress of an import, as a fragment for HTMX; reloads the page once the work is over."""
    practice_import = get_import(request.actor, key)
    response = render(request, "practices/_import_progress.html", _progress(practice_import))
    if practice_import.stage != ImportStage.RUNNING:
        response["HX-Refresh"] = "true"
    return response


def _context(request: ActorRequest, practice_import: PracticeImport) -> dict[str, Any]:
    every = [] if practice_import.stage == ImportStage.RUNNING else file_rows(request.actor, practice_import)
    rows = [row for row in every if row.role != PASSED_OVER]
    if practice_import.stage == ImportStage.CHECKED:
        rows = _with_differences(request.actor, rows)
    coming = [row for row in rows if not row.is_left_out]
    return {
        **_progress(practice_import),
        "nav": _NAV,
        "rows": rows,
        "passed_over": next((row.file.report for row in every if row.role == PASSED_OVER), None),
        "good": coming,
        "is_unchanged": any(row.file.report.get("is_unchanged") for row in rows),
        "pack_faults": [
            (row.file.name, row.file.report["pack_fault"]) for row in rows if "pack_fault" in row.file.report
        ],
        "drafts": sum(row.file.choice == ImportChoice.PRACTICE for row in rows),
        "edits": sum(row.file.choice == ImportChoice.VERSION for row in rows),
        "test_sets": [row for row in coming if row.file.choice == ImportChoice.TEST_SET],
        "others": sum(
            row.file.choice
            not in (
                ImportChoice.PRACTICE,
                ImportChoice.VERSION,
                ImportChoice.TRANSLATION,
                ImportChoice.TEST_SET,
            )
            for row in coming
        ),
        "translations": sum(row.is_translation for row in rows),
        "twins": sum(row.is_there for row in rows),
        "questions": sum(row.has_question for row in rows),
        "refused": sum(row.file.choice == ImportChoice.REFUSED for row in rows),
        "refused_rows": [row for row in rows if row.file.choice == ImportChoice.REFUSED],
        "left_out": sum(row.file.choice == ImportChoice.LEAVE_OUT for row in rows),
        "bulk": BulkForm(),
        "waits_until": practice_import.created_at + UNCONFIRMED_RETENTION,
        "unknown_answers": UnknownClassAnswer.choices,
        "verdicts": [*ClassOutcome.choices, ("", _("leave it in the text"))],
    }


def _with_differences(actor: Actor, rows: Sequence[FileRow]) -> list[FileRow]:
    """The rows with what each would change, in the reader's words."""
    pairs, name = contents_to_compare(actor, rows), key_labeller()
    changes = {
        position: [_changed_alone(change) for change in compare(old, new, name=name)]
        for position, (old, new) in pairs.items()
    }
    return [replace(row, differences=changes.get(row.file.position) or None) for row in rows]


def _changed_alone(change: FieldDifference) -> FieldDifference:
    """Of a list the entries that changed, without the others."""
    return replace(change, entries=[entry for entry in change.entries if entry.changed])


def _progress(practice_import: PracticeImport) -> dict[str, Any]:
    return {"import": practice_import, "stage": practice_import.stage, "percent": percent_of(practice_import)}


@require_POST
def import_choose(request: ActorRequest, key: UUID) -> HttpResponse:
    """Keep what each file of an import is to become; set fields for many, take a suggestion, or confirm it."""
    practice_import = get_import(request.actor, key)
    sent = ChoicesForm(request.POST)
    sent.refuse_unlisted_fields()
    choose_files(request.actor, practice_import, sent.choices, sent.answers)
    bulk = BulkForm(request.POST)
    if bulk.is_valid():
        with refusals_on(bulk):  # the choices stay saved
            _carry_out(request, practice_import, sent, bulk.cleaned_data)
    if not bulk.is_valid():
        reasons = [str(reason) for reasons in bulk.errors.values() for reason in reasons]
        return redirect_refused(request, reverse("workspace:import", args=[key]), *reasons)
    return redirect("workspace:import", key)


def _carry_out(
    request: ActorRequest, practice_import: PracticeImport, sent: ChoicesForm, bulk: Mapping[str, Any]
) -> None:
    """What the pressed button does besides saving the choices."""
    act = request.POST.get("act", "")
    if act == "apply":
        apply_import(request.actor, practice_import)
    elif suggestion := sent.suggestion:
        set_for_many(request.actor, practice_import, *suggestion)
    elif act == "set":
        changed = set_for_many(request.actor, practice_import, sent.picked, bulk)
        messages.success(request, _set_message(changed))
    else:
        messages.success(request, _("Saved"))


def _set_message(changed: int) -> str:
    message = ngettext(
        "Set for %(count)d file. What a file says itself stays.",
        "Set for %(count)d files. What a file says itself stays.",
        changed,
    )
    return message % {"count": changed}


@posts()
def import_discard(request: ActorRequest, key: UUID) -> HttpResponse:
    """Discard an import that was not confirmed."""
    discard_import(request.actor, get_import(request.actor, key))
    messages.success(request, _("The import was discarded. None of its files became a practice."))
    return redirect("workspace:import-list")

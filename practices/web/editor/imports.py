"""Importing practices: upload, dry run, confirm, progress, result."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.web.area import posted_data
from portal.kernel.web import ActorRequest, paginate, permissions, posts, refusals_on, requires
from practices.enums import ImportStage
from practices.models import PracticeImport
from practices.queries.imports import file_rows, own_imports, percent_of
from practices.services.imports import UploadedImportFile, apply_import, discard_import, prepare_import
from practices.web.forms.imports import ImportForm
from practices.web.objects import get_import

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
    rows = [] if practice_import.stage == ImportStage.RUNNING else file_rows(request.actor, practice_import)
    return {
        **_progress(practice_import),
        "nav": _NAV,
        "rows": rows,
        "good": [row for row in rows if row.becomes != "refused"],
        "drafts": sum(row.becomes == "draft" for row in rows),
        "edits": sum(row.becomes == "edit" for row in rows),
        "refused": sum(row.becomes == "refused" for row in rows),
    }


def _progress(practice_import: PracticeImport) -> dict[str, Any]:
    return {"import": practice_import, "stage": practice_import.stage, "percent": percent_of(practice_import)}


@posts()
def import_apply(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirm an import after its dry run; a worker carries it out."""
    apply_import(request.actor, get_import(request.actor, key))
    return redirect("workspace:import", key)


@posts()
def import_discard(request: ActorRequest, key: UUID) -> HttpResponse:
    """Discard an import that was not confirmed."""
    discard_import(request.actor, get_import(request.actor, key))
    messages.success(request, _("The import was discarded. None of its files became a practice."))
    return redirect("workspace:import-list")

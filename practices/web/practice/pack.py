"""The pack of a practice to take away: its test set, its prompt, all of it as a zip; each leaves a line."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.web.downloads import attachment
from alliance.web.public.responses import safe_cell
from portal.kernel.web import ActorRequest, paginate
from practices.enums import Label
from practices.packs.test_set_rows import cell_text, labelled_csv, labelled_jsonl, labelled_rows
from practices.queries.exports import export_of, file_stem
from practices.services.access_log import log_access
from practices.services.pack_exports import export_pack
from practices.services.pack_files import stored_test_set
from practices.web.objects import get_practice
from practices.web.practice.page import PracticePage
from practices.web.practice.views import version_context

_PREVIEW_ROWS = 20


@require_safe
def practice_test_set_rows(request: ActorRequest, key: UUID) -> HttpResponse:
    """The rows of the test set that are given out, twenty at a time. The access is logged."""
    practice = get_practice(request.actor, key)
    page = PracticePage(request.actor, practice)
    stored = stored_test_set(request.actor, practice, page.latest)
    if stored is None:
        raise Http404
    log_access(request.actor, practice, "test_set")
    lines = paginate(stored.splitlines(), request, _PREVIEW_ROWS)  # of which so many are read
    rows = [
        (row, [(name, cell_text(value)) for name, value in row.more.items()])
        for row in labelled_rows(b"\n".join(lines.object_list))
    ]
    context = {**version_context(page), "page": lines, "rows": rows}
    return render(request, "practices/test_set.html", context)


@require_safe
def practice_test_set_file(request: ActorRequest, key: UUID, form: str) -> HttpResponse:
    """Download of the test set as JSONL or CSV, the label in every line; rows held back are in neither."""
    practice = get_practice(request.actor, key)
    export = export_of(request.actor, practice)
    stored = stored_test_set(request.actor, practice, PracticePage(request.actor, practice).latest)
    if stored is None:
        raise Http404
    log_access(request.actor, practice, "test_set")
    label, stem = Label(practice.label).label, f"{file_stem(export)}-test-set"
    if form == "csv":
        return attachment(labelled_csv(stored, label, safe_cell), f"{stem}.csv", "text/csv; charset=utf-8")
    return attachment(labelled_jsonl(stored, label), f"{stem}.jsonl", "application/jsonl")


def _export(request: ActorRequest, key: UUID, form: str) -> HttpResponse:
    exported = export_pack(request.actor, get_practice(request.actor, key), form)
    if exported is None:
        raise Http404
    return attachment(exported.content, exported.name, exported.media_type)


@require_safe
def practice_prompt(request: ActorRequest, key: UUID) -> HttpResponse:
    """Download of the policy as a prompt for a model."""
    return _export(request, key, "prompt")


@require_safe
def practice_pack(request: ActorRequest, key: UUID) -> HttpResponse:
    """Download of the whole pack as a zip that can be imported again."""
    return _export(request, key, "pack")


@require_safe
def practice_stix(request: ActorRequest, key: UUID) -> HttpResponse:
    """Download of a practice as a STIX 2.1 bundle, each object with its TLP marking."""
    return _export(request, key, "stix")


@require_safe
def practice_misp(request: ActorRequest, key: UUID) -> HttpResponse:
    """Download of a practice as a MISP event with its TLP tag."""
    return _export(request, key, "misp")

"""The pack of a practice to take away: its test set, its prompt, all of it as a zip; each leaves a line."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.web.downloads import attachment
from alliance.web.public.responses import safe_cell
from portal.kernel.web import ActorRequest, paginate
from practices.enums import Label
from practices.packs.prompts import format_prompt, has_prompt
from practices.packs.test_sets import labelled_csv, labelled_jsonl, stored_rows
from practices.packs.threat_exchange import misp_event, stix_bundle
from practices.queries.exports import export_of, file_stem
from practices.services.access_log import log_access
from practices.services.pack_files import pack_zip, shared_practice, stored_test_set
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
    rows = list(stored_rows(b"\n".join(lines.object_list)))
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


@require_safe
def practice_prompt(request: ActorRequest, key: UUID) -> HttpResponse:
    """Download of the policy as a prompt for a model."""
    practice = get_practice(request.actor, key)
    export = export_of(request.actor, practice)
    if not has_prompt(export.content):
        raise Http404
    log_access(request.actor, practice, "prompt")
    text = format_prompt(export.content, Label(practice.label).label, export.number, practice.language)
    return attachment(text.encode(), f"{file_stem(export)}-prompt.txt", "text/plain; charset=utf-8")


@require_safe
def practice_pack(request: ActorRequest, key: UUID) -> HttpResponse:
    """Download of the whole pack as a zip that can be imported again."""
    practice = get_practice(request.actor, key)
    log_access(request.actor, practice, "pack")
    export = export_of(request.actor, practice)
    content = pack_zip(request.actor, export, PracticePage(request.actor, practice).latest)
    return attachment(content, f"{file_stem(export)}-pack.zip", "application/zip")


@require_safe
def practice_stix(request: ActorRequest, key: UUID) -> HttpResponse:
    """Download of a practice as a STIX 2.1 bundle, each object with its TLP marking."""
    practice = get_practice(request.actor, key)
    log_access(request.actor, practice, "stix")
    export = export_of(request.actor, practice)
    shared = shared_practice(request.actor, export, PracticePage(request.actor, practice).latest)
    return attachment(stix_bundle(shared), f"{file_stem(export)}-stix.json", "application/stix+json")


@require_safe
def practice_misp(request: ActorRequest, key: UUID) -> HttpResponse:
    """Download of a practice as a MISP event with its TLP tag."""
    practice = get_practice(request.actor, key)
    log_access(request.actor, practice, "misp")
    export = export_of(request.actor, practice)
    shared = shared_practice(request.actor, export, PracticePage(request.actor, practice).latest)
    return attachment(misp_event(shared), f"{file_stem(export)}-misp.json", "application/json")

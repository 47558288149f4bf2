"""A practice to take away: as Markdown, as JSON, and as a brief that the worker builds; each leaves a line."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from alliance.web.downloads import attachment
from portal.kernel.text import reader_language
from portal.kernel.web import ActorRequest
from practices.files import format_json, format_markdown
from practices.queries.exports import Export, export_of, file_stem
from practices.services.access_log import log_access
from practices.services.documents import request_archive, request_brief
from practices.web.objects import get_practice


def _export_and_log(request: ActorRequest, key: UUID, channel: str) -> Export:
    practice = get_practice(request.actor, key)
    log_access(request.actor, practice, channel)
    return export_of(request.actor, practice)


@require_safe
def practice_markdown(request: ActorRequest, key: UUID) -> HttpResponse:
    """The practice as one file that can be imported again."""
    export = _export_and_log(request, key, "markdown")
    content = format_markdown(export.content, export.handling).encode()
    return attachment(content, f"{file_stem(export)}.md", "text/markdown; charset=utf-8")


@require_safe
def practice_json(request: ActorRequest, key: UUID) -> HttpResponse:
    """The practice for programs."""
    export = _export_and_log(request, key, "json")
    content = format_json(export.content, export.handling).encode()
    return attachment(content, f"{file_stem(export)}.json", "application/json")


@require_POST
def practice_document(request: ActorRequest, key: UUID) -> HttpResponse:
    """Ask for the brief in the reader's language; fetching it is logged, asking is not."""
    export = export_of(request.actor, get_practice(request.actor, key))
    return redirect("document", request_brief(request.actor, export, reader_language()).key)


@require_POST
def practice_archive(request: ActorRequest) -> HttpResponse:
    """Ask for all practices of one's organisation that one sees, as a zip of Markdown files."""
    return redirect("document", request_archive(request.actor, reader_language()).key)

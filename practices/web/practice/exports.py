"""A practice to take away: as Markdown, as JSON, and as a brief that the worker builds; each leaves a line."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from alliance.web.downloads import attachment
from portal.kernel.text import reader_language
from portal.kernel.web import ActorRequest, posts
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
    """Download of a practice as a Markdown file that can be imported again."""
    export = _export_and_log(request, key, "markdown")
    content = format_markdown(export.content, export.handling).encode()
    return attachment(content, f"{file_stem(export)}.md", "text/markdown; charset=utf-8")


@require_safe
def practice_json(request: ActorRequest, key: UUID) -> HttpResponse:
    """Download of a practice as JSON."""
    export = _export_and_log(request, key, "json")
    content = format_json(export.content, export.handling).encode()
    return attachment(content, f"{file_stem(export)}.json", "application/json")


@posts()
def practice_document(request: ActorRequest, key: UUID) -> HttpResponse:
    """Request the brief in the reader's language; the download is logged, the request is not."""
    export = export_of(request.actor, get_practice(request.actor, key))
    return redirect("document", request_brief(request.actor, export, reader_language()).key)


@posts()
def practice_archive(request: ActorRequest) -> HttpResponse:
    """Request all practices of one's organisation that one sees, as a zip of Markdown files."""
    return redirect("document", request_archive(request.actor, reader_language()).key)

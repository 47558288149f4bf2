"""The journal, newest first: filtered, in words, page by page, and as a file."""

import csv
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.queries.journal import Line, every_line, journal_page
from alliance.queries.organisations import acting_organisations
from alliance.services.journal import note_export
from alliance.web.forms.journal import JournalForm
from alliance.web.public.answers import safe_cell
from portal.kernel.access import require
from portal.kernel.web import ActorRequest

_KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}


@require_safe
def journal(request: ActorRequest) -> HttpResponse:
    """The lines of the journal with the names of who acted."""
    form = _form(request, request.GET)
    before = request.GET.get("before", "")
    asked = form.asked()
    page = journal_page(request.actor, asked, int(before) if before.isdigit() and len(before) < 19 else 0)
    narrowed = {name: value for name, value in request.GET.items() if value and name != "before"}
    context = {
        "page": page,
        "form": form,
        "asked": asked,
        "narrowed": narrowed,
        "question": urlencode(narrowed),
    }
    status = 422 if form.errors else 200
    return render(request, "alliance/secretariat/journal.html", {**context, "before": before}, status=status)


def _form(request: ActorRequest, given: Any) -> JournalForm:
    require(request.actor, "journal.read")
    return JournalForm(given, organisations=acting_organisations(request.actor))


@require_POST
def journal_export(request: ActorRequest, kind: str) -> StreamingHttpResponse:
    """Every line that was asked for, as a file that is written while it is fetched; that it was taken is journalled."""
    asked = _form(request, request.POST).asked()
    if kind not in _KINDS:
        raise Http404
    note_export(request.actor, kind)
    lines = every_line(request.actor, asked)
    language = get_language() or "en"
    written = _csv(lines, language) if kind == "csv" else _jsonl(lines, language)
    response = StreamingHttpResponse(written, content_type=_KINDS[kind])
    name = f"journal-{timezone.localdate():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


def _csv(lines: Iterator[Line], language: str) -> Iterator[str]:
    """With a mark of its encoding, as spreadsheet programs want it; nothing in it is taken for a formula."""
    writer = csv.writer(_Echo())
    with override(language):
        header = [pgettext("of a line", "Number"), _("When"), _("Kind"), _("What"), _("Who"), _("Acting for"),
                  _("To what"), _("Number of it"), _("Details")]  # fmt: skip
    yield "\ufeff" + writer.writerow(header)
    for line in lines:
        with override(language):
            cells = [line.event.pk, line.event.at.isoformat(), line.event.kind, line.says, line.who,
                     line.organisation, line.target, line.number, line.details]  # fmt: skip
        yield writer.writerow([safe_cell(str(cell)) for cell in cells])


def _jsonl(lines: Iterator[Line], language: str) -> Iterator[str]:
    """One object a line. Of what not everybody may know of there are no numbers, as on the page."""
    for line in lines:
        event = line.event
        with override(language):
            row = {
                "number": event.pk, "at": event.at.isoformat(), "kind": event.kind, "says": line.says,
                "actor": event.actor_kind, "person": event.person_id, "person_name": line.person,
                "organisation": event.tenant_id, "organisation_name": line.organisation,
                "thing": event.target_type, "thing_number": None if line.is_shaded else event.target_id,
                "details": line.details, "request": event.request_id,
            }  # fmt: skip
        yield json.dumps(row, ensure_ascii=False) + "\n"

"""The journal, newest first: filtered, in words, page by page, and as a file."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.queries.journal import actor_name, journal_page, people_matching
from alliance.queries.journal_export import JournalExportRow, export_batches
from alliance.queries.local_dates import today
from alliance.queries.organisations import acting_organisations, concerned_organisations
from alliance.services.journal import record_journal_export
from alliance.web.forms.journal import JournalForm
from alliance.web.public.responses import safe_cell
from portal.kernel.text import whole_number
from portal.kernel.web import ActorRequest, names_of, refuse_unlisted_fields, requires

_MAX_NAMES = 20  # of people and organisations whose name has what was asked for
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}


@require_safe
@requires("journal.read")
def journal(request: ActorRequest) -> HttpResponse:
    """The journal: its entries with the names of the actors, filtered by the query."""
    form = _form(request, request.GET)
    before = request.GET.get("before", "")
    filters = form.filters()
    page = journal_page(request.actor, filters, whole_number(before) or 0)
    active_filters = {name: value for name, value in request.GET.items() if value and name != "before"}
    context = {
        "page": page,
        "form": form,
        "filters": filters,
        "people": people_matching(request.actor, filters)[:_MAX_NAMES]
        if filters.person or filters.who
        else [],
        "organisation_matches": form.matches_of_one_name(_MAX_NAMES),
        "active_filters": active_filters,
        "query_string": urlencode(active_filters),
    }
    status = 422 if form.errors else 200
    return render(request, "alliance/secretariat/journal.html", {**context, "before": before}, status=status)


def _form(request: ActorRequest, data: Any) -> JournalForm:
    return JournalForm(
        data,
        organisations=acting_organisations(request.actor),
        members=concerned_organisations(request.actor),
    )


@require_POST
@requires("journal.read")
def journal_export(request: ActorRequest, kind: str) -> StreamingHttpResponse:
    """Download of the filtered journal as CSV or JSON Lines; the download is journalled."""
    form = _form(request, request.POST)
    refuse_unlisted_fields(request.POST, names_of(form))
    filters = form.filters()
    if kind not in _MEDIA_TYPES:
        raise Http404
    record_journal_export(request.actor, kind)
    language = get_language() or "en"
    portions = export_batches(request.actor, filters, language)
    content = _csv(portions, language) if kind == "csv" else _jsonl(portions, language)
    response = StreamingHttpResponse(content, content_type=_MEDIA_TYPES[kind])
    name = f"journal-{today():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _csv(batches: Iterator[Iterator[JournalExportRow]], language: str) -> Iterator[str]:
    """With a mark of its encoding, as spreadsheet programs need it; nothing in it is taken for a formula."""
    with override(language):
        header = [_("Number"), _("When"), _("Kind"), _("What"), _("Who"), _("Acting for"), _("To whom"),
                  pgettext("of a record", "Object"), _("Object number"), _("Object name"),
                  _("Concerning"), _("Details")]  # fmt: skip
    yield "\ufeff" + _rows([header])
    safe = lru_cache(maxsize=10_000)(safe_cell)  # words and names, which come again and again
    for portion in batches:
        with override(language):
            yield _rows(
                [row.number, row.at, safe(row.kind), safe(row.sentence), safe(actor_name(row.person_name, row.actor)),
                 safe(row.organisation_name), safe(row.subject_name), safe(row.target_name),
                 row.target_number, safe(row.target_title), safe(row.concerned_name), safe(row.details)]
                for row in portion
            )  # fmt: skip


def _rows(rows: Iterable[Sequence[str | int | None]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def _jsonl(batches: Iterator[Iterator[JournalExportRow]], language: str) -> Iterator[str]:
    """One object a line. Restricted targets have no numbers, as on the page."""
    for portion in batches:
        with override(language):
            yield "".join(f"{_json(row)}\n" for row in portion)


def _json(export_row: JournalExportRow) -> str:
    values = {
        "number": export_row.number, "at": export_row.at, "kind": export_row.kind, "sentence": export_row.sentence,
        "actor": export_row.actor, "person": export_row.person, "person_name": export_row.person_name,
        "organisation": export_row.organisation, "organisation_name": export_row.organisation_name,
        "subject": export_row.subject, "subject_name": export_row.subject_name,
        "target": export_row.target, "target_number": export_row.target_number,
        "target_title": export_row.target_title,
        "concerned": export_row.concerned, "concerned_name": export_row.concerned_name,
        "details": export_row.details, "request": export_row.request,
    }  # fmt: skip
    return json.dumps(values, ensure_ascii=False)

"""The list of corrections, one correction with what it would change, and its file."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import OPEN_CORRECTION_STATES, CorrectionState, CorrectionSubject
from alliance.models import Correction
from alliance.queries.correction_answers import unanswerable_among, was_without_access
from alliance.queries.correction_refusals import LaterEvents, later_events, overtaken_message, withdrawn_types
from alliance.queries.corrections import (
    CorrectionFilter,
    corrected_cycles,
    corrected_members,
    is_overdue,
    items_of,
    listed_corrections,
    may_correct,
    notes_on_correction,
)
from alliance.queries.overtaken_corrections import overtaken_among
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.published_states import (
    PublishedState,
    published_state,
)
from alliance.services.correction_files import open_correction_file
from alliance.validators.corrections import CorrectionPlace
from alliance.web.area import Area, area_of
from alliance.web.corrections.facts import (
    CorrectionFacts,
    awaited_consent,
    awaited_decision,
    get_correction,
    get_published_report,
    offered_steps,
    require_state,
    value_sentence,
    waits_for,
    words_for,
)
from alliance.web.corrections.replies import replies_reopened_by
from alliance.web.downloads import attachment
from alliance.web.forms.corrections import CorrectionListForm
from alliance.workflows import CORRECTION
from portal.kernel.text import probable_language
from portal.kernel.web import ActorRequest, paginate

_MOST_QUERY = 100  # characters of the words by which a value is looked for


def area_nav(request: ActorRequest) -> str:
    """The section of the area to which corrections belong: reports, or their reviews."""
    return "secretariat:review-list" if request.actor.is_host else "workspace:report-list"


def _context(request: ActorRequest) -> dict[str, Any]:
    """What every page of corrections needs of its area."""
    area: Area = area_of(request.actor)
    return {
        "base": area.base,
        "nav": area_nav(request),
        "list_url": area.url("correction-list"),
        "url_of_correction": f"{area.namespace}:correction",
    }


@require_safe
def correction_list(request: ActorRequest) -> HttpResponse:
    """List of corrections with search, filters and order, the latest first; `?state=open` leaves what waits.

    `?state=verdicts` leaves those whose verdicts wait to be looked at again.
    """
    actor = request.actor
    form = CorrectionListForm(
        request.GET,
        # a member has its own alone
        members=corrected_members(actor) if actor.is_host else (),
        cycles=corrected_cycles(actor),
    )
    filters = form.filters()
    page = paginate(listed_corrections(actor, filters), request)
    overtaken = overtaken_among(page)
    unanswerable, withdrawn = unanswerable_among(page), withdrawn_types(page)
    context = {
        **_context(request),
        "form": form,
        "sort": filters.sort,
        "is_narrowed": filters != CorrectionFilter(sort=filters.sort),
        "page": page,
        "rows": [
            (
                row,
                waits_for(
                    row,
                    is_withdrawn=bool(withdrawn[row.pk]),
                    is_overtaken=row.pk in overtaken,
                    is_unanswerable=row.pk in unanswerable,
                ),
                is_overdue(row) and row.pk not in overtaken,
            )
            for row in page
        ],
        "reports_url": reverse(area_nav(request)),
    }
    return render(request, "alliance/area/correction_list.html", context)


@require_safe
def correction(request: ActorRequest, pk: int) -> HttpResponse:
    """One correction: its values, why, who has to act, and every public place that would change."""
    row = get_correction(request, pk)
    area = area_of(request.actor)
    state = published_state(row.report)
    # what it is about is read while the report is withdrawn, too: somebody decides whether to drop it
    shown = state or published_state(row.report, or_withdrawn=True)
    is_open = row.state in OPEN_CORRECTION_STATES
    events = later_events(row, state) if is_open else LaterEvents()
    is_overtaken = events.is_overtaken
    context = {
        **_context(request),
        "correction": row,
        "facts": CorrectionFacts(request.actor, row, shown) if shown else None,
        "steps": offered_steps(request.actor, row, state, f"{area.namespace}:correction-step"),
        "overtaken": overtaken_message() if is_overtaken else "",
        "anew_url": _anew_url(request, row, state) if is_overtaken and state else "",
        "awaited_consent": None if is_overtaken else awaited_consent(request.actor, row),
        "awaited_decision": awaited_decision(request.actor, row),
        "waits_for": waits_for(
            row,
            is_withdrawn=bool(events.withdrawn),
            is_overtaken=is_overtaken,
            is_unanswerable=events.is_unanswerable,
        ),
        "withdrawn": events.withdrawn,
        "unanswerable": events.is_unanswerable,
        "without_access": was_without_access(row),
        "overdue": is_overdue(row) and not is_overtaken,
        "notes": notes_on_correction(request.actor, row),
        "reopened_replies": replies_reopened_by(request.actor, row),
        "edit_url": area.url("correction-edit", pk) if state and _may_edit(request, row) else "",
        "file_url": area.url("correction-file", pk) if row.file else "",
        "other_side": row.report.organisation.name if not row.is_by_member else _("the secretariat"),
        "is_open": bool(state) and not is_overtaken and (is_open or row.state == CorrectionState.DRAFT),
    }
    return render(request, "alliance/area/correction.html", context)


def _anew_url(request: ActorRequest, row: Correction, state: PublishedState) -> str:
    """Where the same values are proposed anew; the list of all of them where one is gone, empty for who may not."""
    if not may_correct(request.actor, row.report):
        return ""
    area, places = area_of(request.actor), [item.place for item in items_of(row)]
    if any(place not in state.values for place in places):
        return area.url("correction-values", row.report_id)
    keys = urlencode([("value", place.key) for place in places])
    return f"{area.url('correction-new', row.report_id)}?{keys}"


def _may_edit(request: ActorRequest, row: Correction) -> bool:
    return CORRECTION.is_available(request.actor, row, "edit")


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A published value of the list: its place in words, what it reads, in which language, and its key."""

    title: str
    text: str
    language: str
    key: str
    is_withheld: bool


def _value_row(state: PublishedState, words: CorrectionWords, place: CorrectionPlace, title: str) -> ValueRow:
    text = value_sentence(state, words, place)
    is_passage = place.subject in (CorrectionSubject.TEXT, CorrectionSubject.RESPONSE)
    language = probable_language(text) if is_passage else ""
    return ValueRow(title, text, language, place.key, state.is_withheld(place))


@require_safe
def correction_values(request: ActorRequest, pk: int) -> HttpResponse:
    """The published values of one report, each with the link to correct it; `?q=` leaves those whose title has these
    words.
    """
    report = get_published_report(request, pk, "correction.draft")
    state = require_state(report)
    words = words_for(state)
    query = request.GET.get("q", "").strip()[:_MOST_QUERY]
    titles = ((place, words.title(place)) for place in state.values)
    shown = [
        (place, title)
        for place, title in titles
        if all(word in title.casefold() for word in query.casefold().split())
    ]
    page = paginate(shown, request)
    rows = [_value_row(state, words, place, title) for place, title in page]
    context = {
        **_context(request),
        "report": report,
        "page": page,
        "rows": rows,
        "query": query,
        "most_query": _MOST_QUERY,
        "new_url": area_of(request.actor).url("correction-new", pk),
    }
    return render(request, "alliance/area/correction_values.html", context)


@require_safe
def correction_file(request: ActorRequest, pk: int) -> HttpResponse:
    """Download of the evidence of a correction; the download is journalled."""
    row = get_correction(request, pk)
    content = open_correction_file(request.actor, row)
    return attachment(content, row.file_name, row.media_type)


def request_context(request: HttpRequest) -> dict[str, Any]:
    """The same for the form of a draft."""
    return _context(request)  # type: ignore[arg-type]  # the middleware has set the actor

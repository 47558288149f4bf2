"""The form of a correction: begun from a value, saved as a draft, proposed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from alliance.enums import CorrectionFinder, Side
from alliance.models import Correction, Report
from alliance.queries.corrections import (
    items_of,
)
from alliance.queries.overtaken_corrections import corrections_in_the_way
from alliance.queries.published_states import (
    PublishedState,
)
from alliance.services.correction_files import attach_correction_file, store_correction_file
from alliance.services.corrections import draft_correction, edit_correction
from alliance.validators.corrections import CorrectionPlace, Values
from alliance.web.area import area_of, posted_data
from alliance.web.corrections.facts import (
    CorrectionFacts,
    get_correction,
    get_published_report,
    require_state,
    words_for,
)
from alliance.web.corrections.pages import request_context
from alliance.web.forms.corrections import CorrectionForm, posted_places
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.web import ActorRequest, permissions, refuse_unlisted_fields

Items = Sequence[tuple[CorrectionPlace, Values]]


def correction_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to correct a published value, `?value=`; saving makes a draft that only the own side sees."""
    report = get_published_report(request, pk, "correction.draft")
    state = require_state(report)
    keys = request.GET.getlist("value")
    places = posted_places(request.POST) if request.method == "POST" else _places(keys)
    if not places:
        refuse_unlisted_fields(request.POST, ())  # nothing was chosen, and nothing can be saved
        return redirect(area_of(request.actor).url("correction-values", pk))
    items = _current(state, places)
    form = _form(request, state, items, {}, _own_side(request))
    if form.is_valid() and (saved := _save(request, form, state, None)) is not None:
        return _redirect_saved(request, form, saved)
    return _page(request, report, state, form, None)


def correction_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Form of a draft; what it would change stands under it."""
    correction = get_correction(request, pk, "correction.edit")
    state = require_state(correction.report)
    stored = {
        item.place: _merged(state.values.get(item.place, {}), item.new) for item in items_of(correction)
    }
    if request.method == "POST":
        items: Items = _current(state, posted_places(request.POST))
    else:
        items = [(place, values) for place, values in stored.items() if place in state.values]
    form = _form(request, state, items, correction.reason, correction.finder, correction.version)
    if form.is_valid() and (saved := _save(request, form, state, correction)) is not None:
        return _redirect_saved(request, form, saved)
    return _page(request, correction.report, state, form, correction)


def _merged(published: Values, new: Values) -> Values:
    """The draft's values over the published ones; a decision that its new day would end can be written on."""
    merged = {**published, **new}
    return merged if merged.get("decision") else {**merged, "decision": published.get("decision")}


def _unsaved(request: ActorRequest, report: Report) -> Correction:
    """What this form would begin, to ask who may propose it."""
    side = Side.SECRETARIAT if request.actor.is_host else Side.MEMBER
    return Correction(side=side, organisation_id=report.organisation_id)


def _own_side(request: ActorRequest) -> str:
    return CorrectionFinder.SECRETARIAT if request.actor.is_host else CorrectionFinder.MEMBER


def _places(keys: Sequence[str]) -> list[CorrectionPlace]:
    places = [CorrectionPlace.from_key(key) for key in keys]
    if None in places:
        raise Http404
    return [place for place in places if place is not None]


def _current(state: PublishedState, places: Sequence[CorrectionPlace]) -> Items:
    """The values as they are published; 404 for one that the report does not have."""
    if any(place not in state.values for place in places):
        raise Http404
    return [(place, state.values[place]) for place in dict.fromkeys(places)]


def _form(
    request: ActorRequest,
    state: PublishedState,
    items: Items,
    reason: Mapping[str, str],
    finder: str,
    version: int | None = None,
) -> CorrectionForm:
    words = words_for(state)
    return CorrectionForm(
        posted_data(request, with_files=True),
        request.FILES or None,
        items=items,
        indicators=words.indicators,
        places=[(place.key, words.title(place)) for place in state.values],
        reason=reason,
        standings=state.possible_standings,
        initial={"finder": finder, "version": version},
    )


def _save(
    request: ActorRequest, form: CorrectionForm, state: PublishedState, correction: Correction | None
) -> Correction | None:
    """Save the draft, with the value and the file that are added to it; None, and the form says why not."""
    written = form.written()
    changes: dict[CorrectionPlace, Any] = dict(written.changes)
    added = CorrectionPlace.from_key(form.cleaned_data["add"])
    if added is not None:
        changes[added] = state.old(added)
    upload = form.cleaned_data["file"]
    try:
        file = store_correction_file(upload) if isinstance(upload, UploadedFile) else None
        with transaction.atomic():
            saved = _write(request, form, state, correction, changes)
            if file is not None:
                attach_correction_file(request.actor, saved, file)
    except Forbidden:
        raise
    except DomainError as refusal:
        form.add_refusal(refusal.field, str(refusal))
        return None
    return saved


def _write(
    request: ActorRequest,
    form: CorrectionForm,
    state: PublishedState,
    correction: Correction | None,
    changes: Mapping[CorrectionPlace, Any],
) -> Correction:
    written = form.written()
    whole = type(written)(changes, written.reason, written.finder)
    if correction is None:
        return draft_correction(request.actor, state.report, whole)
    return edit_correction(request.actor, correction, whole, form.cleaned_data["version"])


def _redirect_saved(request: ActorRequest, form: CorrectionForm, saved: Correction) -> HttpResponse:
    """To the proposal where its button was pressed, back to the form where a value was added, else to the draft."""
    area = area_of(request.actor)
    if "propose" in request.POST:
        return redirect(area.url("correction-step", saved.pk, "propose"))
    messages.success(request, _("The draft is saved. Only your side sees it."))
    name = "correction-edit" if form.cleaned_data["add"] else "correction"
    return redirect(area.url(name, saved.pk))


def _page(
    request: ActorRequest,
    report: Report,
    state: PublishedState,
    form: CorrectionForm,
    correction: Correction | None,
) -> HttpResponse:
    words = words_for(state)
    places, number = [fields.place for fields in form.items], correction.pk if correction else None
    context = {
        **request_context(request),
        # of the same values: the other side has to wait for these, and may want to answer them instead
        "open_corrections": [
            (other, area_of(request.actor).url("correction", other))
            for other in corrections_in_the_way(state, places, but=number)
        ],
        "report": report,
        "form": form,
        "correction": correction,
        "publication": state.publication,
        "rows": [
            (fields, words.title(fields.place), words.text(fields.place, state.old(fields.place)),
             state.is_withheld(fields.place))
            for fields in form.items
        ],
        "facts": CorrectionFacts(request.actor, correction, state) if correction else None,
        "values_url": area_of(request.actor).url("correction-values", report.pk),
        **permissions(
            request.actor, correction or _unsaved(request, report), may_propose="correction.propose"
        ),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "alliance/area/correction_form.html", context, status=status)

"""The form of a draft pledge, and what becomes of it when two people have saved."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Commitment, Pledge
from alliance.queries.pledge_history import PledgeWords, differing_values, last_writer, version_at
from alliance.queries.pledges import commitment_of_pledge
from alliance.services import pledges
from alliance.services.pledge_draft import content_of, draft_from, draft_of_content
from alliance.web.forms.pledges import PledgeForm, initial_of, initial_targets
from alliance.web.workspace.pledge_merge import merge_pledges
from alliance.web.workspace.pledges import draft_forms, form_page, get_pledge
from portal.kernel import clock
from portal.kernel.errors import Conflict
from portal.kernel.text import compare_words, whole_number
from portal.kernel.web import ActorRequest, refusals_on

_NO_VERSION = 0  # of no draft: so that a colleague's version comes back


def pledge_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to edit a draft pledge; on a conflict, both texts are shown and a person chooses."""
    pledge = get_pledge(request.actor, pk, "pledge.edit")
    if request.POST.get("resolve") == "stored":
        return redirect("workspace:pledge-edit", pk)
    commitment = commitment_of_pledge(request.actor, pledge)
    form, targets = draft_forms(request, commitment, initial=initial_of(pledge), rows=initial_targets(pledge))
    conflict = None
    if form.is_valid() and targets.is_valid():
        with refusals_on(form):
            conflict = _save(request, pledge, form, targets)
        if form.is_valid() and conflict is None:
            messages.success(request, _("Saved"))
            return redirect("workspace:pledge", pk)
    extra: dict[str, Any] = {"pledge": pledge}
    if conflict is not None:
        form, targets, more = _after_conflict(request, pledge, commitment, conflict, (form, targets))
        extra |= more
    elif "conflict" in request.POST:  # a fault: the conflict comes back with the next save
        _set_version(form, _started_from(request))
    url = reverse("workspace:pledge", args=[pk])
    return form_page(request, form, targets, commitment, _("Change the pledge"), url, **extra)


def _save(request: ActorRequest, pledge: Pledge, form: PledgeForm, targets: Any) -> Conflict | None:
    """Save; a conflict is handed back, since it has a page of its own. One that nobody has settled stays one."""
    resolve = request.POST.get("resolve", "")
    is_open = resolve == "join" or ("conflict" in request.POST and resolve != "sent")
    version = _NO_VERSION if is_open else form.cleaned_data["version"]
    try:
        pledges.edit_pledge(request.actor, pledge, form.draft(targets), version)
    except Conflict as conflict:
        return conflict
    return None


def _after_conflict(
    request: ActorRequest, pledge: Pledge, commitment: Commitment | None, conflict: Conflict, typed: Any
) -> tuple[Any, Any, Mapping[str, Any]]:
    """The forms, and what the page shows besides: with both versions, or with both as one where that was asked for."""
    actor, stored, sent = request.actor, _stored(conflict), content_of(_sent(conflict))
    theirs = content_of(draft_from(stored))
    started = _started_from(request)
    if request.POST.get("resolve") == "join":
        merged = merge_pledges(version_at(actor, pledge, started), theirs, sent)
        draft = draft_of_content(pledge.organisation, merged.content)
        initial = {
            "title": draft.title,
            "text": draft.text,
            "language": draft.language,
            "services": [service.pk for service in draft.services],
            "measure_keys": draft.measure_keys,
            "version": stored.version,
        }
        rows = [
            {"text": row.text, "due_on": row.due_on, "indicator_key": row.indicator_key, "value": row.value}
            for row in draft.targets
        ]
        form, targets = draft_forms(request, commitment, initial=initial, rows=rows, is_posted=False)
        stored_values = json.dumps({"text": theirs["text"], "title": theirs["title"]})
        return form, targets, {"overlaps": merged.overlaps, "stored_values": stored_values, "status": 409}
    form, targets = typed
    _set_version(form, stored.version)
    words = PledgeWords.of(actor, commitment, [theirs, sent])
    before, after = differing_values(theirs, sent, words)
    writer = last_writer(actor, pledge)
    context = {
        "who": writer.name if writer else "",
        "writer": writer.pk if writer else None,
        "stored": before,
        "stored_at": stored.updated_at,
        "sent": after,
        "sent_at": clock.now(),
        "pieces": compare_words(before, after),
        "started_from": started,
    }
    return form, targets, {"conflict": context, "status": 409}


def _set_version(form: Any, version: int) -> None:
    """Let the form, as it was posted, go on from this version."""
    form.data = form.data.copy()
    form.data["version"] = str(version)


def _stored(conflict: Conflict) -> Pledge:
    stored: Any = conflict.stored
    pledge: Pledge = stored
    return pledge


def _sent(conflict: Conflict) -> pledges.PledgeDraft:
    sent: Any = conflict.sent
    draft: pledges.PledgeDraft = sent
    return draft


def _started_from(request: ActorRequest) -> int:
    """The version that the sender had when they began to write; 0 where the page of a conflict does not say."""
    name = "started_from" if {"conflict", "resolve"} & request.POST.keys() else "version"
    return whole_number(request.POST.get(name, ""), digits=9) or 0

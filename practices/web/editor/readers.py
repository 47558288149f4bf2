"""Choosing who reads a practice: at once in a draft; after sharing, with a page that says who gains or loses access."""

import hashlib
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alliance.web.area import WORKSPACE, posted_data
from alliance.web.forms.reason_fields import PublicReasonField
from alliance.web.step_up import step_up
from portal.kernel.alphabet import alphabet_key
from portal.kernel.errors import Forbidden
from portal.kernel.web import ActorRequest, refusals_on
from practices.access import is_person_token
from practices.audiences import Audience, added_tokens
from practices.enums import OPENABLE_LABELS, Label, PracticeState
from practices.models import Practice
from practices.queries.directory import community_organisations, find_people, groups_to_name, people_named
from practices.queries.readers import (
    AudienceMembers,
    audience_members,
    members_only_in,
    people_in_access_log,
)
from practices.queries.readership import would_widen
from practices.queries.sharing_policy import allowed_labels_of
from practices.services.audiences import audience_of, set_readers
from practices.web.editor.views import draft_context, get_own_practice
from practices.web.forms.readers import LABEL_DESCRIPTIONS, ReadersForm
from practices.web.reader_texts import reader_sentences

_NOT_CONFIRMED = "-"  # where a reason is required on the page before the act


@require_http_methods(["GET", "HEAD", "POST"])
def practice_readers(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to choose label and readers. A draft changes at once, a shared practice after a confirmation page."""
    practice, draft = get_own_practice(request, key, "practice.narrow")
    search_text, searching = request.POST.get("words", ""), "find" in request.POST
    form = _form(request, practice, search_text)
    if not searching and form.is_valid():
        new = form.audience()
        if practice.state == PracticeState.DRAFT:
            with refusals_on(form):
                set_readers(request.actor, practice, new)
            if form.is_valid():
                messages.success(request, _("Saved"))
                return redirect("workspace:practice-check", key)
        elif (again := _step_up_to_widen(request, practice, new)) is not None:
            return again
        elif "confirmed" in request.POST:
            return _change_readers(request, practice, form, new)
        else:
            onwards = _confirm_change(request, practice, form, new)
            if onwards is not None:
                return onwards
    usable = allowed_labels_of(practice.organisation_id)
    context = {
        **draft_context(practice, draft, "readers"),
        "locked": practice.state in (PracticeState.IN_MODERATION, PracticeState.RECALLED),
        "form": form,
        "labels": [(label, LABEL_DESCRIPTIONS[label], label in usable) for label in Label],
        "chosen": form["label"].value(),
        "search_text": search_text,
        "has_searched": searching,
        "matching_people": find_people(search_text) if searching else [],
        "is_shared": practice.state != PracticeState.DRAFT,
    }
    status = 422 if form.is_bound and not searching and form.errors else 200
    return render(request, "practices/practice_readers.html", context, status=status)


def _form(request: ActorRequest, practice: Practice, text: str) -> ReadersForm:
    now, data = audience_of(practice), posted_data(request)
    ticked = data.getlist("people") if data is not None else []
    people = {person.key: person for person in people_named([*now.people, *filter(is_person_token, ticked)])}
    if "find" in request.POST:
        people |= {person.key: person for person in find_people(text)}
    rows = community_organisations().exclude(pk=practice.organisation_id)
    return ReadersForm(
        data,
        organisations=list(rows),
        groups=groups_to_name(request.actor, now.groups),
        people=sorted(people.values(), key=lambda person: alphabet_key(person.name)),
        readers=now,
    )


# --- After sharing ---------------------------------------------------------------------------


def _step_up_to_widen(request: ActorRequest, practice: Practice, new: Audience) -> HttpResponse | None:
    """Ask again who it is before more people may read it; who takes readers away, or may not add any, is not asked."""
    return step_up(request, "practice.widen") if would_widen(request.actor, practice, new) else None


class ReadersChangeForm(forms.Form):
    """Why a practice leaves the public record; asked for only then."""

    reason = PublicReasonField(
        label=gettext_lazy("Reason (published)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, leaves_public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = leaves_public


def _leaves_public(practice: Practice, new: Audience) -> bool:
    return practice.label == Label.CLEAR and new.label != Label.CLEAR


def _confirm_change(
    request: ActorRequest, practice: Practice, form: ReadersForm, new: Audience
) -> HttpResponse | None:
    """The page before the change; None where it cannot be made, with the reason in the form."""
    old = audience_of(practice)
    if new == old.effective:
        messages.info(request, _("Nothing has changed: the same people can read it."))
        return redirect("workspace:practice-readers", practice.key)
    if old.label == Label.GREEN and new.label == Label.CLEAR:
        return redirect(WORKSPACE.url("practice-propose-update", practice.key) + f"?label={new.label}")
    try:
        with refusals_on(form), transaction.atomic():
            set_readers(request.actor, practice, new, reason=_NOT_CONFIRMED)
            transaction.set_rollback(True)
    except Forbidden:
        form.add_error(None, _("Only a signatory of your organisation can let more people read it."))
    else:
        if old.label in OPENABLE_LABELS and new.label == Label.GREEN:
            return redirect(WORKSPACE.url("practice-open", practice.key))
    if form.errors:
        return None
    readers_change_form = ReadersChangeForm(leaves_public=_leaves_public(practice, new))
    return _change_page(request, practice, form, new, readers_change_form)


def _change_readers(
    request: ActorRequest, practice: Practice, form: ReadersForm, new: Audience
) -> HttpResponse:
    """The act; where the readers have been changed meanwhile, the page once more with what holds now."""
    readers_change_form = ReadersChangeForm(posted_data(request), leaves_public=_leaves_public(practice, new))
    if not readers_change_form.is_valid():
        return _change_page(request, practice, form, new, readers_change_form)
    if request.POST.get("before") != _digest(practice, audience_members(practice, new)):
        changed = _("The readers have changed since you opened this page. This is what would change now.")
        readers_change_form.add_error(None, changed)
        return _change_page(request, practice, form, new, readers_change_form)
    with refusals_on(readers_change_form):
        set_readers(request.actor, practice, new, reason=readers_change_form.cleaned_data["reason"])
    if not readers_change_form.is_valid():
        return _change_page(request, practice, form, new, readers_change_form)
    messages.success(request, _("Readers of a practice changed"))
    return redirect("workspace:practice", practice.key)


def _digest(practice: Practice, after: AudienceMembers) -> str:
    """A digest of who is named now, and of who will read: an affiliate or a member of a group may have come."""
    now = audience_of(practice)
    parts = (now.label, sorted(now.people), sorted(now.organisations), sorted(now.groups), after.digest)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _change_page(
    request: ActorRequest,
    practice: Practice,
    form: ReadersForm,
    new: Audience,
    change_form: ReadersChangeForm,
) -> HttpResponse:
    old = audience_of(practice)
    before, after = audience_members(practice), audience_members(practice, new)
    opened = people_in_access_log(request.actor, practice) if old.label != Label.CLEAR else []
    context: dict[str, Any] = {
        "practice": practice,
        "new_label": Label(new.label),
        "gains": members_only_in(after, before),
        "losses": members_only_in(before, after),
        "narrowing": bool(added_tokens(after.tokens, before.tokens)),
        "past_readers": opened,
        "leaves_public": _leaves_public(practice, new),
        "readers": reader_sentences(after),
        "hidden": [(name, value) for name in ("people", "organisations", "groups")
                   for value in form.initial_for(new)[name]],
        "before": _digest(practice, after),
        "form": change_form,
        "nav": "workspace:practice-list",
    }  # fmt: skip
    status = 422 if change_form.is_bound else 200
    return render(request, "practices/practice_readers_change.html", context, status=status)

"""Choosing who reads a practice: at once in a draft; after sharing, with a page that says who gains or loses sight."""

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

from alliance.web.desk import WORKSPACE, posted
from portal.kernel.errors import Forbidden
from portal.kernel.web import ActorRequest, shown
from practices.audiences import Audience, is_narrowing
from practices.enums import Label, PracticeState
from practices.models import Practice
from practices.queries.directory import community, find_people, groups_to_name, people_named
from practices.queries.reach import beyond, openers, reach_of
from practices.services.audiences import audience_of, set_readers
from practices.services.circles import labels_of
from practices.web.forms.readers import LABEL_WORDS, ReadersForm
from practices.web.reach_words import who_reads
from practices.web.writing import around, own_practice

_REHEARSED = "-"  # where a reason will be asked for on the page before the act


@require_http_methods(["GET", "HEAD", "POST"])
def practice_readers(request: ActorRequest, key: UUID) -> HttpResponse:
    """Label and names. A search brings people in; a draft is changed at once, a shared practice on the next page."""
    found, draft = own_practice(request, key, "practice.narrow")
    words, searching = request.POST.get("words", ""), "find" in request.POST
    form = _form(request, found, words)
    if not searching and form.is_valid():
        new = form.audience()
        if found.state == PracticeState.DRAFT:
            with shown(form):
                set_readers(request.actor, found, new)
            if form.is_valid():
                messages.success(request, _("Saved"))
                return redirect("workspace:practice-check", key)
        elif "confirmed" in request.POST:
            return _confirmed(request, found, form, new)
        else:
            onwards = _before(request, found, form, new)
            if onwards is not None:
                return onwards
    usable = labels_of(found.organisation_id)
    context = {
        **around(found, draft, "readers"),
        "locked": found.state in (PracticeState.IN_MODERATION, PracticeState.RECALLED),
        "form": form,
        "labels": [(label, LABEL_WORDS[label], label in usable) for label in Label],
        "chosen": form["label"].value(),
        "words": words,
        "searched": searching,
        "found_people": find_people(words) if searching else [],
        "is_shared": found.state != PracticeState.DRAFT,
    }
    status = 422 if form.is_bound and not searching and form.errors else 200
    return render(request, "practices/practice_readers.html", context, status=status)


def _form(request: ActorRequest, practice: Practice, words: str) -> ReadersForm:
    now, data = audience_of(practice), posted(request)
    ticked = data.getlist("people") if data is not None else []
    people = {one.key: one for one in people_named([*now.people, *filter(_is_key, ticked)])}
    if "find" in request.POST:
        people |= {one.key: one for one in find_people(words)}
    rows = community().exclude(pk=practice.organisation_id)
    return ReadersForm(
        data,
        organisations=list(rows),
        groups=groups_to_name(request.actor, now.groups),
        people=sorted(people.values(), key=lambda one: one.name),
        readers=now,
    )


def _is_key(text: str) -> bool:
    person, _dot, place = text.partition(".")
    return person.isdigit() and place.isdigit() and len(text) <= 40


# --- After sharing ---------------------------------------------------------------------------


class ChangeForm(forms.Form):
    """Why a practice leaves the public record; asked for only then."""

    reason = forms.CharField(
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


def _before(
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
        with shown(form), transaction.atomic():
            set_readers(request.actor, practice, new, reason=_REHEARSED)
            transaction.set_rollback(True)
    except Forbidden:
        form.add_error(None, _("Only a signatory of your organisation can let more people read it."))
    if form.errors:
        return None
    asked = ChangeForm(leaves_public=_leaves_public(practice, new))
    return _change_page(request, practice, form, new, asked)


def _confirmed(request: ActorRequest, practice: Practice, form: ReadersForm, new: Audience) -> HttpResponse:
    """The act; where the readers have been changed meanwhile, the page once more with what holds now."""
    asked = ChangeForm(posted(request), leaves_public=_leaves_public(practice, new))
    if not asked.is_valid():
        return _change_page(request, practice, form, new, asked)
    if request.POST.get("before") != before_of(practice):
        asked.add_error(None, _("Somebody else saved this while you were editing it."))
        return _change_page(request, practice, form, new, asked)
    with shown(asked):
        set_readers(request.actor, practice, new, reason=asked.cleaned_data["reason"])
    if not asked.is_valid():
        return _change_page(request, practice, form, new, asked)
    messages.success(request, _("Readers of a practice changed"))
    return redirect("workspace:practice", practice.key)


def before_of(practice: Practice) -> str:
    """A digest of who is named now."""
    now = audience_of(practice)
    parts = (now.label, sorted(now.people), sorted(now.organisations), sorted(now.groups))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _change_page(
    request: ActorRequest, practice: Practice, form: ReadersForm, new: Audience, asked: ChangeForm
) -> HttpResponse:
    old = audience_of(practice)
    before, after = reach_of(practice), reach_of(practice, new)
    opened = openers(request.actor, practice) if old.label != Label.CLEAR else []
    context: dict[str, Any] = {
        "practice": practice,
        "new_label": Label(new.label),
        "gains": beyond(after, before),
        "losses": beyond(before, after),
        "narrowing": is_narrowing(before.tokens, after.tokens),
        "opened": opened,
        "leaves_public": _leaves_public(practice, new),
        "readers": who_reads(after),
        "hidden": [(name, value) for name in ("people", "organisations", "groups")
                   for value in form.named(new)[name]],
        "before": before_of(practice),
        "form": asked,
        "nav": "workspace:practice-list",
    }  # fmt: skip
    status = 422 if asked.is_bound else 200
    return render(request, "practices/practice_readers_change.html", context, status=status)

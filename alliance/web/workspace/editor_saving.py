"""The saving of what an editor of a report posts, by itself or with a button, and the answer to it."""

from collections.abc import Callable, Container
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from alliance.models import Answer, Figure
from alliance.services.carry_over import CarriedOverAnew
from alliance.web.conflict_choices import ConflictChoice
from alliance.web.workspace.editor_fields import EditorField
from alliance.web.workspace.reports import report_context
from alliance.web.workspace.text_editor import TextEditor
from portal.kernel.web import ActorRequest, redirect_refused

_NO_VERSION = "-1"  # of which nothing was ever stored: a save with it is a conflict
_Editor = TypeVar("_Editor", bound=TextEditor)


def with_conflict_decisions(request: ActorRequest) -> QueryDict | None:
    """What was posted; a conflict that nobody settled stays one, whatever was typed or saved by itself meanwhile.

    The page of a conflict knows the colleague's version, with which any later save would pass over their words. None
    where nothing was posted.
    """
    if request.method != "POST":
        return None
    data, choice = request.POST.copy(), ConflictChoice.of(request.POST)
    # to join two texts, a colleague's has to come back first
    for prefix in choice.undecided | (choice.decided if choice.choice == "join" else frozenset()):
        data[f"{prefix}-version"] = _NO_VERSION
    return data


def save_editor(
    request: ActorRequest, editor: _Editor, page: Callable[[ActorRequest, _Editor, int], HttpResponse]
) -> HttpResponse:
    """Save what is right; the answer is a fragment to a page that saves by itself, else a redirect.

    Where something could not be saved it is the page again, with that as it was typed: 409 in a conflict, else 422.
    What is carried over anew by now is not confirmed, and what was typed beside it is saved.
    """
    editor.refuse_unlisted_fields()
    choice = ConflictChoice.of(request.POST)
    discarded = choice.decided if choice.choice == "stored" else frozenset[str]()
    joined = choice.decided if choice.choice == "join" else frozenset[str]()
    whole = editor.save(request.actor, discarded=discarded)
    refusal = _refusal_to_confirm(request, editor)
    is_autosave = bool(request.POST.get("autosave"))
    after = editor.reloaded(editor.read_anew(), joined=joined, with_saved=is_autosave)
    if refusal and whole and not is_autosave:
        return redirect_refused(request, request.get_full_path(), refusal)
    if refusal:
        messages.error(request, refusal)
        return page(request, after, 409)
    if is_autosave:
        saved = {entry.prefix for entry in editor.fields() if entry.saved}
        context = {
            **report_context(request, after.copy),
            "editor": after,
            "unsaved_forms": [entry.form for entry in after.texts if entry.form.errors],
            "saved": sorted(saved),
            "confirmed": sorted(
                entry.prefix for entry in editor.fields() if entry.saved and _was_unconfirmed(entry.stored)
            ),
            "whole": whole,
            "worked_out": _worked_out_totals(editor, after, saved),
            "were_in_conflict": request.POST.getlist("conflict"),
            "required_measure": after.required,
            "pledge": after.pledge,
        }
        return render(request, "alliance/workspace/_autosaved.html", context)
    if not whole:
        return page(request, after, 409 if after.conflicts else 422)
    if any(entry.saved for entry in editor.fields()) or choice.choice or "confirm" in request.POST:
        messages.success(request, _("Saved"))
    else:
        messages.info(request, _("Nothing was changed."))
    number = request.POST.get("go_to", "")
    return redirect(f"{request.path}?part={number}" if number.isdecimal() else request.get_full_path())


def _refusal_to_confirm(request: ActorRequest, editor: TextEditor) -> str:
    """Say that what was named is still true; returns why it cannot be, where the page had shown other words."""
    if "confirm" in request.POST:
        try:
            editor.confirm(request.actor, request.POST["confirm"])
        except CarriedOverAnew as refusal:
            return str(refusal)
    return ""


def _worked_out_totals(before: TextEditor, after: TextEditor, saved: Container[str]) -> list[EditorField]:
    """The totals on the page that the save has written without being typed: months or quarters give them."""
    written, posted = [], before.data or QueryDict()
    for entry in after.figures:
        if entry.target is None or entry.conflict or not entry.target.indicator.period or entry.target.cell:
            continue
        was, now = (copy.figures.get(entry.target.place) for copy in (before.copy, after.copy))
        is_typed = entry.prefix in saved and bool(posted.get(f"{entry.prefix}-value"))
        if now is not None and not is_typed and (was is None or was.version != now.version):
            written.append(entry)
    return written


def _was_unconfirmed(stored: Answer | Figure | None) -> bool:
    """Whether the page showed that it was carried over: to write it anew confirms it."""
    return (
        stored is not None and stored.carried_over and not (isinstance(stored, Figure) and stored.is_unfilled)
    )

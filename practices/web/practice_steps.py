"""The pages before a practice is handed on, shared, taken back, retired or recalled by its source."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.web.confirm import Confirmation, confirm
from alliance.web.desk import WORKSPACE
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.web import ActorRequest
from practices.enums import Label
from practices.models import Practice
from practices.queries.practices import find_practice
from practices.queries.reach import openers, reach_of
from practices.services import practices, updates
from practices.web.reach_words import who_reads
from practices.web.steps import not_next
from practices.workflows import PRACTICE

_NAV = "workspace:practice-list"


class NoteForm(forms.Form):
    """What changed, for whoever reads the list of versions."""

    note = forms.CharField(
        label=gettext_lazy("What changed"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("A sentence that readers find beside the new version."),
    )


def page(practice: Practice, action: str, heading: str, title: str, items: list[str], **more: Any) -> Any:
    """A page before a step of the practice, which leads back to it."""
    url = WORKSPACE.url("practice", practice.key)
    given = {
        "rule": f"practice.{action}",
        "subject": practice,
        "heading": heading,
        "title": title,
        "items": items,
        "label": heading,
        "cancel_url": url,
        "then": url,
        "nav": _NAV,
        "done": _("Ready"),
    }
    return Confirmation(**{**given, **more})


def _step(actor: Any, practice: Practice, action: str) -> str:
    return PRACTICE.refusal(actor, practice, action)


def practice_submit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Who reads it now, and who will; then it waits for the secretariat."""
    found = find_practice(request.actor, key, "practice.submit")
    items = [
        _("the secretariat reads it with its files, and shares it or returns it with a reason"),
        *(_("then: %(who)s") % {"who": line} for line in who_reads(reach_of(found))),
        _("it cannot be changed until a decision is made; you can withdraw it at any time"),
    ]
    shown = page(found, "submit", _("Submit to moderation"), _("What will happen"), items,
                 done=_("Waiting for the secretariat"), refusal=_step(request.actor, found, "submit"))  # fmt: skip
    return confirm(request, shown, lambda: practices.submit_practice(request.actor, found))


def practice_share_directly(request: ActorRequest, key: UUID) -> HttpResponse:
    """Who will read it, by name; then they do."""
    found = find_practice(request.actor, key, "practice.share_directly")
    items = [
        *who_reads(reach_of(found)),
        _("the secretariat does not read it, unless it is named"),
        _("your organisation sees who opens it"),
    ]
    shown = page(found, "share_directly", _("Share the practice"), _("Readers after the change"), items,
                 done=_("Shared"), refusal=_step(request.actor, found, "share_directly"))  # fmt: skip
    return confirm(request, shown, lambda: practices.share_practice_directly(request.actor, found))


def practice_take_back(request: ActorRequest, key: UUID) -> HttpResponse:
    """Back from moderation, to write on."""
    found = find_practice(request.actor, key, "practice.take_back")
    items = [
        _("it becomes a draft again, which only your organisation sees"),
        _("the secretariat may have read it already; nobody else has"),
    ]
    shown = page(found, "take_back", _("Withdraw"), _("What will happen"), items,
                 done=_("It is a draft again."), refusal=_step(request.actor, found, "take_back"))  # fmt: skip
    return confirm(request, shown, lambda: practices.take_back_practice(request.actor, found))


def practice_retire(request: ActorRequest, key: UUID) -> HttpResponse:
    """What its readers will see; then it is retired."""
    found = find_practice(request.actor, key, "practice.retire")
    items = [
        _("readers keep access; it is marked as retired, with the reason given here"),
        _("nobody can start using it; it gets no further version; this cannot be undone"),
    ]
    if found.label == Label.CLEAR:
        items.append(_("everybody can read the reason: it is published in the public record"))
    shown = page(found, "retire", _("Retire"), _("What will happen"), items, kind="danger",
                 done=_("Practice retired"), refusal=_step(request.actor, found, "retire"))  # fmt: skip
    return confirm(
        request, shown, lambda reason: practices.retire_practice(request.actor, found, reason), ReasonForm
    )


def practice_recall(request: ActorRequest, key: UUID) -> HttpResponse:
    """Who loses sight of it and who will be told; then it is recalled."""
    found = find_practice(request.actor, key, "practice.recall")
    opened = [f"{name}, {place}" for name, place in openers(request.actor, found)]
    items = [_("from now on nobody outside your organisation can read it"), _told(opened)]
    if found.label == Label.CLEAR:
        items.append(
            _("it is withdrawn from the public record, where everybody can read the reason given here")
        )
        items.append(_("its earlier publications remain available with that notice"))
    items.append(
        _("what somebody has read, copied or saved cannot be taken back; nor can this step be undone")
    )
    shown = page(found, "recall", _("Recall"), _("What will happen"), items, kind="danger",
                 done=_("Practice recalled"), refusal=_step(request.actor, found, "recall"))  # fmt: skip
    return confirm(
        request, shown, lambda reason: practices.recall_practice(request.actor, found, reason), ReasonForm
    )


def _told(opened: list[str]) -> str:
    if not opened:
        return _("nobody has opened it, so nobody is notified")
    return _("those who have opened it are notified, with the reason: %(names)s") % {
        "names": "; ".join(opened)
    }


# --- The next version ------------------------------------------------------------------------


def practice_propose_update(request: ActorRequest, key: UUID) -> HttpResponse:
    """What the secretariat will read and who reads it then; with `?label=clear` the practice is for everybody."""
    label = Label.CLEAR.value if request.GET.get("label") == Label.CLEAR else ""
    found = find_practice(request.actor, key, "practice.widen" if label else "practice.propose_update")
    items = [
        _("the secretariat reads it with its files, and shares it or returns it with a reason"),
        _("until then the current version stays, and the working copy cannot be changed"),
        _("you can withdraw it at any time"),
    ]
    if label:
        items.insert(
            1,
            _("once it is shared, everybody in the world can read it: it becomes part of the public record"),
        )
    shown = page(
        found,
        "widen" if label else "propose_update",
        _("Propose it for everybody") if label else _("Propose the next version"),
        _("What will happen"),
        items,
        done=_("Waiting for the secretariat"),
        cancel_url=WORKSPACE.url("practice-check", key),
        refusal=not_next(request.actor, found, found.draft, label=label),
    )
    return confirm(
        request,
        shown,
        lambda note: updates.propose_update(request.actor, found, note=note, label=label),
        NoteForm,
    )


def practice_update(request: ActorRequest, key: UUID) -> HttpResponse:
    """Who will read the next version, by name; then they do."""
    found = find_practice(request.actor, key, "practice.update")
    items = [
        *who_reads(reach_of(found)),
        _("they can still read the earlier versions too"),
    ]
    shown = page(
        found,
        "update",
        _("Share the next version"),
        _("Readers after the change"),
        items,
        done=_("New version of a practice shared"),
        cancel_url=WORKSPACE.url("practice-check", key),
        refusal=not_next(request.actor, found, found.draft),
    )
    return confirm(
        request, shown, lambda note: practices.update_practice(request.actor, found, note=note), NoteForm
    )


def practice_take_back_update(request: ActorRequest, key: UUID) -> HttpResponse:
    """The proposal is taken back; the present version stands."""
    found = find_practice(request.actor, key, "practice.take_back_update")
    items = [
        _("the current version stays, and the working copy can be changed again"),
        _("the secretariat may have read it already; nobody else has"),
    ]
    refusal = "" if found.draft.is_proposed else _("Nothing is proposed any more.")
    shown = page(found, "take_back_update", _("Withdraw the proposal"), _("What will happen"),
                 items, done=_("New version withdrawn from moderation"), refusal=refusal)  # fmt: skip
    return confirm(request, shown, lambda: updates.take_back_update(request.actor, found))

"""The pages before a practice is handed on, shared, taken back, retired or recalled by its source."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.web.area import WORKSPACE
from alliance.web.confirm import Confirmation
from alliance.web.forms.reasons import ReasonForm
from alliance.web.forms.renewable import RenewableForm
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, StrictForm
from practices.enums import Label, OpeningState
from practices.models import Practice
from practices.queries.openings import last_opening
from practices.queries.readers import audience_members, people_in_access_log
from practices.queries.titles import titles_of
from practices.services import practices, updates
from practices.web.forms.readers import form_after_readers
from practices.web.labelled_confirm import confirm_labelled
from practices.web.objects import get_practice
from practices.web.practice.steps import update_blocking_reason
from practices.web.reader_texts import reader_sentences
from practices.workflows import PRACTICE

_NAV = "workspace:practice-list"


class StepNoteForm(StrictForm):
    """What changed, for readers of the list of versions."""

    note = forms.CharField(
        label=gettext_lazy("What changed"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("One sentence, shown to readers beside the new version."),
    )


class SharedVersionForm(RenewableForm):
    """Which version of the working copy there was when its signatory was shown the page."""

    shown_fields = ("version",)

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NextVersionForm(SharedVersionForm, StepNoteForm):
    """The same, and what changed."""


def step_confirmation(
    actor: Actor, practice: Practice, action: str, heading: str, title: str, items: list[str], **more: Any
) -> Any:
    """A page before a step of the practice, which leads back to it by its title."""
    url = WORKSPACE.url("practice", practice.key)
    texts = {
        "rule": f"practice.{action}",
        "subject": practice,
        "heading": heading,
        "title": title,
        "items": items,
        "label": heading,
        "cancel_url": url,
        "next_url": url,
        "nav": _NAV,
        "message": _("Ready"),
        "parent_title": titles_of(actor, [practice.pk]).get(practice.pk, ""),
    }
    return Confirmation(**{**texts, **more})


def _step(actor: Any, practice: Practice, action: str) -> str:
    return PRACTICE.refusal(actor, practice, action)


def practice_submit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a practice is submitted to moderation: who will read it."""
    practice = get_practice(request.actor, key, "practice.submit")
    items = [
        _("the secretariat reads it with its files, and shares it or returns it with a reason"),
        *(
            _("readers once it is shared: %(who)s") % {"who": sentence}
            for sentence in reader_sentences(audience_members(practice))
        ),
        _("it cannot be changed until a decision is made; you can withdraw it at any time"),
    ]
    confirmation = step_confirmation(
        request.actor,
        practice,
        "submit",
        _("Submit to moderation"),
        _("What will happen"),
        items,
        message=_("Waiting for the secretariat"),
        refusal=_step(request.actor, practice, "submit"),
    )
    return confirm_labelled(request, confirmation, lambda: practices.submit_practice(request.actor, practice))


def practice_share_directly(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a practice is shared with named readers: who will read it."""
    practice = get_practice(request.actor, key, "practice.share_directly")
    members = audience_members(practice)
    items = [
        *reader_sentences(members),
        _("the secretariat cannot read it unless it is named as a reader"),
        _("your organisation sees who opens it"),
    ]
    confirmation = step_confirmation(
        request.actor,
        practice,
        "share_directly",
        _("Share the practice"),
        _("Who will be able to read it"),
        items,
        message=_("Shared"),
        refusal=_step(request.actor, practice, "share_directly"),
    )
    return confirm_labelled(
        request,
        confirmation,
        lambda shown_readers, version: practices.share_practice_directly(
            request.actor, practice, shown_readers=shown_readers, version=version
        ),
        form_after_readers(members, SharedVersionForm),
        {"version": practice.draft.version},
    )


def practice_take_back(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a practice is withdrawn from moderation."""
    practice = get_practice(request.actor, key, "practice.take_back")
    items = [
        _("it becomes a draft again, which only your organisation sees"),
        _("the secretariat may have read it already; no one else has"),
    ]
    confirmation = step_confirmation(
        request.actor,
        practice,
        "take_back",
        _("Withdraw from moderation"),
        _("What will happen"),
        items,
        message=_("It is a draft again."),
        refusal=_step(request.actor, practice, "take_back"),
    )
    return confirm_labelled(
        request, confirmation, lambda: practices.take_back_practice(request.actor, practice)
    )


def practice_retire(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a practice is retired: what its readers will see."""
    practice = get_practice(request.actor, key, "practice.retire")
    items = [
        _("readers keep access; it is marked as retired, with the reason given here"),
        _("no one can start using it, and it gets no further version; this cannot be undone"),
    ]
    if practice.label == Label.CLEAR:
        items.append(_("everybody can read the reason: it is published in the public record"))
    confirmation = step_confirmation(
        request.actor,
        practice,
        "retire",
        _("Retire"),
        _("What will happen"),
        items,
        kind="danger",
        message=_("Practice retired"),
        refusal=_step(request.actor, practice, "retire"),
    )
    return confirm_labelled(
        request,
        confirmation,
        lambda reason: practices.retire_practice(request.actor, practice, reason),
        ReasonForm,
    )


def practice_recall(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a practice is recalled: who loses access and who is notified."""
    practice = get_practice(request.actor, key, "practice.recall")
    opened = [f"{name}, {place}" for name, place in people_in_access_log(request.actor, practice)]
    items = [_("from now on no one outside your organisation can read it"), _recall_notice(opened)]
    if practice.label == Label.CLEAR:
        items.append(
            _("it is withdrawn from the public record, where everybody can read the reason given here")
        )
        items.append(_("its earlier publications remain available with that notice"))
    items.append(_("what has been read, copied or saved cannot be taken back; this step cannot be undone"))
    confirmation = step_confirmation(
        request.actor,
        practice,
        "recall",
        _("Recall"),
        _("What will happen"),
        items,
        kind="danger",
        message=_("Practice recalled"),
        refusal=_step(request.actor, practice, "recall"),
    )
    return confirm_labelled(
        request,
        confirmation,
        lambda reason: practices.recall_practice(request.actor, practice, reason),
        ReasonForm,
    )


def _recall_notice(readers: list[str]) -> str:
    if not readers:
        return _("no visits have been recorded; those who use or follow it are notified")
    notice = _(
        "those who have opened, use or follow it are notified; recorded as having opened it: %(names)s"
    )
    return notice % {"names": "; ".join(readers)}


# --- The next version ------------------------------------------------------------------------


def practice_propose_update(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before the next version is proposed; `?label=clear` proposes it for everybody."""
    label = Label.CLEAR.value if request.GET.get("label") == Label.CLEAR else ""
    practice = get_practice(request.actor, key, "practice.widen" if label else "practice.propose_update")
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
    confirmation = step_confirmation(
        request.actor,
        practice,
        "widen" if label else "propose_update",
        _("Propose it for everybody") if label else _("Propose the next version"),
        _("What will happen"),
        items,
        message=_("Waiting for the secretariat"),
        cancel_url=WORKSPACE.url("practice-check", key),
        refusal=update_blocking_reason(request.actor, practice, practice.draft, label=label),
    )
    return confirm_labelled(
        request,
        confirmation,
        lambda note: updates.propose_update(request.actor, practice, note=note, label=label),
        StepNoteForm,
    )


def practice_update(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before the next version is shared with named readers: who will read it."""
    practice = get_practice(request.actor, key, "practice.update")
    members = audience_members(practice)
    items = [
        *reader_sentences(members),
        _("they can still read the earlier versions too"),
    ]
    opening = last_opening(request.actor, practice)
    if opening is not None and opening.state == OpeningState.PROPOSED:
        items.append(_("it is no longer proposed for the community; you can propose it again"))
    confirmation = step_confirmation(
        request.actor,
        practice,
        "update",
        _("Share the next version"),
        _("Who will be able to read it"),
        items,
        message=_("New version of a practice shared"),
        cancel_url=WORKSPACE.url("practice-check", key),
        refusal=update_blocking_reason(request.actor, practice, practice.draft),
    )
    return confirm_labelled(
        request,
        confirmation,
        lambda note, shown_readers, version: practices.update_practice(
            request.actor, practice, note=note, shown_readers=shown_readers, version=version
        ),
        form_after_readers(members, NextVersionForm),
        {"version": practice.draft.version},
    )


def practice_take_back_update(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a proposed version is withdrawn; the current version stays."""
    practice = get_practice(request.actor, key, "practice.take_back_update")
    items = [
        _("the current version stays, and the working copy can be changed again"),
        _("the secretariat may have read it already; no one else has"),
    ]
    refusal = "" if practice.draft.is_proposed else _("It is no longer waiting: it was decided or withdrawn.")
    confirmation = step_confirmation(
        request.actor,
        practice,
        "take_back_update",
        _("Withdraw the proposal"),
        _("What will happen"),
        items,
        message=_("New version withdrawn from moderation"),
        refusal=refusal,
    )
    return confirm_labelled(request, confirmation, lambda: updates.take_back_update(request.actor, practice))

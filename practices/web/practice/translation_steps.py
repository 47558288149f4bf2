"""Deciding about a translation: each step by its page or its button."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from alliance.web.area import area_of
from alliance.web.confirm import Confirmation
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.web import ActorRequest, posts
from practices.enums import TranslationState
from practices.queries.readers import audience_members
from practices.services import translations
from practices.web.forms.readers import form_after_readers
from practices.web.label_band import under_label
from practices.web.labelled_confirm import confirm_labelled
from practices.web.practice.translations import get_translation
from practices.web.reader_texts import reader_sentences
from practices.workflows import TRANSLATION


def translation_share(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a translation is shared: who will read it."""
    row = get_translation(request.actor, key)
    members = audience_members(row.practice)
    url = area_of(request.actor).url("translation", key)
    page = Confirmation(
        rule="translation.share",
        subject=row,
        heading=_("Share the translation"),
        title=_("Who will be able to read it"),
        items=reader_sentences(members),
        label=_("Share the translation"),
        cancel_url=url,
        next_url=url,
        nav=f"{area_of(request.actor).namespace}:practice-list",
        message=_("Shared"),
        refusal=TRANSLATION.refusal(request.actor, row, "share"),
    )
    act = partial(translations.share_translation, request.actor, row)
    return confirm_labelled(request, page, act, form_after_readers(members), label_of=row.practice)


@posts()
def translation_accept(request: ActorRequest, key: UUID) -> HttpResponse:
    """Accept a translation, as the source."""
    translations.accept_translation(request.actor, get_translation(request.actor, key))
    return _back(request, key)


@posts()
def translation_take_back(request: ActorRequest, key: UUID) -> HttpResponse:
    """Take a translation back from moderation, as the source."""
    translations.take_back_translation(request.actor, get_translation(request.actor, key))
    return _back(request, key)


@posts()
def translation_withdraw(request: ActorRequest, key: UUID) -> HttpResponse:
    """Withdraw a translation that is not shared yet, as its translator."""
    translations.withdraw_translation(request.actor, get_translation(request.actor, key))
    return _back(request, key)


@posts()
def translation_remove(request: ActorRequest, key: UUID) -> HttpResponse:
    """Remove a translation of the working copy, as one of its writers."""
    row = get_translation(request.actor, key)
    translations.remove_draft_translation(request.actor, row)
    messages.success(request, _("The translation has been removed."))
    return redirect("workspace:practice", row.practice.key)


def translation_decline(request: ActorRequest, key: UUID) -> HttpResponse:
    """Decline a translation, or stop it from being read, with a reason, by the form of its page or by this one."""
    row = get_translation(request.actor, key)
    is_shared = row.state == TranslationState.SHARED
    label = _("Stop showing the translation") if is_shared else _("Decline the translation")
    url = area_of(request.actor).url("translation", key)
    page = Confirmation(
        rule="translation.decline",
        subject=row,
        heading=label,
        title=_("What will happen"),
        items=[
            _("readers of the practice see it no more") if is_shared else _("it is not shown to readers"),
            _("%(name)s reads the reason") % {"name": row.person.name},
        ],
        label=label,
        cancel_url=url,
        message=_("Saved"),
        next_url=url,
        nav=f"{area_of(request.actor).namespace}:practice-list",
        refusal=TRANSLATION.refusal(request.actor, row, "decline"),
    )
    act = partial(translations.decline_translation, request.actor, row)
    labelled = under_label(row.practice, row.handling_label)
    return confirm_labelled(request, page, act, ReasonForm, label_of=labelled)


def _back(request: ActorRequest, key: UUID) -> HttpResponse:
    messages.success(request, _("Saved"))
    return redirect(area_of(request.actor).url("translation", key))

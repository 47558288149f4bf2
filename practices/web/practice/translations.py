"""Translating a practice, and deciding about a translation beside what it translates."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.web.area import area_of, posted_data
from portal.kernel.access import Actor
from portal.kernel.errors import Faults
from portal.kernel.text import LANGUAGES
from portal.kernel.web import ActorRequest, StrictForm, get_visible_or_404, posts, refusals_on
from practices.enums import TranslationState
from practices.models import Practice, Translation, Version
from practices.queries.practices import latest_version
from practices.queries.translations import translations_of
from practices.services import translations
from practices.translated_texts import TranslatableText, translatable_texts
from practices.web.objects import get_practice
from practices.web.practice.page import PracticePage
from practices.web.practice.views import version_context
from practices.workflows import TRANSLATION


class TranslationForm(StrictForm):
    """A field for each text of the version; `version` is the one that stands beside it."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, texts: list[TranslatableText], **options: Any) -> None:
        super().__init__(*args, **options)
        self.originals = texts
        for text in texts:
            limits = {
                "maxlength": text.limit
            }  # how far one may type; the service says by how much it is too long
            widget = forms.Textarea({"rows": 4, **limits}) if text.is_long else forms.TextInput(limits)
            self.fields[text.name] = forms.CharField(label=text.title, required=False, widget=widget)

    @property
    def pairs(self) -> list[tuple[TranslatableText, Any]]:
        return [(text, self[text.name]) for text in self.originals]

    def texts(self) -> dict[str, str]:
        return {text.name: self.cleaned_data.get(text.name, "") for text in self.originals}


def practice_translate(request: ActorRequest, key: UUID, language: str) -> HttpResponse:
    """Form to translate a practice, each text beside its original; what is translated already is filled in."""
    practice = get_practice(request.actor, key, "translation.offer")
    version = latest_version(request.actor, practice)
    if version is None or language not in LANGUAGES or language == practice.language:
        raise Http404
    texts = translatable_texts(version.content)
    initial = {"version": version.number, **_earlier_texts(request.actor, practice, language)}
    form = TranslationForm(posted_data(request), texts=texts, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            _offer(request.actor, practice, language, form)
        if form.is_valid():
            messages.success(request, _("The translation has been sent."))
            return redirect(area_of(request.actor).url("practice", key))
    context = {
        **version_context(PracticePage(request.actor, practice), version),
        "form": form,
        "language": language,
        "language_name": dict(LANGUAGE_NAMES).get(language, language),
    }
    return render(request, "practices/translate.html", context, status=422 if form.is_bound else 200)


LANGUAGE_NAMES = (("en", "English"), ("ru", "Русский"))


def _offer(actor: Actor, practice: Practice, language: str, form: TranslationForm) -> None:
    number = form.cleaned_data["version"]
    try:
        translations.offer_translation(
            actor, practice, language=language, version_number=number, texts=form.texts()
        )
    except Faults as faults:
        for name, sentence in faults.faults.items():
            form.add_error(name if name in form.fields else None, str(sentence))


def _earlier_texts(actor: Actor, practice: Practice, language: str) -> dict[str, str]:
    """The last translation that the actor sees: of a newer version only what changed is left to do."""
    earlier = translations_of(actor, practice).filter(language=language).first()
    return dict(earlier.content) if earlier else {}


def get_translation(actor: Actor, key: UUID) -> Translation:
    row: Translation = get_visible_or_404(
        Translation.objects.select_related("practice", "person", "organisation"), actor, key=key
    )
    return row


@require_safe
def translation(request: ActorRequest, key: UUID) -> HttpResponse:
    """A translation beside what it translates, with what may be decided about it."""
    row = get_translation(request.actor, key)
    practice = get_practice(request.actor, row.practice.key)
    version = (
        Version.objects.visible_to(request.actor).filter(practice=practice, number=row.version_number).first()
    )
    texts = translatable_texts(version.content) if version else []
    page = PracticePage(request.actor, practice)
    context = {
        **version_context(page, version),
        "translation": row,
        "pairs": [(text, row.content.get(text.name, "")) for text in texts],
        "is_behind": page.latest is not None and page.latest.number > row.version_number,
        "steps": {
            step: TRANSLATION.is_available(request.actor, row, step)
            for step in ("accept", "share", "decline")
        },
        "is_shared": row.state == TranslationState.SHARED,
    }
    return render(request, "practices/translation.html", context)


@posts()
def translation_accept(request: ActorRequest, key: UUID) -> HttpResponse:
    """Accept a translation, as the source."""
    translations.accept_translation(request.actor, get_translation(request.actor, key))
    return _back(request, key)


@posts()
def translation_share(request: ActorRequest, key: UUID) -> HttpResponse:
    """Share a translation, as the secretariat."""
    translations.share_translation(request.actor, get_translation(request.actor, key))
    return _back(request, key)


@posts("reason")
def translation_decline(request: ActorRequest, key: UUID) -> HttpResponse:
    """Decline a translation, with a reason."""
    row = get_translation(request.actor, key)
    translations.decline_translation(request.actor, row, request.POST.get("reason", ""))
    return _back(request, key)


def _back(request: ActorRequest, key: UUID) -> HttpResponse:
    messages.success(request, _("Saved"))
    return redirect(area_of(request.actor).url("translation", key))

"""Translating a practice, and deciding about a translation beside what it translates."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.web.area import area_of, posted_data
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, Faults, WrongState
from portal.kernel.text import LANGUAGES, DiffPiece, compare_words, whole_number
from portal.kernel.web import (
    ActorRequest,
    StrictForm,
    get_visible_or_404,
    redirect_refused,
    refusals_on,
    refuse_unlisted_fields,
)
from practices.enums import PracticeState, TranslationState
from practices.models import Draft, Practice, Translation, Version
from practices.queries.practices import is_writer, latest_version, working_copy
from practices.queries.translations import (
    behind_working_copy,
    draft_translation,
    texts_for,
    translation_to_go_on_from,
)
from practices.services import translations
from practices.services.practices import check_writing
from practices.translated_texts import (
    NEEDED,
    CarriedTexts,
    TranslatableText,
    TranslatedText,
    carry_over,
    carry_texts,
    originals_of,
    translatable_texts,
    translated_texts,
)
from practices.web.label_band import under_label
from practices.web.objects import get_practice
from practices.web.practice.page import PracticePage
from practices.web.practice.views import version_context
from practices.workflows import TRANSLATION


class TranslationForm(StrictForm):
    """A field for each text of the version; `version` is the one that stands beside it."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        texts: list[TranslatableText],
        needed: Collection[str] = NEEDED,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.originals = texts
        for text in texts:
            limits = {
                "maxlength": text.limit
            }  # how far one may type; the service says by how much it is too long
            widget = forms.Textarea({"rows": 4, **limits}) if text.is_long else forms.TextInput(limits)
            self.fields[text.name] = forms.CharField(
                label=text.title, required=text.name in needed, widget=widget
            )

    @property
    def pairs(self) -> list[tuple[TranslatableText, Any]]:
        return [(text, self[text.name]) for text in self.originals]

    def texts(self) -> dict[str, str]:
        return {text.name: self.cleaned_data.get(text.name, "") for text in self.originals}


class DraftTranslationForm(TranslationForm):
    """Of a working copy; `earlier` is the key of the translation that was read, empty where there was none."""

    earlier = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    stored: Translation | None = None  # what a colleague has saved meanwhile
    stored_texts: Mapping[str, str] = MappingProxyType({})  # and its texts by the names of the form

    @property
    def differences(self) -> list[tuple[TranslatableText, str, list[DiffPiece]]]:
        """What the colleague's says otherwise than what was typed, with the words from theirs to this."""
        typed = self.texts()
        both = [(text, self.stored_texts.get(text.name, ""), typed[text.name]) for text in self.originals]
        return [(text, theirs, compare_words(theirs, mine)) for text, theirs, mine in both if theirs != mine]


def practice_translate(request: ActorRequest, key: UUID, language: str) -> HttpResponse:
    """Form to translate a practice, each text beside its original; what is translated already is filled in.

    Before it is shared its writers translate the working copy, and a translation of that is finished here too.
    """
    practice = get_practice(request.actor, key)
    if language not in LANGUAGES or language == practice.language:
        raise Http404
    is_draft = practice.state == PracticeState.DRAFT
    if is_draft or (request.GET.get("of") == "working-copy" and is_writer(request.actor, practice)):
        return _translate_working_copy(request, key, language)
    practice = get_practice(request.actor, key, "translation.offer")
    version = latest_version(request.actor, practice)
    if version is None:
        raise Http404
    posted, originals = posted_data(request), translatable_texts(version.content)
    if posted is None and practice.state != PracticeState.SHARED:  # nobody translates in vain
        return _back_to_practice(request, practice, _("Only a shared practice can be translated."))
    before = _version_translated_before(request.actor, version, posted)
    earlier = translation_to_go_on_from(request.actor, practice, language)
    carried = _carried_texts(request.actor, version, earlier, before, posted)
    data = {"version": version.number, **carried.texts}
    if posted is None:
        form = TranslationForm(texts=originals, initial=data)
    elif before is None:
        form = TranslationForm(posted, texts=originals)
    else:  # what was typed goes on with the version that was shared meanwhile
        form = TranslationForm(data, texts=originals)
        form.add_error(None, _("There is a newer version. Translate what has changed, and send it again."))
    if form.is_valid():
        translation = None
        with refusals_on(form):
            translation = _offer(request.actor, practice, language, form)
        if translation is not None:
            messages.success(request, _("The translation has been sent."))
            return redirect(area_of(request.actor).url("translation", translation.key))
    context = {
        **version_context(PracticePage(request.actor, practice), version),
        "labelled": under_label(
            practice, earlier.label_beside(practice.label) if earlier else practice.label
        ),
        "form": form,
        "language": language,
        "outdated": carried.outdated,
    }
    return render(request, "practices/translate.html", context, status=422 if form.is_bound else 200)


def _translate_working_copy(request: ActorRequest, key: UUID, language: str) -> HttpResponse:
    practice = get_practice(request.actor, key, "practice.edit")
    draft = working_copy(request.actor, practice)
    if draft is None:
        raise Http404
    posted, originals = posted_data(request), translatable_texts(draft.content)
    if posted is None:
        try:
            check_writing(request.actor, practice)
        except WrongState as refusal:
            return _back_to_practice(request, practice, str(refusal))
    earlier = draft_translation(request.actor, practice, language)
    carried = _carried_to(draft, earlier)
    initial = {
        "version": draft.version,
        "earlier": str(earlier.key) if earlier else "",
        **carried.texts,
    }
    form = DraftTranslationForm(posted, texts=originals, needed=(), initial=initial)
    if form.is_valid():
        save = partial(
            translations.save_draft_translation,
            request.actor, practice, language=language, draft_version=form.cleaned_data["version"],
            earlier_key=form.cleaned_data["earlier"], texts=form.texts(),
        )  # fmt: skip
        translation = None
        with refusals_on(form):
            try:
                translation = _with_faults_on(form, save)
            except Conflict as conflict:
                form.stored = cast("Translation", conflict.stored)
                carried = _carried_to(draft, form.stored)
                form.stored_texts = carried.texts
        if translation is not None:
            messages.success(request, _("The translation has been saved."))
            return redirect("workspace:translation", translation.key)
    if posted is not None:  # what was typed stands beside what the working copy says now
        form.data = posted.copy()
        form.data["version"] = str(draft.version)
        if form.stored is not None:  # to be saved over it once its writer has seen it
            form.data["earlier"] = str(form.stored.key)
    context = {
        **version_context(PracticePage(request.actor, practice)),
        "form": form,
        "language": language,
        "outdated": carried.outdated,
        "of_working_copy": True,
    }
    status = 409 if form.stored else 422 if form.is_bound else 200
    return render(request, "practices/translate.html", context, status=status)


def _back_to_practice(request: ActorRequest, practice: Practice, reason: str) -> HttpResponse:
    return redirect_refused(request, reverse("workspace:practice", args=[practice.key]), reason)


def _carried_to(draft: Draft, translation: Translation | None) -> CarriedTexts:
    """What a translation of the working copy says of it as it is now, and what has no place in it any more."""
    if translation is None:
        return CarriedTexts({})
    return carry_texts(translation.originals or {}, draft.content, translation.content)


def _version_translated_before(actor: Actor, version: Version, posted: QueryDict | None) -> Version | None:
    """The earlier version beside which the post was typed, if it was; refuses fields that its form does not have."""
    number = whole_number(posted.get("version", ""), digits=9) if posted is not None else None
    if posted is None or number is None or number >= version.number:
        return None
    rows = Version.objects.visible_to(actor).filter(practice=version.practice_id, number=number)
    before: Version | None = rows.first()
    if before is not None:
        names = [text.name for text in translatable_texts(before.content)]
        refuse_unlisted_fields(posted, ("version", *names))
    return before


def _carried_texts(
    actor: Actor,
    version: Version,
    earlier: Translation | None,
    before: Version | None,
    posted: QueryDict | None,
) -> CarriedTexts:
    """What was typed beside the version before, or else what an earlier translation says, for this version.

    What that says of texts that are gone stands beside the form as long as it is not sent.
    """
    carried = texts_for(actor, earlier, version) if earlier else CarriedTexts({})
    if posted is None or before is None:
        return carried
    typed = {name: str(text) for name, text in posted.items()}
    carried_typed = carry_over(before.content, version.content, typed)
    others = [pair for pair in carried.outdated if pair not in carried_typed.outdated]
    return CarriedTexts(carried_typed.texts, [*carried_typed.outdated, *others])


def _offer(actor: Actor, practice: Practice, language: str, form: TranslationForm) -> Translation | None:
    number = form.cleaned_data["version"]
    offer = partial(
        translations.offer_translation,
        actor, practice, language=language, version_number=number, texts=form.texts(),
    )  # fmt: skip
    return _with_faults_on(form, offer)


def _with_faults_on(form: TranslationForm, act: Callable[[], Translation]) -> Translation | None:
    try:
        return act()
    except Faults as faults:
        for name, sentence in faults.faults.items():
            form.add_error(name if name in form.fields else None, str(sentence))
    return None


# towards readers, of whom only a shared practice has any
_STEPS_TO_READERS = ("accept", "share")
_WAITING_STATES = (TranslationState.OFFERED, TranslationState.IN_MODERATION)


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
    page = PracticePage(request.actor, practice)
    is_shared_practice = practice.state == PracticeState.SHARED
    context = {
        **version_context(page, version),
        "labelled": under_label(practice, row.handling_label),
        "translation": row,
        "texts": _texts_translated(row, version),
        "is_behind": bool(behind_working_copy(practice, [row]))
        if row.originals is not None
        else page.latest is not None and page.latest.number > row.version_number,
        "steps": {
            step: TRANSLATION.is_available(request.actor, row, step)
            and (is_shared_practice or step not in _STEPS_TO_READERS)
            for step in TRANSLATION.steps
        },
        "waits_for_nothing": row.state in _WAITING_STATES and not is_shared_practice,
        "is_shared": row.state == TranslationState.SHARED,
        "of_working_copy": row.originals is not None,
    }
    return render(request, "practices/translation.html", context)


def _texts_translated(translation: Translation, version: Version | None) -> list[TranslatedText]:
    """The texts of the version that it translates, or of its working copy as they were then."""
    content = version.content if version else {}
    if translation.originals is None:
        return translated_texts(originals_of(content), content, translation.content)
    return translated_texts(translation.originals, translation.practice.draft.content, translation.content)

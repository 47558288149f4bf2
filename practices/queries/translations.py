"""Translations of practices, as the actor may see them, and how far behind each is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from portal.kernel.access import Actor, can
from portal.kernel.text import LANGUAGES
from practices.content import in_field_order
from practices.enums import PracticeState, TranslationState
from practices.models import Practice, Translation, Version
from practices.translated_texts import CarriedTexts, carry_over, carry_texts, in_other_words

# Not those of the readers that a practice had before it was opened: its readers are offered them anew. One of the
# working copy is offered with the next version.
NOT_OF_EARLIER_READERS = Q(earlier_readers__isnull=True) | Q(state=TranslationState.DRAFT)


def _shared_with_all(actor: Actor) -> Any:
    """Those that all who read the practice read, whose label is that of the practice.

    One from before it was opened has earlier readers: they read it on its own page, which says so. Lists, feeds and the
    page of the practice bear the label that it has now.
    """
    return Translation.objects.visible_to(actor).filter(
        state=TranslationState.SHARED, earlier_readers__isnull=True
    )


def shared_translation(actor: Actor, practice: Practice, language: str) -> Translation | None:
    """What readers read in this language; None where there is none, or it is the practice's own.

    Nor is one of a version that the reader does not see: of a practice that was opened twice there may be some.
    """
    if language == practice.language:
        return None
    versions = Version.objects.visible_to(actor).filter(practice=practice)
    rows = _shared_with_all(actor).filter(
        practice=practice, language=language, version_number__in=versions.values("number")
    )
    translation: Translation | None = rows.select_related("person", "organisation").first()
    return translation


def texts_for(actor: Actor, translation: Translation, version: Version) -> CarriedTexts:
    """Its texts by their names in this version: of another one, if the actor sees it, those of the same originals."""
    if translation.originals is not None:
        return carry_texts(translation.originals, version.content, translation.content)
    if translation.version_number == version.number:
        return CarriedTexts(translation.content)
    rows = Version.objects.visible_to(actor).filter(practice=translation.practice_id)
    before = rows.filter(number=translation.version_number).first()
    if before is None:
        return CarriedTexts({})
    return carry_over(before.content, version.content, translation.content)


def translations_of(actor: Actor, practice: Practice) -> Any:
    """All that are read or wait, the newest first; for the source those of the working copy, too."""
    states = (
        TranslationState.DRAFT,
        TranslationState.SHARED,
        TranslationState.OFFERED,
        TranslationState.IN_MODERATION,
    )
    rows = Translation.objects.visible_to(actor).filter(practice=practice, state__in=states)
    return rows.select_related("person", "organisation")


def translation_to_go_on_from(actor: Actor, practice: Practice, language: str) -> Translation | None:
    """The newest one, whose texts a new one begins with: all who read the practice may come to read those.

    What another organisation wrote for the readers of before the practice was opened is not given to the next
    translator, whose it would be by then.
    """
    own = Q(organisation=actor.tenant_id)
    rows = translations_of(actor, practice).filter(NOT_OF_EARLIER_READERS | own, language=language)
    translation: Translation | None = rows.first()
    return translation


def languages_to_offer(actor: Actor, practice: Practice) -> list[str]:
    """The languages into which the actor may translate it now: before it is shared its writers, the working copy."""
    rule = "practice.edit" if practice.state == PracticeState.DRAFT else "translation.offer"
    if practice.state not in (PracticeState.DRAFT, PracticeState.SHARED) or not can(actor, rule, practice):
        return []
    return [code for code in LANGUAGES if code != practice.language]


@dataclass(frozen=True, slots=True)
class TranslatedHead:
    """A shared translation in a list: `is_behind` where the practice has a later version than it translates."""

    language: str
    title: str
    summary: str
    is_behind: bool


def translated_heads(actor: Actor, practice_ids: Iterable[int]) -> Mapping[int, list[TranslatedHead]]:
    """By practice, its shared translations. One query."""
    last = Version.objects.visible_to(actor).filter(practice=OuterRef("practice_id")).order_by("-number")
    rows = _shared_with_all(actor).filter(practice__in=list(practice_ids))
    facts = rows.annotate(last=Subquery(last.values("number")[:1])).order_by("language")
    heads: dict[int, list[TranslatedHead]] = defaultdict(list)
    for practice_id, language, content, number, latest in facts.values_list(
        "practice_id", "language", "content", "version_number", "last"
    ):
        head = TranslatedHead(
            language, content.get("title", ""), content.get("summary", ""), number < (latest or 0)
        )
        heads[practice_id].append(head)
    return heads


def head_in(language: str, heads: Iterable[TranslatedHead]) -> TranslatedHead | None:
    """The one that a reader of this language reads in a list: one that is behind may say what is no longer so."""
    return next((head for head in heads if head.language == language and not head.is_behind), None)


@dataclass(frozen=True, slots=True)
class TranslatedVersion:
    """The latest version in another language; what is not translated, or has changed since, is in its own."""

    translation: Translation
    content: Mapping[str, Any]
    is_behind: bool


def translated_versions(actor: Actor, practice: Practice, version: Version | None) -> list[TranslatedVersion]:
    """The latest version in each language into which it has been translated."""
    if version is None:
        return []
    rows = _shared_with_all(actor).filter(practice=practice).order_by("language")
    return [
        TranslatedVersion(
            row,
            in_other_words(version.content, texts_for(actor, row, version).texts),
            row.version_number < version.number,
        )
        for row in rows
    ]


def draft_translation(actor: Actor, practice: Practice, language: str) -> Translation | None:
    """What the working copy says in this language, for its writers."""
    rows = Translation.objects.visible_to(actor).filter(practice=practice, state=TranslationState.DRAFT)
    translation: Translation | None = rows.filter(language=language).first()
    return translation


def behind_working_copy(practice: Practice, rows: Iterable[Translation]) -> set[int]:
    """Which of these translations of its working copy translate texts that have changed there, or are gone."""
    return {
        row.pk
        for row in rows
        if row.originals is not None
        and carry_texts(row.originals, practice.draft.content, row.content).outdated
    }


def exported_translations(
    actor: Actor, practice: Practice, version: Version | None
) -> list[tuple[str, dict[str, Any]]]:
    """By language what a version says in others, or the working copy while there is none.

    What only earlier readers see is left out: an export bears the label of the practice.
    """
    state = TranslationState.DRAFT if version is None else TranslationState.SHARED
    rows = translations_of(actor, practice).filter(state=state, earlier_readers__isnull=True)
    content = practice.draft.content if version is None else version.content
    texts_by_language = {
        row.language: (
            carry_texts(row.originals, content, row.content)
            if version is None
            else texts_for(actor, row, version)
        ).texts
        for row in rows.exclude(language=practice.language).order_by("language")
    }
    return [
        (language, in_field_order(in_other_words(content, texts)))
        for language, texts in texts_by_language.items()
        if texts
    ]


def waiting_translations(actor: Actor) -> Any:
    """What waits for the secretariat, the oldest first."""
    rows = Translation.objects.visible_to(actor).filter(state=TranslationState.IN_MODERATION)
    return rows.select_related("practice__organisation", "person", "organisation").order_by(
        "offered_at", "pk"
    )

"""Translations of practices, as the actor may see them, and how far behind each is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from portal.kernel.access import Actor, can
from portal.kernel.text import LANGUAGES
from practices.enums import PracticeState, TranslationState
from practices.models import Practice, Translation, Version
from practices.translated_texts import CarriedTexts, carry_over


def shared_translation(actor: Actor, practice: Practice, language: str) -> Translation | None:
    """What readers read in this language; None where there is none, or it is the practice's own.

    Nor is one of a version that the reader does not see: of a practice that was opened twice there may be some.
    """
    if language == practice.language:
        return None
    versions = Version.objects.visible_to(actor).filter(practice=practice)
    rows = Translation.objects.visible_to(actor).filter(
        practice=practice,
        language=language,
        state=TranslationState.SHARED,
        version_number__in=versions.values("number"),
    )
    translation: Translation | None = rows.select_related("person", "organisation").first()
    return translation


def texts_for(actor: Actor, translation: Translation, version: Version) -> CarriedTexts:
    """Its texts by their names in this version: of another one, if the actor sees it, those of the same originals."""
    if translation.version_number == version.number:
        return CarriedTexts(translation.content)
    rows = Version.objects.visible_to(actor).filter(practice=translation.practice_id)
    before = rows.filter(number=translation.version_number).first()
    if before is None:
        return CarriedTexts({})
    return carry_over(before.content, version.content, translation.content)


def translations_of(actor: Actor, practice: Practice) -> Any:
    """All that are read or wait, the newest first."""
    states = (TranslationState.SHARED, TranslationState.OFFERED, TranslationState.IN_MODERATION)
    rows = Translation.objects.visible_to(actor).filter(practice=practice, state__in=states)
    return rows.select_related("person", "organisation")


def languages_to_offer(actor: Actor, practice: Practice) -> list[str]:
    """The languages into which the actor may translate it now."""
    if practice.state != PracticeState.SHARED or not can(actor, "translation.offer", practice):
        return []
    return [code for code in LANGUAGES if code != practice.language]


def languages_of(actor: Actor, practice_ids: Iterable[int]) -> Mapping[int, list[str]]:
    """By practice, into which languages it has been translated. One query."""
    rows = Translation.objects.visible_to(actor).filter(
        practice__in=list(practice_ids), state=TranslationState.SHARED
    )
    languages: dict[int, list[str]] = defaultdict(list)
    for practice_id, language in rows.order_by("language").values_list("practice_id", "language"):
        languages[practice_id].append(language)
    return languages


def waiting_translations(actor: Actor) -> Any:
    """What waits for the secretariat, the oldest first."""
    rows = Translation.objects.visible_to(actor).filter(state=TranslationState.IN_MODERATION)
    return rows.select_related("practice__organisation", "person", "organisation").order_by(
        "offered_at", "pk"
    )

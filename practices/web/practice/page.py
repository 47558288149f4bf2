"""A practice on a page, with what several parts of the page ask for: each is read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.kernel.access import Actor
from portal.kernel.text import reader_language
from practices.enums import OPENABLE_LABELS
from practices.models import Draft, Opening, Practice, Translation, Version
from practices.queries.openings import last_opening
from practices.queries.practices import is_writer, latest_version, working_copy
from practices.queries.results import NamedEffect, named_effects
from practices.queries.translations import shared_translation, texts_for
from practices.translated_texts import in_other_words, with_languages


@dataclass(frozen=True)
class PracticePage:
    """A practice that the actor sees."""

    actor: Actor
    practice: Practice

    @cached_property
    def latest(self) -> Version | None:
        """What it says now."""
        return latest_version(self.actor, self.practice)

    @cached_property
    def versions(self) -> list[Version]:
        """What it has said so far, the latest first."""
        return list(Version.objects.visible_to(self.actor).filter(practice=self.practice))

    @cached_property
    def opening(self) -> Opening | None:
        """The last proposal to open it to the community, for those who write it."""
        if self.practice.label not in OPENABLE_LABELS or not is_writer(self.actor, self.practice):
            return None
        return last_opening(self.actor, self.practice)

    @cached_property
    def draft(self) -> Draft | None:
        """The working copy, for those who write it or decide about it."""
        return working_copy(self.actor, self.practice)

    @cached_property
    def translation(self) -> Translation | None:
        """What its readers read in the language of this one, if it is another than the practice's."""
        return shared_translation(self.actor, self.practice, reader_language()) if self.latest else None

    @cached_property
    def translated_texts(self) -> Mapping[str, str]:
        """The texts of the translation, by their names in the latest version."""
        if self.translation is None or self.latest is None:
            return {}
        return texts_for(self.actor, self.translation, self.latest).texts

    @cached_property
    def translated_content(self) -> dict[str, Any]:
        """What it says now, in the reader's language as far as it has been translated."""
        return in_other_words(self.latest.content, self.translated_texts) if self.latest else {}

    @cached_property
    def written_content(self) -> dict[str, Any]:
        """The same, each text knowing its language."""
        if self.latest is None:
            return {}
        language = self.translation.language if self.translation else ""
        return with_languages(
            self.translated_content, self.practice.language, self.translated_texts, language
        )

    @cached_property
    def effects(self) -> list[NamedEffect]:
        """What it measures itself, in the words of its original, by which results are compared."""
        return named_effects(self.latest.content) if self.latest else []

    @cached_property
    def translated_effects(self) -> dict[str, NamedEffect]:
        """The same in the reader's words, each text with its language, by the digest of the original."""
        if self.latest is None:
            return {}
        original = [NamedEffect.of(row) for row in self.latest.content.get("effects", [])]
        translated = [NamedEffect.of(row) for row in self.written_content.get("effects", [])]
        return dict(zip((effect.digest for effect in original), translated, strict=True))

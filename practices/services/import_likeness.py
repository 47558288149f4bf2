"""Whether a practice that comes in is there already: by the digest of what it says, or by nearly all of its words."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.kernel.access import Actor, can
from portal.kernel.publishing import canonical
from practices.content import in_field_order
from practices.enums import WRITABLE_STATES
from practices.fields import FIELDS
from practices.models import Draft, Practice, Version
from practices.queries.library import title_candidates
from practices.services.search_documents import texts_of

_LIKE = 0.8  # of the words of the longer one
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Twin:
    """A practice that says the same, or nearly: of a hundred words, so many are in both."""

    key: str
    title: str
    label: str
    version: int
    is_own: bool
    is_same: bool
    percent: int
    draft: int | None

    def as_report(self) -> dict[str, Any]:
        return {
            "practice": self.key,
            "title": self.title,
            "version": self.version,
            "is_own": self.is_own,
            "is_same": self.is_same,
            "percent": self.percent,
        }


class LikenessFinder:
    """Looks among the practices that one person may read; one for an import."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def find(self, content: Mapping[str, Any]) -> Twin | None:
        """The practice that is most like this content; none that is not very like it."""
        digest, words = hashlib.sha256(canonical(dict(content))).hexdigest(), _words(content)
        ranked = [
            (_likeness(words, _words(text)), practice, text, version)
            for practice, text, version in self._candidates(content, digest)
        ]
        likeness, practice, text, version = max(ranked, key=lambda row: row[0], default=(0.0, None, {}, 0))
        if practice is None or likeness < _LIKE:
            return None
        is_own = can(self._actor, "practice.edit", practice) and practice.state in WRITABLE_STATES
        draft = Draft.objects.visible_to(self._actor).filter(practice=practice).first() if is_own else None
        return Twin(
            str(practice.key),
            str(text.get("title", "")),
            practice.label,
            version,
            is_own,
            in_field_order(text) == in_field_order(content),
            round(likeness * 100),
            draft.version if draft else None,
        )

    def _candidates(
        self, content: Mapping[str, Any], digest: str
    ) -> list[tuple[Practice, Mapping[str, Any], int]]:
        """Versions of this digest, the newest ones of alike titles, and one's own working copies of this title."""
        actor = self._actor
        ids = title_candidates(actor, str(content.get("title", "")))
        versions: Any = Version.objects.visible_to(actor).select_related("practice")
        newest = versions.filter(practice__in=ids).order_by("practice_id", "-number").distinct("practice_id")
        same = versions.filter(sha256=digest).order_by("-pk")[:1]
        drafts: Any = Draft.objects.visible_to(actor).filter(content__title=content.get("title", ""))
        return [
            *((row.practice, row.content, row.number) for row in (*same, *newest)),
            *((row.practice, row.content, 0) for row in drafts.select_related("practice")[:5]),
        ]


def _words(content: Mapping[str, Any]) -> Counter[str]:
    texts = [text for each in FIELDS for text in texts_of(each.field_type, content.get(each.key))]
    return Counter(_WORD.findall(" ".join(texts).casefold()))


def _likeness(first: Counter[str], second: Counter[str]) -> float:
    longest = max(first.total(), second.total())
    return (first & second).total() / longest if longest else 0.0

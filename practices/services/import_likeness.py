"""Whether a practice that comes in is there already: by what its file states, by its bytes, by nearly all its words.

Of a practice only those fields count of which the file says something: kind, harms, summary, licence and the like are
what its people added, and make it no other practice.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.kernel.access import Actor, can
from portal.kernel.publishing import canonical
from practices.content import in_field_order
from practices.enums import WRITABLE_STATES, ImportOutcome, PracticeState
from practices.fields import FIELDS
from practices.models import Draft, ImportedFile, Practice, Version
from practices.queries.library import title_candidates
from practices.services.search_documents import texts_of

_LIKE = 0.8  # of the words of the longer one
_MOST_DRAFTS, _MOST_EARLIER = 5, 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Twin:
    """A practice that says the same, or nearly: of a hundred words, so many are in both.

    `is_same_file`: it came from these very bytes, whatever was written into it since.
    """

    key: str
    title: str
    version: int
    is_own: bool
    is_same: bool
    is_same_file: bool
    percent: int
    draft: int | None

    def as_report(self) -> dict[str, Any]:
        return {
            "practice": self.key,
            "title": self.title,
            "version": self.version,
            "is_own": self.is_own,
            "is_same": self.is_same,
            "is_same_file": self.is_same_file,
            "percent": self.percent,
        }


@dataclass(frozen=True, slots=True)
class TwinFile:
    """The same of another file of the import, which came before."""

    position: int
    is_same: bool
    percent: int

    def as_report(self) -> dict[str, Any]:
        return {"position": self.position, "is_same": self.is_same, "percent": self.percent}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A practice to compare with: what it says, in which version (0 for a working copy)."""

    practice: Practice
    text: Mapping[str, Any]
    version: int
    is_same_file: bool = False


class LikenessFinder:
    """Looks among the practices that one person may read, and the policies that it was asked of; one for an import."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._files: list[tuple[int, Mapping[str, Any], Counter[str]]] = []

    def find(self, content: Mapping[str, Any], sha256: str) -> Twin | None:
        """The practice that came from these bytes or is most like this content; none that is not very like it."""
        words = _words(content)
        ranked = [
            (each.is_same_file or _says_all(each.text, content), _likeness(words, each.text, content), each)
            for each in self._candidates(content, sha256)
        ]
        own = self._actor.tenant_id
        is_same, likeness, best = max(
            ranked,
            key=lambda row: (row[0], row[1], row[2].practice.organisation_id == own),
            default=(False, 0.0, None),
        )
        if best is None or not (is_same or likeness >= _LIKE):
            return None
        practice = best.practice
        is_own = can(self._actor, "practice.edit", practice) and practice.state in WRITABLE_STATES
        draft = Draft.objects.visible_to(self._actor).filter(practice=practice).first() if is_own else None
        return Twin(
            str(practice.key),
            str(best.text.get("title", "")),
            best.version,
            is_own,
            is_same,
            best.is_same_file,
            _percent(likeness, is_same=is_same),
            draft.version if draft else None,
        )

    def find_file(self, position: int, content: Mapping[str, Any]) -> TwinFile | None:
        """The earlier file of this import that is most like this one, which later ones are compared with too."""
        words = _words(content)
        ranked = [
            (
                in_field_order(earlier) == in_field_order(content),
                _overlap(words, earlier_words),
                earlier_position,
            )
            for earlier_position, earlier, earlier_words in self._files
        ]
        self._files.append((position, content, words))
        is_same, likeness, best = max(ranked, key=lambda row: row[:2], default=(False, 0.0, 0))
        is_like = is_same or likeness >= _LIKE
        return TwinFile(best, is_same, _percent(likeness, is_same=is_same)) if is_like else None

    def _candidates(self, content: Mapping[str, Any], sha256: str) -> list[_Candidate]:
        """Versions of this digest, what came from these bytes, newest versions of alike titles, own working copies."""
        actor, title = self._actor, str(content.get("title", ""))
        versions: Any = Version.objects.visible_to(actor).select_related("practice")
        newest = versions.order_by("practice_id", "-number").distinct("practice_id")
        drafts: Any = Draft.objects.visible_to(actor).select_related("practice")
        earlier = self._earlier_practices(sha256)
        titled = drafts.filter(content__title=title).order_by("-pk")[:_MOST_DRAFTS]
        digest = hashlib.sha256(canonical(dict(content))).hexdigest()
        rows = (
            *versions.filter(sha256=digest).order_by("-pk")[:1],
            *newest.filter(practice__in={*title_candidates(actor, title), *earlier}),
            *(drafts.filter(practice__in=earlier) if earlier else ()),
            *titled,
        )
        return [
            _Candidate(row.practice, row.content, getattr(row, "number", 0), row.practice_id in earlier)
            for row in rows
        ]

    def _earlier_practices(self, sha256: str) -> set[int]:
        """Those that came from a file with these bytes, in an import of this person."""
        rows: Any = ImportedFile.objects.visible_to(self._actor).filter(
            sha256=sha256, outcome__in=(ImportOutcome.DRAFTED, ImportOutcome.EDITED), practice__isnull=False
        )
        ids = list(rows.order_by("-pk").values_list("practice_id", flat=True)[:_MOST_EARLIER])
        if not ids:
            return set()
        practices: Any = Practice.objects.visible_to(self._actor).filter(pk__in=ids)
        return set(practices.exclude(state=PracticeState.RECALLED).values_list("pk", flat=True))


def says_alike(text: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """Whether nearly all words of what both state are the same."""
    return _says_all(text, content) or _likeness(_words(content), text, content) >= _LIKE


def _says_all(text: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """Whether the practice says all that the file says, in the same words."""
    stated = in_field_order(content)
    return stated == in_field_order({key: text[key] for key in stated if key in text})


def _likeness(words: Counter[str], text: Mapping[str, Any], content: Mapping[str, Any]) -> float:
    return _overlap(words, _words({key: text[key] for key in content if key in text}))


def _words(content: Mapping[str, Any]) -> Counter[str]:
    texts = [text for each in FIELDS for text in texts_of(each.field_type, content.get(each.key))]
    return Counter(_words_in(texts))


def _percent(likeness: float, *, is_same: bool) -> int:
    """Of a hundred words; what differs in anything never has all of them."""
    return 100 if is_same else min(99, round(likeness * 100))


def _words_in(texts: Iterable[str]) -> list[str]:
    return _WORD.findall(" ".join(texts).casefold())


def _overlap(first: Counter[str], second: Counter[str]) -> float:
    longest = max(first.total(), second.total())
    if not longest or min(first.total(), second.total()) < _LIKE * longest:
        return 0.0
    return (first & second).total() / longest

"""Readers who leave a trace: they open a practice, follow it, say one word about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from alliance.demo.files import Record
from practices.demo.stage import Stage, When
from practices.enums import ReactionKind
from practices.services.following import follow
from practices.services.reactions import react_to_practice

# how soon somebody says such a word, in days after the practice was shared
_SOON = {
    ReactionKind.WANT: 2,
    ReactionKind.SEEN: 5,
    ReactionKind.WORKS: 60,
    ReactionKind.OUTDATED: 75,
}


@dataclass
class Readership:
    """Everybody who comes to one practice."""

    stage: Stage
    slug: str
    record: Record

    def schedule(self) -> None:
        """One visit of each person: sooner to follow it, later to say that it works."""
        for place, person in enumerate(dict.fromkeys((*self._followers, *self._words, *self._openers))):
            words = self._words.get(person, [])
            days = max((_SOON[ReactionKind(word)] for word in words), default=1) + 2 * place
            self.stage.add(self._after(person, days), self.visit, person, words)

    @property
    def _followers(self) -> Sequence[str]:
        return self.record.get("followers", [])

    @property
    def _openers(self) -> Sequence[str]:
        return self.record.get("openings", [])

    @cached_property
    def _words(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for kind, people in self.record.get("reactions", {}).items():
            for person in people:
                found.setdefault(person, []).append(kind)
        return found

    def _after(self, person: str, days: int) -> datetime:
        """So many days after this person could first read it; the present at the latest."""
        readable = self.stage.when_here(person, self.stage.moment(self._readable(person), 13))
        return min(readable + timedelta(days=days), self.stage.calendar.present)

    def _readable(self, person: str) -> When:
        """When it was shared, or when this person's organisation was added to its readers."""
        home = self.stage.home(person)
        if home not in self.record.get("readers", {}).get("organisations", []):
            for change in self.record.get("readers_later", []):
                if home in change["readers"]["organisations"]:
                    return change["day"]
        return self.record["released"]

    def visit(self, person: str, words: Sequence[str]) -> None:
        with self.stage.acting(person) as actor:
            practice = self.stage.opened(self.slug, actor)
            for word in words:
                react_to_practice(actor, practice, word)
            if person in self._followers:
                follow(actor, practice)

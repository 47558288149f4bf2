"""Readers of a practice: they open it, follow it, and react to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from alliance.demo.files import Record
from practices.demo.context import DayOrDaysAgo, DemoContext
from practices.enums import ReactionKind
from practices.services.following import follow
from practices.services.reactions import react_to_practice

# How soon somebody says such a word, in days after the practice was shared.
DAYS_UNTIL_REACTION = {
    ReactionKind.WANT: 2,
    ReactionKind.THANKS: 3,
    ReactionKind.SEEN: 5,
    ReactionKind.THANKS: 8,
    ReactionKind.WORKS: 60,
    ReactionKind.OUTDATED: 75,
}


@dataclass
class PracticeVisits:
    """Everybody who comes to one practice."""

    context: DemoContext
    slug: str
    record: Record

    def schedule(self) -> None:
        """One visit of each person: sooner to follow it, later to say that it works."""
        for place, person in enumerate(dict.fromkeys((*self._followers, *self._reactions, *self._visitors))):
            reactions = self._reactions.get(person, [])
            days = (
                max((DAYS_UNTIL_REACTION[ReactionKind(reaction)] for reaction in reactions), default=1)
                + 2 * place
            )
            # so many days after this person could first read it; the present at the latest
            readable = self.context.when_present(
                person, self.context.moment(self._readable_since(person), 13)
            )
            self.context.add(
                min(readable + timedelta(days=days), self.context.calendar.present),
                self.visit,
                person,
                reactions,
            )

    @property
    def _followers(self) -> Sequence[str]:
        return self.record.get("followers", [])

    @property
    def _visitors(self) -> Sequence[str]:
        return self.record.get("accesses", [])

    @cached_property
    def _reactions(self) -> Mapping[str, list[str]]:
        kinds_by_person: dict[str, list[str]] = {}
        for kind, people in self.record.get("reactions", {}).items():
            for person in people:
                kinds_by_person.setdefault(person, []).append(kind)
        return kinds_by_person

    def _readable_since(self, person: str) -> DayOrDaysAgo:
        """When it was shared, or when this person's organisation was added to its readers."""
        home = self.context.home_organisation(person)
        if home not in self.record.get("readers", {}).get("organisations", []):
            for change in self.record.get("readers_later", []):
                if home in change["readers"]["organisations"]:
                    return change["day"]
        return self.record["released"]

    def visit(self, person: str, reactions: Sequence[str]) -> None:
        with self.context.acting(person) as actor:
            practice = self.context.open_practice(self.slug, actor)
            for reaction in reactions:
                react_to_practice(actor, practice, reaction)
            if person in self._followers:
                follow(actor, practice)

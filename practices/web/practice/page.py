"""A practice on a page, with what several parts of the page ask for: each is read once."""

from dataclasses import dataclass
from functools import cached_property

from portal.kernel.access import Actor
from practices.models import Draft, Practice, Version
from practices.queries.practices import latest_version, working_copy


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
    def draft(self) -> Draft | None:
        """The working copy, for those who write it or decide about it."""
        return working_copy(self.actor, self.practice)

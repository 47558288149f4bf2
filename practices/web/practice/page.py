"""A practice on a page, with what several parts of the page ask for: each is read once."""

from dataclasses import dataclass
from functools import cached_property

from portal.kernel.access import Actor
from practices.enums import OPENABLE_LABELS
from practices.models import Draft, Opening, Practice, Version
from practices.queries.openings import last_opening
from practices.queries.practices import is_writer, latest_version, working_copy


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
    def opening(self) -> Opening | None:
        """The last proposal to open it to the community, for those who write it."""
        if self.practice.label not in OPENABLE_LABELS or not is_writer(self.actor, self.practice):
            return None
        return last_opening(self.actor, self.practice)

    @cached_property
    def draft(self) -> Draft | None:
        """The working copy, for those who write it or decide about it."""
        return working_copy(self.actor, self.practice)

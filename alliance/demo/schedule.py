"""Acts in the order of their moments, from all chapters."""

from dataclasses import dataclass, field
from datetime import datetime

from alliance.demo.files import Act
from portal.kernel import clock


@dataclass
class Schedule:
    """Collects acts with their moments and runs them from the first to the last, each at its moment."""

    acts: list[tuple[datetime, Act]] = field(default_factory=list)

    def add(self, moment: datetime, act: Act) -> None:
        self.acts.append((moment, act))

    def run(self) -> None:
        """Do everything that was added; acts of one moment keep the order in which they were added."""
        for moment, act in sorted(self.acts, key=lambda pair: pair[0]):
            with clock.at(moment):
                act()
        self.acts.clear()

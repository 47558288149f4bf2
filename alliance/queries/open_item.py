"""One open matter between a member and the secretariat: the form that every kind of them has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from alliance.enums import WaitsFor
from alliance.queries.local_dates import today

MAX_OF_A_KIND = 100  # rows that are read of each kind


@dataclass(frozen=True, slots=True)
class OpenItemAct:
    """What can be done about it at once: the page of that act."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One open matter: what it is, where it is dealt with, until when, and who has to act next."""

    kind: Promise
    kinds: Promise  # several of them
    icon: str
    title: str
    url: str
    waits_for: WaitsFor
    due_on: date | None = None
    since: date | None = None  # since when it waits
    context: Sequence[str] = ()
    language: str = ""  # of a title in the words of people
    acts: Sequence[OpenItemAct] = ()
    stage: str = ""  # of a report: draft, unsigned, returned, filed or concluded
    third_party: str = ""  # by name: whose turn it is, where it is neither side's
    absence: str = ""  # why it waits for nobody, where nobody of the member can act

    @property
    def days_left(self) -> int | None:
        """Until its day; negative once that has passed."""
        return (self.due_on - today()).days if self.due_on else None

    @property
    def is_overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def days_overdue(self) -> int:
        return max(0, -(self.days_left or 0))

    @property
    def waits_for_us(self) -> bool:
        return self.waits_for == WaitsFor.SECRETARIAT

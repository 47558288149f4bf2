"""Changes of anything whose versions are kept: what one person wrote in one go, with what stood there before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.utils.functional import Promise

from alliance.models import Person
from portal.kernel.text import DiffMark, DiffPiece, compare_words, shorten_unchanged

# What one person saves within this time of the first, by the autosave above all, is one change.
_ONE_SITTING = timedelta(minutes=10)


class VersionMark(NamedTuple):
    """One version without what was written: its number, when and by whom (their id), whether it emptied the place.

    `is_loss`: it took away what stood there, an answer or most of a text, which has to be found again.
    """

    number: int
    at: datetime
    writer: int | None
    is_emptied: bool = False
    is_loss: bool = False


class Sitting(NamedTuple):
    """What one person wrote in one go: from the version before it, 0 for none, to its last one."""

    before: int
    last: int


def group_sittings(marks: Sequence[VersionMark]) -> list[Sitting]:
    """The changes that these versions make, the latest first; the versions come with the first one first."""
    sittings: list[list[VersionMark]] = []
    for mark in marks:
        if sittings and _belongs_to(sittings[-1], mark):
            sittings[-1].append(mark)
        else:
            sittings.append([mark])
    numbers = [0, *(sitting[-1].number for sitting in sittings)]
    return [Sitting(before, last) for before, last in pairwise(numbers)][::-1]


def takes_most_away(length: int | None, before: int | None) -> bool:
    """Whether a text of this length has lost more than half of the one before it."""
    return 2 * (length or 0) < (before or 0)


def _belongs_to(sitting: Sequence[VersionMark], mark: VersionMark) -> bool:
    first = sitting[0]
    is_one_person = mark.writer == first.writer and mark.writer is not None
    is_one_kind = not mark.is_emptied and not first.is_emptied and not mark.is_loss
    return is_one_person and is_one_kind and mark.at - first.at <= _ONE_SITTING


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value before and after, in words; a text is compared word by word."""

    label: str | Promise
    before: str = ""
    after: str = ""
    pieces: Sequence[DiffPiece] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One change: by whom, when, and to what. `number` names the version that one can go back to."""

    number: int
    at: datetime
    writer: Person | None
    changes: Sequence[ValueChange] = ()
    is_emptied: bool = False
    is_carried_over: bool = False
    is_confirmation: bool = False
    is_by_portal: bool = False
    is_renewal: bool = False  # carried over anew by the portal, or emptied where nothing is any more
    has_other_readers: bool = False  # than what stands there now
    # of evidence: what it is about; why it cannot come back, "" where it can
    title: str = ""
    is_added: bool = False
    is_removed: bool = False
    obstacle: str = ""


def compare_texts(label: str | Promise, old: str, new: str) -> Iterator[ValueChange]:
    """The change of a text, word by word; a first one as a whole, nothing where both are the same."""
    if old != new:
        pieces = shorten_unchanged(compare_words(old, new))
        is_whole = all(piece.mark != DiffMark.REMOVED for piece in pieces) and not old
        yield ValueChange(label, pieces=[DiffPiece(new, DiffMark.SAME)] if is_whole else pieces)

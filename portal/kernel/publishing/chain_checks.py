"""The regular check of the record: the chain of publications is computed again, and bytes are compared with digests.

All links are computed each time, which is 64 characters for each publication; of the bytes a part is read, in turn.
What the check remembers shows, too, that publications at the end are missing, or that the whole chain was made anew;
and whoever asks for one link need not compute all before it again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import structlog
from django.db import connection
from django.db.models import Max
from django.db.models.functions import Now

from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, enqueue, handles
from portal.kernel.publishing.chain import (
    FIRST_LINK,
    PART,
    Entry,
    first_broken_link,
    part_of_chain,
    publication_chain,
)
from portal.kernel.publishing.models import ChainCheck, Publication
from portal.kernel.publishing.process_cache import cached_for_revision
from portal.kernel.publishing.revision import touch_public_revision

_BODIES = 200  # whose bytes one check reads
_ALTERED = """
SELECT number FROM portal_publication
  WHERE (number > %s AND number <= %s OR number = ANY(%s)) AND encode(sha256(body), 'hex') <> sha256 ORDER BY number
"""

log = structlog.get_logger(__name__)


def enqueue_chain_check() -> None:
    """Queue the check once in each hour. For the schedule."""
    with acting_as(SYSTEM):
        enqueue("check_chain", key=f"check_chain:{clock.database_now():%Y-%m-%dT%H}", payload={})


@handles("check_chain")
def check_chain_job(claim: Claim) -> None:
    """The job: check, and record that the chain is broken or that it holds again."""
    with claim.finishing():
        check_chain()


def check_all_publications(
    after: int = 0, progress: Callable[[int, int], object] = lambda number, last: None
) -> tuple[ChainCheck, int, Sequence[int]]:
    """Read the bytes of every publication after the one of a number, then compute the chain again.

    Gives what that came to, how many were read, and the numbers of all that have other bytes. The bytes are read in
    parts, each in a query of its own, for publications never change and others may be made; `progress` is called before
    each, with the number that was come to and the last one.
    """
    last = Publication.objects.aggregate(last=Max("number"))["last"] or 0
    altered: list[int] = []
    for number in range(after, last, _BODIES):
        progress(number, last)
        altered += _all_altered(number, min(number + _BODIES, last))
    with acting_as(SYSTEM):
        return check_chain(suspect=min(altered, default=None)), max(last - after, 0), altered


def check_chain(suspect: int | None = None) -> ChainCheck:
    """Compute the chain again and read the next part of the bytes; one check at a time.

    Publications go on meanwhile: what is checked are those that were there when they were read, which is how the record
    begins, and none of them changes. With a million of them that takes seconds.

    The bytes of `suspect` are read in any case. What changes is journalled, and moves the public revision so that
    every process learns of it.
    """
    ChainCheck.objects.get_or_create(pk=1)
    check = ChainCheck.objects.select_for_update().get(pk=1)
    before = check.broken_at
    read = _EntriesRead(check.number)
    broken_link = first_broken_link(read.passing(publication_chain()))
    suspects = [number for number in (check.broken_at, suspect) if number]
    altered = _altered_among(check.position, check.position + _BODIES, suspects)
    faults = (broken_link, _rewritten(check, read), altered)
    check.broken_at = min((number for number in faults if number), default=None)
    check.checked_at = Now()
    check.position = check.position + _BODIES if check.position + _BODIES < read.count else 0
    if check.broken_at is None:
        check.broken_since = None
        check.number, _sha256, check.link = read.last
    elif before is None:
        check.broken_since = Now()
    check.save()
    if (check.broken_at is None) != (before is None):
        _record_change(check)
    return check


@dataclass
class _EntriesRead:
    """What is remembered of the entries that a check reads and lets go: of a million of them not all fit in memory."""

    known: int  # the number of the last publication that the check before has read
    known_link: str = ""  # the link that it has by now
    count: int = 0
    last: Entry = (0, "", "")

    def passing(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries, noted one after the other; those behind the one at which a reader stops as well."""
        rest = iter(entries)
        try:
            for entry in rest:
                self._note(entry)
                yield entry
        finally:
            for entry in rest:
                self._note(entry)

    def _note(self, entry: Entry) -> None:
        self.count += 1
        self.last = entry
        if self.count == self.known:
            self.known_link = entry[2]


def _rewritten(check: ChainCheck, read: _EntriesRead) -> int | None:
    """The first publication that is missing at the end; or the last known one, where it has another link."""
    if read.count < check.number:
        return read.count + 1
    return check.number if check.number and read.known_link != check.link else None


def holds_up_to(number: int) -> bool:
    """Whether the publications up to this one follow from those before them.

    Computed anew are those of its part of ten thousand, and what no check has come to; whether the parts before hold
    the last check says, of at most an hour ago. Two queries, of as many rows in a long record as in a short one.
    """
    check = last_chain_check()
    if check and check.broken_at and check.broken_at <= number:
        return False
    begin = min((number - 1) // PART * PART, check.number if check else 0)
    entries = part_of_chain(max(begin - 1, 0), number)
    before = entries.pop(0) if begin else (0, "", FIRST_LINK)
    return first_broken_link(entries, (before[0], before[2])) is None


def _altered_among(after: int, until: int, others: Sequence[int] = ()) -> int | None:
    """The first publication whose bytes have another digest: of those after `after` until `until`, and of others."""
    return next(iter(_all_altered(after, until, others)), None)


def _all_altered(after: int, until: int, others: Sequence[int] = ()) -> Sequence[int]:
    with connection.cursor() as cursor:
        cursor.execute(_ALTERED, [after, until, list(others)])
        return [number for (number,) in cursor.fetchall()]


def _record_change(check: ChainCheck) -> None:
    if check.broken_at is None:
        journal.record(SYSTEM, "chain.hold", check)
    else:
        log.error("chain_is_broken", number=check.broken_at)
        journal.record(SYSTEM, "chain.break", check, number=check.broken_at)
    touch_public_revision()


def last_chain_check() -> ChainCheck | None:
    """What the last check has come to; None before the first. One query."""
    return ChainCheck.objects.first()


@cached_for_revision
def broken_publication() -> int | None:
    """The number of the first publication that does not hold; at most a second old. No query but the first."""
    check = last_chain_check()
    return check.broken_at if check else None

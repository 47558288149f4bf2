"""The public chronicle of a member as lines of a ledger."""

from collections.abc import Iterable

from alliance.models import TimelineEntry
from alliance.queries.public.wording import kind_of
from alliance.web.public.ledgers import Entry, entry_of


def lines_of(entries: Iterable[TimelineEntry]) -> list[Entry]:
    """Each line leads to the publication that it tells of."""
    return [_line(entry) for entry in entries]


def _line(entry: TimelineEntry) -> Entry:
    reason = str(entry.detail.get("reason") or "")
    return entry_of(entry.at, kind_of(entry.kind), entry.title, entry.valid_from, reason)

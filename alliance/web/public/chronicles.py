"""The public chronicle of a member as lines of a ledger."""

from collections.abc import Iterable

from django.urls import reverse

from alliance.models import TimelineEntry
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import kind_of
from alliance.web.public.ledgers import Entry


def lines_of(entries: Iterable[TimelineEntry]) -> list[Entry]:
    """Each line leads to the publication that it tells of."""
    return [_line(entry) for entry in entries]


def _line(entry: TimelineEntry) -> Entry:
    word, tone = kind_of(entry.kind)
    return Entry(
        at=entry.at,
        kind_word=word,
        tone=tone,
        title=in_reader_language(entry.title),
        url=reverse("public:publication", args=[entry.valid_from]),
        number=entry.valid_from,
        text=str(entry.detail.get("reason") or ""),
    )

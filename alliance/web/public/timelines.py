"""The public timeline of a member as rows of publications."""

from collections.abc import Iterable

from alliance.models import TimelineEntry
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import kind_of
from alliance.web.public.publication_rows import PublicationRow, publication_row


def timeline_rows(entries: Iterable[TimelineEntry]) -> list[PublicationRow]:
    """Each entry links to its publication."""
    return [
        publication_row(
            entry.at,
            kind_of(entry.kind),
            entry.title,
            entry.valid_from,
            str(entry.detail.get("reason") or in_reader_language(entry.detail.get("reasons") or {})),
        )
        for entry in entries
    ]

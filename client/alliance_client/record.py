"""The public record: publications, and what becomes public, from a place on."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from alliance_client.decoding import decode
from alliance_client.errors import NotFound, Refused, Unreadable
from alliance_client.models import Change, ChangeFeed, Changes, Publication, in_language
from alliance_client.portal import PAGE, Portal
from alliance_client.transport import API
from alliance_client.words import say

_PUBLICATIONS = f"{API}publications/"
_CHANGES = f"{API}changes/"


class PublicRecord(Portal):
    """The record that everybody may read."""

    _has_feed = True  # until the portal says that it has none

    def publications(self) -> Iterator[Publication]:
        """The public record, highest number first."""
        return (decode(Publication, row) for row in self.transport.read_all(_PUBLICATIONS, limit=PAGE))

    def publication(self, number: int) -> Publication:
        """One publication, with its attachments."""
        return decode(Publication, self.transport.read(f"{_PUBLICATIONS}{number}/"))

    def fetch_publication(self, publication: Publication, path: Path, *, overwrite: bool = False) -> Path:
        """The exact bytes that were published, as their digest says."""
        return self._fetch(publication.body, path, publication.sha256, overwrite=overwrite)

    def changes(self, since: str = "") -> Changes:
        """What has become public since this cursor, oldest first; `has_more` says that the next page is there already.

        Without a cursor nothing, and the cursor of now; with `0` everything. Where the portal has no feed of changes
        yet, its list of publications says the same.
        """
        number = _number_of(since)
        if self._has_feed and (number == 0 or "-" in since):
            try:
                return self._feed_since(since)
            except (NotFound, Refused) as refusal:
                if refusal.slug == "cursor-unknown":
                    raise
                self._has_feed = False
        return self._published_since(number)

    def _feed_since(self, cursor: str) -> Changes:
        page = decode(ChangeFeed, self.transport.read(_CHANGES, since=cursor, limit=PAGE))
        rows = tuple(
            self._change_of(row.publication, figures_given=row.figures_given, figures_ended=row.figures_ended)
            for row in page.results
        )
        return Changes(rows=rows, cursor=page.cursor, has_more=page.has_more)

    def _published_since(self, number: int | None) -> Changes:
        """By the list of publications, latest first; with None the place of the latest alone."""
        new: list[Publication] = []
        for publication in self.publications():
            if number is None:
                return Changes(cursor=publication.place)
            if publication.number <= number:
                break
            new.append(publication)
        rows = tuple(self._change_of(publication) for publication in reversed(new))
        return Changes(rows=rows, cursor=rows[-1].cursor if rows else str(number or 0))

    def _change_of(self, publication: Publication, **counts: int) -> Change:
        return Change(
            cursor=publication.place,
            at=publication.published_at,
            kind=publication.type,
            title=in_language(publication.title, self.language),
            url=publication.page or publication.body,
            number=publication.number,
            record=publication.record,
            sha256=publication.sha256,
            **counts,
        )

    def follow(
        self, since: str = "", *, every: float = 60.0, sleep: Callable[[float], None] = time.sleep
    ) -> Iterator[Changes]:
        """What becomes public, page by page, for as long as somebody listens: store the cursor of each.

        When there is nothing more, the portal is asked again after `every` seconds.
        """
        page = self.changes(since)
        while True:
            yield page
            if not page.has_more:
                sleep(every)
            page = self.changes(page.cursor)


def _number_of(cursor: str) -> int | None:
    """The number of the publication at this place; None for no place."""
    if not cursor:
        return None
    number, dash, mark = cursor.partition("-")
    if not (number.isascii() and number.isdigit()) or (dash and not mark):
        raise Unreadable(
            say("“{cursor}” is no place in the record: use the one that was shown last.", cursor=cursor)
        )
    return int(number)

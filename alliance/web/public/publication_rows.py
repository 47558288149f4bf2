"""Publications as rows of the publication log: a kind, a title, a short summary."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from alliance.queries.local_dates import time_zone
from alliance.queries.public.record import republished_numbers
from alliance.queries.public.summaries import summaries_of_publications
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import excerpt, kind_of
from portal.kernel.publishing import Publication
from portal.kernel.text import format_short_date, probable_language
from portal.kernel.web import address_of


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """One line, as `components/publications.html` takes it."""

    at: datetime
    iso: str  # the moment, for programs
    day: str
    year: str  # long lists show it once
    kind_word: str
    tone: str
    title: str
    url: str
    number: str
    text: str = ""
    language: str = ""  # of the text


def publication_row(
    at: datetime, kind: tuple[str, str], titles: Mapping[str, str], number: int, text: str = ""
) -> PublicationRow:
    """The row of a publication, ready to be rendered: a page has fifty of them. In the alliance's time zone."""
    zone = time_zone()
    local = at.astimezone(zone)
    return PublicationRow(
        at=at,
        iso=local.isoformat(timespec="seconds"),
        day=format_short_date(timezone.localdate(at, zone)),
        year=str(local.year),
        kind_word=kind[0],
        tone=kind[1],
        title=in_reader_language(titles),
        url=address_of("public:publication", number),
        number=str(number),
        text=text,
        language=probable_language(text) if text else "",
    )


def publication_rows(publications: Iterable[Publication]) -> list[PublicationRow]:
    """Rows of the publication log: the titles alone."""
    listed = list(publications)
    republished = republished_numbers(listed)
    return [_row(each, is_republished=each.number in republished) for each in listed]


def described_publication_rows(publications: Sequence[Publication]) -> list[PublicationRow]:
    """Rows of a short list, each with the first words of its summary."""
    summaries = summaries_of_publications(publications, with_points=False)
    republished = republished_numbers(publications)
    return [
        _row(publication, excerpt(summary.text), is_republished=publication.number in republished)
        for publication, summary in zip(publications, summaries, strict=True)
    ]


def _row(publication: Publication, text: str = "", *, is_republished: bool = False) -> PublicationRow:
    kind = kind_of(publication.type, publication.revision, is_republished=is_republished)
    return publication_row(publication.published_at, kind, publication.title, publication.number, text)

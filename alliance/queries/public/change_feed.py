"""The public record as a feed: its publications in their order, with how many figures each of them gave and ended.

Publications are numbered one by one, under a lock that is held until they are stored: whoever has read up to a number
has read all up to it, and what comes later has a higher one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from alliance.models import PublishedFigure
from alliance.queries.public.record import publication_log
from portal.kernel.publishing import Publication
from portal.kernel.text import whole_number

_MARK = 16  # signs of a publication's link in the chain, which say that it is still the same one


@dataclass(frozen=True, slots=True)
class Change:
    """A publication, with how many figures hold since it, and how many do not any more."""

    publication: Publication
    figures_given: int
    figures_ended: int


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the feed: after the publication of this number, whose link of the chain begins so."""

    number: int = 0
    mark: str = ""

    def __str__(self) -> str:
        return f"{self.number}-{self.mark}" if self.number else "0"


def read_position(text: str) -> Position | None:
    """The place that a cursor names; None for what is none. The empty one is the beginning."""
    if text in ("", "0"):
        return Position()
    digits, _dash, mark = text.partition("-")
    number = None if digits.startswith("0") else whole_number(digits, digits=15)
    return Position(number, mark) if number is not None and len(mark) == _MARK else None


def position_of(publication: Publication) -> Position:
    return Position(publication.number, publication.link[:_MARK])


def is_known(position: Position) -> bool:
    """Whether the record has that publication, and it is the one that the cursor was made of. One query."""
    if not position.number:
        return True
    link = publication_log().filter(number=position.number).values_list("link", flat=True).first()
    return link is not None and link.startswith(position.mark)


def changes_after(position: Position, limit: int) -> list[Change]:
    """At most so many changes after that place, lowest number first. Three queries."""
    rows = list(publication_log().filter(number__gt=position.number).order_by("number")[:limit])
    given, ended = (_figure_counts(field, rows) for field in ("valid_from", "valid_to"))
    return [Change(row, given.get(row.number, 0), ended.get(row.number, 0)) for row in rows]


def _figure_counts(field: str, rows: Sequence[Publication]) -> dict[int, int]:
    """By publication: how many figures hold since it, or not any more since it."""
    figures = PublishedFigure.objects.filter(**{f"{field}__in": [row.number for row in rows]})
    return dict(figures.order_by().values_list(field).annotate(count=Count("pk")))

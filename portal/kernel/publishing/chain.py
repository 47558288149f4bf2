"""The chain of publications: each link is made of the link before it and the digest of its own publication.

Whoever keeps one link keeps all publications up to it: none of them can be changed, left out or put in between
without another link coming out.
"""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from portal.kernel.publishing.canonical import digest
from portal.kernel.publishing.models import Publication

FIRST_LINK = "0" * 64  # in the place of the link before the first publication
PART = 10_000  # publications that are read at once, and stand in one file: 1.4 MB

Entry = tuple[int, str, str]  # number, digest, link


def next_link(link: str, sha256: str) -> str:
    """The link after `link`, of the publication with this digest: the SHA-256 of both, as 128 hexadecimal digits."""
    return digest(f"{link}{sha256}".encode("ascii"))


def first_broken_link(entries: Iterable[Entry], after: tuple[int, str] = (0, FIRST_LINK)) -> int | None:
    """The number of the first entry that does not follow from those before it; None: all do.

    The first entry comes `after` the publication of this number and link.
    """
    before, link = after
    for place, (number, sha256, written) in enumerate(entries, before + 1):
        link = next_link(link, sha256)
        if number != place or link != written:
            return place
    return None


def publication_chain() -> Iterator[Entry]:
    """Each publication's entry, from the first to the last. A query for each part, of which one is in memory."""
    last, part = 0, part_of_chain(0, PART)
    while part:
        yield from part
        last = part[-1][0]
        part = part_of_chain(last, last + PART)


def part_of_chain(after: int, up_to: int) -> list[Entry]:
    """The entries of the publications after the one of a number, up to that of another. One query."""
    return list(_entries().filter(number__gt=after, number__lte=up_to))


def _entries() -> QuerySet[Publication, Entry]:
    return Publication.objects.order_by("number").values_list("number", "sha256", "link")

"""The chain of publications: each link is made of the link before it and the digest of its own publication.

Whoever keeps one link keeps all publications up to it: none of them can be changed, left out or put in between
without another link coming out.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.kernel.publishing.canonical import digest
from portal.kernel.publishing.models import Publication

FIRST_LINK = "0" * 64  # in the place of the link before the first publication


def next_link(link: str, sha256: str) -> str:
    """The link after `link`, of the publication with this digest: the SHA-256 of both, as 128 hexadecimal digits."""
    return digest(f"{link}{sha256}".encode("ascii"))


def first_broken_link(entries: Iterable[tuple[int, str, str]]) -> int | None:
    """The number of the first entry (number, digest, link) that does not follow from those before it; None: all do."""
    link = FIRST_LINK
    for place, (number, sha256, written) in enumerate(entries, 1):
        link = next_link(link, sha256)
        if number != place or link != written:
            return place
    return None


def publication_chain() -> list[tuple[int, str, str]]:
    """Number, digest and link of each publication, from the first to the last. One query."""
    return list(_entries())


def part_of_chain(after: int, up_to: int) -> list[tuple[int, str, str]]:
    """Number, digest and link of the publications after the one of a number, up to that of another. One query."""
    return list(_entries().filter(number__gt=after, number__lte=up_to))


def holds_up_to(number: int) -> bool:
    """Whether every publication up to this one follows from those before it; computed anew. One query."""
    return first_broken_link(_entries().filter(number__lte=number).iterator()) is None


def _entries() -> QuerySet[Publication, tuple[int, str, str]]:
    return Publication.objects.order_by("number").values_list("number", "sha256", "link")

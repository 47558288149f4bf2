"""Which public replies are to a verdict as it stood before it was corrected."""

from collections.abc import Iterable, Mapping

from alliance.models import PublishedResponse
from portal.kernel.publishing import Publication


def mark_earlier_replies(
    replies: Iterable[PublishedResponse], corrected_in: Mapping[str, int]
) -> list[PublishedResponse]:
    """The replies of one report; those that were signed before a verdict that they answer was corrected name by what.

    `corrected_in` has by commitment the publication that corrected a verdict last; a reply to all answers each. One
    query, none where no verdict with a reply was corrected.
    """
    rows, last = list(replies), max(corrected_in.values(), default=None)
    mark_replies(
        [(row, corrected_in.get(row.commitment_key) if row.commitment_key else last) for row in rows]
    )
    return rows


def mark_replies(pairs: Iterable[tuple[PublishedResponse, int | None]]) -> None:
    """The same of replies of many reports, each with the last publication that corrected its verdict."""
    numbers = [(reply, number) for reply, number in pairs if number is not None]
    if not numbers:
        return
    rows = Publication.objects.filter(number__in={number for _reply, number in numbers})
    moments = dict(rows.values_list("number", "published_at"))
    for reply, number in numbers:
        if number in moments and reply.signed_at < moments[number]:
            reply.before_correction = number

"""Which public replies hold, which were withdrawn, and which are to a verdict as it stood before it was corrected."""

from collections.abc import Iterable, Mapping

from django.db.models import Exists, OuterRef

from alliance.models import PublishedReport, PublishedResponse, PublishedVerdict
from alliance.validators.corrections import corrected_verdicts_of
from portal.kernel.publishing import ProjectionQuerySet, Publication, read_publication


def mark_earlier_replies(
    replies: Iterable[PublishedResponse], corrected_in: Mapping[str, int]
) -> list[PublishedResponse]:
    """The replies of one report; those that were signed before a verdict that they answer was corrected name by what.

    `corrected_in` has by commitment the publication that corrected a verdict last; a reply to all answers each. One
    query, none where no verdict with a reply was corrected.
    """
    rows = list(replies)
    mark_replies([(row, _last_correction(row, corrected_in)) for row in rows])
    return rows


def divide_replies(
    replies: Iterable[PublishedResponse], number: int | None
) -> tuple[list[PublishedResponse], list[PublishedResponse]]:
    """Of all replies to some reports those that hold after a publication (None: the last one), and those withdrawn.

    Of a withdrawn one that is the row which the withdrawal ended: no other has taken its place by then.
    """
    standing: list[PublishedResponse] = []
    ended: dict[tuple[int, int, str], PublishedResponse] = {}
    for row in sorted(replies, key=lambda row: row.valid_from):
        if number is not None and row.valid_from > number:
            continue
        if row.valid_to is None or (number is not None and row.valid_to > number):
            standing.append(row)
        else:
            ended[_place_of(row)] = row
    present = {_place_of(row) for row in standing}
    return standing, [row for place, row in ended.items() if place not in present]


def _place_of(reply: PublishedResponse) -> tuple[int, int, str]:
    return reply.organisation_id, reply.cycle_id, reply.commitment_key


def replies_before_corrections(replies: ProjectionQuerySet) -> dict[int, int]:
    """Of these current replies of any reports those to an earlier verdict: by reply what corrected that since.

    As the documents of the reports say it, which name verdicts under the keys of the replies, whatever version a report
    answers to. Four queries, and the documents of those reports alone of which a verdict was corrected.
    """
    place = {"organisation_id": OuterRef("organisation_id"), "cycle_id": OuterRef("cycle_id")}
    corrected = PublishedVerdict.objects.current().filter(**place, corrected_in__isnull=False)
    rows = list(replies.filter(Exists(corrected)))
    reports = PublishedReport.objects.current().filter(Exists(corrected))
    numbers = {
        number: (organisation, cycle)
        for number, organisation, cycle in reports.filter(
            organisation__in={row.organisation_id for row in rows}
        ).values_list("valid_from", "organisation_id", "cycle_id")
    }
    corrected_in = {
        numbers[each.number]: corrected_verdicts_of(read_publication(each), each.number)
        for each in Publication.objects.filter(number__in=numbers).iterator()
    }
    mark_replies(
        (row, _last_correction(row, corrected_in.get((row.organisation_id, row.cycle_id), {})))
        for row in rows
    )
    return {row.pk: row.before_correction for row in rows if row.before_correction is not None}


def _last_correction(reply: PublishedResponse, corrected_in: Mapping[str, int]) -> int | None:
    if reply.commitment_key:
        return corrected_in.get(reply.commitment_key)
    return max(corrected_in.values(), default=None)


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

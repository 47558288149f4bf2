"""Targets that fell overdue by the calendar alone: their day was over, and nothing published had decided them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.enums import TargetState
from alliance.models import Organisation, PublishedPledge, PublishedTarget
from alliance.queries.local_dates import day_of, end_of_day, today
from alliance.queries.public.promises import targets_on
from alliance.queries.public.summaries import Summary
from alliance.queries.public.wording import excerpt
from portal.kernel.publishing import Publication
from portal.kernel.text import format_date


@dataclass(frozen=True, slots=True)
class OverdueTarget:
    """A target of a pledge that is public, and the moment at which its day was over."""

    record: UUID
    revision: int  # of the pledge, as it is public now
    number: int
    organisation: Organisation
    due_on: date
    text: str
    at: datetime


def overdue_targets(
    since: datetime, to: datetime, *, member: str = "", commitment: str = ""
) -> list[OverdueTarget]:
    """Those whose day was over after one moment and by another, the latest first; decided since or not.

    Those alone that were public before, so that no publication said it. Three queries.
    """
    days = Q(due_on__range=(day_of(since) - timedelta(days=1), min(day_of(to), today())))
    whose = Q(organisation__slug=member) if member else Q()
    whose &= targets_on(commitment) if commitment else Q()
    rows = PublishedTarget.objects.filter(days, whose, outcome=TargetState.LATE).order_by("-due_on", "pk")
    ends = [(row, row.due_on, end_of_day(row.due_on)) for row in rows if row.due_on]
    ends = [(row, day, at) for row, day, at in ends if since < at <= to]
    if not ends:
        return []
    pledges: dict[UUID, list[PublishedPledge]] = defaultdict(list)
    revisions = PublishedPledge.objects.filter(record__in={row.record for row, _day, _at in ends})
    for pledge in revisions.select_related("organisation"):
        pledges[pledge.record].append(pledge)
    of_targets = [row for row, _day, _at in ends]
    moments = _moments(
        number
        for row in (*of_targets, *chain.from_iterable(pledges.values()))
        for number in (row.valid_from, row.valid_to)
        if number
    )
    targets = []
    for row, day, at in ends:
        now = next((each for each in pledges[row.record] if each.valid_to is None), None)
        # a later revision may have another target in its place
        then = next((each for each in pledges[row.record] if _was_current(each, at, moments)), None)
        text = target_words(then, row.number, day) if then else None
        if now is None or text is None or not _was_current(row, at, moments):
            continue
        targets.append(OverdueTarget(row.record, now.revision, row.number, now.organisation, day, text, at))
    return targets


def target_words(pledge: PublishedPledge, number: int, day: date | None) -> str | None:
    """The words of its target of this number; None where that is due on another day than this."""
    target = pledge.targets[number - 1] if number <= len(pledge.targets) else None
    return target["text"] if target and target["due_on"] == (day.isoformat() if day else None) else None


def _moments(numbers: Iterable[int]) -> dict[int, datetime]:
    rows = Publication.objects.filter(number__in=set(numbers))
    return dict(rows.values_list("number", "published_at"))


def _was_current(row: PublishedTarget | PublishedPledge, at: datetime, moments: dict[int, datetime]) -> bool:
    """Whether the row was public before this moment, and nothing had replaced it by then."""
    begun, ended = moments.get(row.valid_from), moments.get(row.valid_to or 0)
    return (begun is None or begun < at) and (ended is None or ended > at)


def overdue_summaries(
    since: datetime, to: datetime, *, member: str = "", commitment: str = ""
) -> list[Summary]:
    """These targets in short, for feeds and letters."""
    return [
        Summary(
            key=f"overdue:{target.record}:{target.number}:{target.due_on}",
            at=target.at,
            kind=_("Promise overdue"),
            title=_("%(name)s: a promise for %(day)s is overdue")
            % {"name": target.organisation.name, "day": format_date(target.due_on)},
            url=f"{reverse('public:member', args=[target.organisation.slug])}#pledge-{target.record}",
            text=excerpt(target.text),
            entry=f"-{target.number}-{target.due_on}",
        )
        for target in overdue_targets(since, to, member=member, commitment=commitment)
    ]


def with_overdue(
    summaries: list[Summary], most: int, to: datetime, *, member: str = "", commitment: str = ""
) -> list[Summary]:
    """The entries of a feed that has at most so many, with what fell overdue meanwhile, the latest first."""
    begin = summaries[-1].at if len(summaries) >= most else to - timedelta(days=365)
    overdue = overdue_summaries(begin, to, member=member, commitment=commitment)
    return (
        sorted([*summaries, *overdue], key=lambda each: each.at, reverse=True)[:most]
        if overdue
        else summaries
    )

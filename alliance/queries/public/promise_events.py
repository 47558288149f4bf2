"""What happened to promises, the latest first: made, kept, missed, overdue, taken back; for the feed of the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.enums import TargetState
from alliance.models import PublishedPledge, PublishedTarget
from alliance.queries.local_dates import day_of, end_of_day
from alliance.queries.public.overdue import target_words
from alliance.queries.public.promise_changes import earlier_number
from alliance.queries.public.promises import PromiseFilter, targets_asked_for
from alliance.queries.public.summaries import Summary, first_sentence
from alliance.queries.public.targets import decision_of
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import excerpt
from portal.kernel.publishing import Publication
from portal.kernel.text import format_date

_READ = 4  # rows are read for each entry: not every one is an event
_BEGIN = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class _Event:
    """What a target became, and when everybody could know it. `DUE`: it was made."""

    target: PublishedTarget
    state: TargetState
    at: datetime


def promise_summaries(filters: PromiseFilter, to: datetime, most: int) -> list[Summary]:
    """What happened by this moment to the promises asked for, the latest first; with a state, what came to that.

    What is withdrawn from publication is left out. Six queries, however many promises there are.
    """
    rows = _rows_to_read(filters, to, most * _READ)
    records = {row.record for row in rows}
    history: dict[UUID, list[PublishedTarget]] = defaultdict(list)
    for each in PublishedTarget.objects.filter(record__in=records).order_by("valid_from", "pk"):
        history[each.record].append(each)
    pledges: dict[UUID, list[PublishedPledge]] = defaultdict(list)
    for pledge in PublishedPledge.objects.filter(record__in=records).select_related("organisation"):
        pledges[pledge.record].append(pledge)
    moments = _moments(rows)
    events = [
        event
        for row in rows
        for event in _events(row, _row_before(row, history[row.record], pledges[row.record]), moments)
        if event.at <= to and filters.state in ("", event.state)
    ]
    events.sort(key=lambda event: (event.at, event.target.valid_from, event.target.pk), reverse=True)
    summaries = (_summary(event, pledges[event.target.record]) for event in events)
    return [summary for summary in summaries if summary is not None][:most]


def _rows_to_read(filters: PromiseFilter, to: datetime, most: int) -> list[PublishedTarget]:
    """The last that publications wrote, and the last whose day came: what is shown is among them. Two queries."""
    rows = PublishedTarget.objects.filter(targets_asked_for(filters))
    if filters.state and filters.state != TargetState.DUE:
        rows = rows.filter(outcome=filters.state)
    written = rows.order_by("-valid_from", "-pk")[:most]
    came = rows.filter(due_on__lt=day_of(to)).order_by("-due_on", "-pk")[:most]
    return list({row.pk: row for row in (*written, *came)}.values())


def _moments(rows: Iterable[PublishedTarget]) -> dict[int, datetime]:
    numbers = {number for row in rows for number in (row.valid_from, row.valid_to) if number}
    return dict(Publication.objects.filter(number__in=numbers).values_list("number", "published_at"))


def _row_before(
    row: PublishedTarget, history: Iterable[PublishedTarget], revisions: Sequence[PublishedPledge]
) -> PublishedTarget | None:
    """What its target was before the publication that wrote the row; a revised pledge may have given it the number."""
    begun, number = row.valid_from, row.number
    until = next((each for each in revisions if each.valid_to == begun), None)
    since = next((each for each in revisions if each.valid_from == begun), None)
    earlier = earlier_number(number, until.targets, since.targets) if until and since else number
    return next(
        (
            each
            for each in history
            if each.number == earlier and each.valid_from < begun and (each.valid_to or begun) >= begun
        ),
        None,
    )


def _events(
    row: PublishedTarget, before: PublishedTarget | None, moments: Mapping[int, datetime]
) -> list[_Event]:
    """That it was made, and what it became: with a publication, or when its day was over and that still held."""
    published, ended = moments.get(row.valid_from, _BEGIN), moments.get(row.valid_to or 0)
    over = end_of_day(row.due_on) if row.due_on else None
    state = TargetState(row.outcome) if row.outcome else None
    events = []
    is_open = state != TargetState.WITHDRAWN and (over is None or over > published)
    if is_open and published != _BEGIN and (before is None or before.due_on != row.due_on):
        events.append(_Event(row, TargetState.DUE, published))
    if state is None:
        return events
    at = published if over is None or state == TargetState.WITHDRAWN else max(published, over)
    was = (before.outcome, before.due_on) if before and at == published else None
    if (ended is None or ended > at) and was != (row.outcome, row.due_on):
        events.append(_Event(row, state, at))
    return events


def _summary(event: _Event, revisions: Sequence[PublishedPledge]) -> Summary | None:
    """In the words of the pledge as it is public now, or of the revision that had this target; None without either."""
    row, number = event.target, event.target.valid_from
    now = next((each for each in revisions if each.valid_to is None), None)
    then = next(
        (each for each in revisions if each.valid_from <= number and (each.valid_to or number + 1) > number),
        None,
    )
    if now is None:
        return None
    target = _target_of(row, now, then or now)
    if target is None:
        return None
    decision = decision_of(target)
    is_decided = decision is not None and decision.state == event.state
    facts = {"name": now.organisation.name, "day": format_date(row.due_on) if row.due_on else ""}
    page = reverse("public:member", args=[now.organisation.slug])
    return Summary(
        key=f"promise:{row.record}:{row.number}:{event.state}:{number}",
        at=event.at,
        kind=pgettext("promise", "New") if event.state == TargetState.DUE else str(event.state.label),
        title=_title(event) % facts,
        url=f"{page}#pledge-{row.record}",
        text=excerpt(target["text"]),
        points=[first_sentence(in_reader_language(decision.reason))] if decision and is_decided else (),
        entry=f"-{row.number}-{event.state}-{number}",
    )


def _target_of(row: PublishedTarget, now: PublishedPledge, then: PublishedPledge) -> Mapping[str, Any] | None:
    """The target as it is in the pledge now, under whatever number, else as it was then."""
    numbers = range(1, len(now.targets) + 1)
    present = [(now, n) for n in numbers if earlier_number(n, then.targets, now.targets) == row.number]
    return next(
        (
            pledge.targets[number - 1]
            for pledge, number in (*present, (then, row.number))
            if target_words(pledge, number, row.due_on)
        ),
        None,
    )


def _title(event: _Event) -> str:
    if event.target.due_on is None:
        if event.state == TargetState.WITHDRAWN:
            return _("%(name)s: a promise without a day was withdrawn")
        return _("%(name)s: a new promise without a day")
    titles = {
        TargetState.DUE: _("%(name)s: a new promise for %(day)s"),
        TargetState.KEPT: _("%(name)s: a promise for %(day)s was kept"),
        TargetState.MISSED: _("%(name)s: a promise for %(day)s was missed"),
        TargetState.LATE: _("%(name)s: a promise for %(day)s is overdue"),
        TargetState.WITHDRAWN: _("%(name)s: a promise for %(day)s was withdrawn"),
    }
    return titles[event.state]

"""What changed between two cycles, or between two days, worse before better."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Cycle, Organisation, TimelineEntry
from alliance.queries.local_dates import day_of, end_of_day, today
from alliance.queries.public.counted_units import counted_text
from alliance.queries.public.cycles import previous_cycle, published_cycles
from alliance.queries.public.figure_moves import FigureMove
from alliance.queries.public.members import MembersToChoose, member_now_at
from alliance.queries.public.promise_changes import ChangedPromise
from alliance.queries.public.record import first_publication_day, last_number_on
from alliance.queries.public.record_changes import RecordChanges, changes_between, side_on
from alliance.queries.public.sides import Side
from alliance.queries.public.summaries import summaries_of
from alliance.queries.public.wording import rounded_value, short_cycle
from alliance.web.public.as_it_stood import day_in
from alliance.web.public.change_rows import (
    change_index,
    change_table,
    changes_sentence,
    figure_counts,
    pledge_rows,
)
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.ranked_rows import figure_words
from alliance.web.public.responses import Cell, address_without, csv_response, public_page
from portal.kernel.text import format_change
from portal.kernel.web import Parameter, parameters

SHOWN = 8  # rows of each part; the address `all` shows more
MOST = 60
_DAY = r"\d{4}-\d\d-\d\d"
_PARAMETERS = (
    Parameter("from"), Parameter("to"), Parameter("since", _DAY), Parameter("until", _DAY), Parameter("member"),
    Parameter("worse", is_flag=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A figure that moved, in words; `length` of its bar in whole hundredths of the longest.

    From zero neither its change nor its bar says how much.
    """

    move: FigureMove
    before: str
    now: str
    change: str
    length: int
    before_was: str  # before it was corrected
    now_was: str

    @property
    def start(self) -> int:
        """Where the bar begins: the middle is 100, worse lies left of it."""
        return 100 if self.move.is_better else 100 - self.length


@dataclass(frozen=True, slots=True)
class Span:
    """What is compared, as the address names it; a side is None where no cycle was published yet."""

    before: Side | None
    now: Side | None
    days: tuple[date, date]
    numbers: tuple[int, int]
    by_days: bool = False
    is_swapped: bool = False  # the address named the later one first
    is_cut: bool = False  # the address named a day to come, of which nothing is known
    query: dict[str, str] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        """Both sides are the same cycle, by its name."""
        return not self.by_days and self.now is not None and self.before == self.now

    @property
    def is_comparable(self) -> bool:
        """There is something to compare: two cycles, or a publication before the later day is over."""
        return self.numbers[1] > 0 if self.by_days else bool(self.before and self.now and not self.is_same)


@require_safe
@parameters(*_PARAMETERS, Parameter("all", is_flag=True), Parameter("choose", is_flag=True))
def changes(request: HttpRequest) -> HttpResponse:
    """What changed between two cycles or two days: verdicts, reports, figures, promises, corrections, withdrawals."""
    cycles, organisation = published_cycles(), _member(request)
    span = _span(request, cycles)
    limit = MOST if "all" in request.GET else SHOWN
    record_changes = _changes(span, organisation, limit)
    narrowed = {"member": organisation.slug} if organisation else {}
    query = urlencode(span.query | narrowed | ({"worse": "1"} if "worse" in request.GET else {}))
    context = {
        "span": span,
        "cycles": cycles,
        "offered": MembersToChoose(organisation.slug if organisation else "", every="choose" in request.GET),
        "organisation": organisation,
        "only_worse": "worse" in request.GET,
        "whole_query": urlencode(span.query | narrowed),
        "first_day": first_publication_day(),
        "today": today(),
        "query": query,
        "limit": limit,
        **(_shown(record_changes, limit, only_worse="worse" in request.GET) if record_changes else {}),
    }
    return public_page(request, "changes", context, canonical=address_without(request, "choose"))


@open_to_other_sites
@parameters(*_PARAMETERS)
def changes_table(request: HttpRequest) -> HttpResponse:
    """What changed between two cycles or two days, as CSV: a row for each change."""
    record_changes = _changes(_span(request, published_cycles()), _member(request), None)
    header: list[Cell] = [
        _("Kind"), _("Member"), _("Service"), _("About"), _("Before"), _("Now"), _("Better"), _("Publication"),
        _("Value before the correction"), _("Corrected in publication"), _("Reason"), _("Before is an estimate"),
        _("Now is an estimate"), _("Cycle"),
    ]  # fmt: skip
    if record_changes and "worse" in request.GET:
        record_changes = record_changes.only_worse()
    return csv_response("changes", header, change_table(record_changes) if record_changes else [])


def _member(request: HttpRequest) -> Organisation | None:
    """The member that the address names, also by an address that it had before; an unknown one is a 404."""
    slug = request.GET.get("member", "")
    if not slug:
        return None
    organisation = member_now_at(slug)
    if organisation is None:
        raise Http404
    return organisation


def _changes(span: Span, organisation: Organisation | None, limit: int | None) -> RecordChanges | None:
    """What changed, of each kind so many rows; None where there is nothing to compare."""
    if not span.is_comparable:
        return None
    return changes_between(
        span.before,
        span.now,
        days=span.days,
        numbers=span.numbers,
        organisation=organisation,
        limit=limit,
    )


def _span(request: HttpRequest, cycles: Sequence[Cycle]) -> Span:
    since, until = (day_in(request.GET.get(name, "")) for name in ("since", "until"))
    return _span_of_days(since, until) if since else _span_of_cycles(request, cycles)


def _span_of_days(since: date, until: date | None) -> Span:
    """From the end of one day to the end of the other, today at most; in whichever order they are named."""
    first, last = sorted((min(since, today()), min(until or today(), today())))
    numbers = last_number_on(end_of_day(first)), last_number_on(end_of_day(last))
    sides = side_on(end_of_day(first)), side_on(end_of_day(last))
    query = {"since": first.isoformat(), "until": last.isoformat()}
    return Span(
        *sides,
        (first, last),
        numbers,
        by_days=True,
        is_swapped=bool(until and until < since),
        is_cut=max(since, until or since) > today(),
        query=query,
    )


def _span_of_cycles(request: HttpRequest, cycles: Sequence[Cycle]) -> Span:
    """From one published cycle to another; by default the last one and that before it."""
    by_slug = {cycle.slug: cycle for cycle in cycles}
    named = [request.GET.get(name, "") for name in ("from", "to")]
    if any(slug and slug not in by_slug for slug in named):
        raise Http404
    now = by_slug[named[1]] if named[1] else cycles[0] if cycles else None
    before = by_slug[named[0]] if named[0] else previous_cycle(now, cycles) if now else None
    if now is None or before is None or before == now:
        day, side = today(), Side(now) if now else None
        return Span(side if before == now else None, side, (day, day), (0, 0))
    is_swapped = before.starts_on > now.starts_on
    if is_swapped:
        before, now = now, before
    # the last one as it is known today
    days = _published_on(before), today() if now == cycles[0] else _published_on(now)
    numbers = last_number_on(end_of_day(days[0])), last_number_on(end_of_day(days[1]))
    query = {"from": before.slug, "to": now.slug}
    return Span(Side(before), Side(now), days, numbers, is_swapped=is_swapped, query=query)


def _published_on(cycle: Cycle) -> date:
    """The day on which the cycle was published: as its record was known at the end of it."""
    return day_of(cycle.published_at) if cycle.published_at else cycle.ends_on


def _shown(everything: RecordChanges, limit: int, *, only_worse: bool) -> dict[str, Any]:
    """The sentence is about everything; the rows, where that is asked for, about what got worse alone."""
    record_changes = everything.only_worse() if only_worse else everything
    index, figures = change_index(record_changes), record_changes.figures
    is_cut = any(total > limit for total in _list_totals(record_changes))
    return {
        "changes": record_changes,
        "sentence": changes_sentence(everything),
        "index": index,
        "has_more": limit < MOST and is_cut,
        "is_cut": is_cut,
        "before_name": short_cycle(record_changes.before.cycle) if record_changes.before else "",
        "now_name": short_cycle(record_changes.now.cycle) if record_changes.now else "",
        "reports_total": record_changes.not_filed.total + record_changes.filed_again.total,
        "fell": record_changes.fell.rows,
        "rose": record_changes.rose.rows,
        "moved": _moved_rows(figures.rows, limit),
        "from_zero": _moved_rows(figures.from_zero, limit),
        "from_zero_counts": figure_counts(figures.worse_from_zero, figures.better_from_zero),
        "promises": [
            (promise, _on_the_day(promise))
            for some in record_changes.promises.values()
            for promise in some.rows
        ][:limit],
        "pledges": pledge_rows(record_changes.pledges)[:limit],
        "corrections": _corrected(record_changes.corrections.rows),
    }


def _list_totals(record_changes: RecordChanges) -> list[int]:
    """How much there is for each list of the page, shown or not."""
    promises, pledges = (
        sum(part.total for part in parts.values())
        for parts in (record_changes.promises, record_changes.pledges)
    )
    reports = (record_changes.not_filed, record_changes.filed_again)
    parts = (record_changes.fell, record_changes.rose, record_changes.corrections, record_changes.withdrawals)
    figures = record_changes.figures
    return [
        figures.moved,
        figures.from_zero_count,
        promises,
        pledges,
        *(part.total for part in (*parts, *reports)),
    ]


def _corrected(entries: Sequence[TimelineEntry]) -> list[tuple[TimelineEntry, Sequence[str]]]:
    """Each correction with its values, before and after."""
    return [(entry, summary.points) for entry, summary in zip(entries, summaries_of(entries), strict=True)]


def _on_the_day(promise: ChangedPromise) -> str:
    """What the report that covers the day of a target says of it; empty without a number."""
    indicator, reading = promise.standing.indicator, promise.standing.on_the_day
    value = rounded_value(indicator, reading.reading.value) if indicator and reading else None
    return counted_text(value, indicator.unit) if indicator and value is not None else ""


def _moved_rows(moves: Sequence[FigureMove], limit: int) -> list[MovedRow]:
    """The worse and the better in equal parts, as far as there are such."""
    longest = max((abs(move.share) for move in moves if move.share), default=Decimal(1))
    worse = [move for move in moves if not move.is_better]
    better = [move for move in moves if move.is_better]
    half = max(limit // 2, limit - len(better))
    return [
        MovedRow(
            move,
            figure_words(move.indicator, move.before, is_estimate=move.before_is_estimate),
            figure_words(move.indicator, move.now, is_estimate=move.now_is_estimate),
            format_change(round(100 * move.share), "%") if move.share else "",
            max(1, round(100 * abs(move.share) / longest)) if move.share else 0,
            _was(move, move.before_was, is_estimate=move.before_was_estimate),
            _was(move, move.now_was, is_estimate=move.now_was_estimate),
        )
        for move in worse[:half] + better[: limit - len(worse[:half])]
    ]


def _was(move: FigureMove, value: Decimal | None, *, is_estimate: bool) -> str:
    return "" if value is None else figure_words(move.indicator, value, is_estimate=is_estimate)

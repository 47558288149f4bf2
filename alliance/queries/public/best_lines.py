"""The lines of an indicator that a chart has room for: all of a few, the best of many, without reading the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Expression,
    F,
    Func,
    JSONField,
    Min,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
)
from django.db.models.functions import Cast
from django.utils.translation import get_language

from alliance.enums import Aggregation, Direction, FigureStatus
from alliance.models import Cycle, Indicator, PublishedFigure, PublishedTotal
from alliance.queries.public.gaps import with_gaps
from alliance.queries.public.members import comparable_organisations
from alliance.queries.public.readings import (
    ReadingSeries,
    is_by_service,
    is_summed,
    key_history_of,
    named_series,
    reading_series,
    readings_by_owner,
    reported_cycle_ids,
    rows_in_series,
)
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.publishing import cached_for_page


@dataclass(frozen=True, slots=True)
class SomeLines:
    """Lines with a reading for each cycle, and of how many they are."""

    series: Sequence[ReadingSeries]
    count: int


def best_lines(indicator: Indicator, cycles: Sequence[Cycle], *, few: int, most: int) -> SomeLines:
    """All lines where they are but a `few`, by name; else the `most` that are best, the best first.

    None before the first figure. Cycles: the earliest first. The last cycle is read of all lines, the others of those
    that are drawn. Nine queries, however many lines there are.
    """
    count = line_count(indicator)
    leaders = _leaders(indicator, cycles, most)
    members = comparable_organisations()
    if count > few and leaders is not None:
        members = members.filter(pk__in=leaders)
    else:
        leaders = None
    organisations = list(members)
    known = named_series(readings_by_owner(indicator, leaders), organisations)
    if not known:
        return SomeLines([], 0)
    lines = with_gaps(known, cycles, organisations)
    return SomeLines(lines if count <= few else best_series(indicator, lines, cycles, most), count)


def first_lines(indicator: Indicator, cycles: Sequence[Cycle], most: int) -> SomeLines:
    """The first lines by name, for a table; none before the first figure. Eight queries."""
    if not reported_cycle_ids(indicator, cycles):
        return SomeLines([], 0)
    members = list(comparable_organisations()[:most])
    known = reading_series(indicator, [member.pk for member in members], [cycle.pk for cycle in cycles])
    return SomeLines(with_gaps(known, cycles, members)[:most], line_count(indicator))


@cached_for_page
def line_count(indicator: Indicator) -> int:
    """How many lines there are in all cycles together, with one of each organisation that never had a figure.

    One query, two of an indicator by service; once for all public pages of a revision.
    """
    reporting = comparable_organisations().order_by()
    if not is_by_service(indicator):
        return reporting.count()
    rows = rows_in_series(
        PublishedFigure.objects.current(), indicator, key_history_of(indicator), {}
    ).order_by()
    owners = rows.values_list("organisation_id", "service_id").distinct()
    return owners.count() + reporting.exclude(pk__in=rows.values("organisation_id")).count()


def numbers_in(indicator: Indicator, cycle_id: int) -> QuerySet[Any]:
    """The `number` of each line in a cycle with its `organisation_id`, as its reading has it, of those that have one.

    Not read but put in order by the database: a large alliance has thousands, of which a chart shows a few.
    """
    history, lookup = key_history_of(indicator), {"cycle_id__in": [cycle_id]}
    rows = rows_in_series(PublishedFigure.objects.current(), indicator, history, lookup).order_by()
    known = Q(status=FigureStatus.REPORTED, withheld=False, value__isnull=False)
    has_sum = is_summed(indicator)
    if not has_sum and indicator.aggregation != Aggregation.ENTERED:
        return rows.filter(known).values("organisation_id", number=F("value"))
    owned = rows.values("organisation_id").annotate(
        figures=Count("pk"),
        only=Min("value", filter=known),
        entered=Count("pk", filter=Q(service=None)),
        own=Min("value", filter=known & Q(service=None)),
    )
    if has_sum:
        totals = rows_in_series(PublishedTotal.objects.current(), indicator, history, lookup).order_by()
        number = Case(
            When(figures=1, then=F("only")), default=_value_of_member(totals.filter(withheld=False))
        )
    else:
        number = Case(When(entered__gt=0, then=F("own")), When(figures=1, then=F("only")), default=None)
    return owned.annotate(number=number).filter(number__isnull=False)


def _value_of_member(totals: QuerySet[Any]) -> Expression:
    """The value of the row's organisation among these totals.

    All of them are read once, and each looked up: as a subquery for each organisation they would be read as often as
    there are organisations.
    """
    by_member = Func(F("organisation_id"), F("value"), function="jsonb_object_agg", output_field=JSONField())
    value = Func(
        Subquery(totals.annotate(by_member=by_member).values("by_member")),
        Cast("organisation_id", TextField()),
        template="(%(expressions)s)",
        arg_joiner=" ->> ",
        output_field=TextField(),
    )
    return Cast(value, DecimalField(max_digits=39, decimal_places=15))


def _leaders(indicator: Indicator, cycles: Sequence[Cycle], most: int) -> frozenset[int] | None:
    """The organisations of the best lines in the last cycle; of those that are equally good, the first by name.

    None where fewer have a number there: then an earlier one counts. They are put in order once for all public pages
    of a revision: an indicator’s chart stands on its page, in a file and behind each of its choices.
    """
    return _leaders_in(indicator, cycles[-1].pk, most, get_language()) if cycles else None


@cached_for_page
def _leaders_in(
    indicator: Indicator, cycle_id: int, most: int, language: str | None
) -> frozenset[int] | None:
    del language  # the active one, in whose alphabet they stand
    best = "number" if indicator.direction == Direction.LOWER else "-number"
    ordered = numbers_in(indicator, cycle_id).order_by(best, ByAlphabet("organisation__name"))
    leaders = list(ordered.values_list("organisation_id", flat=True)[:most])
    return frozenset(leaders) if len(leaders) == most else None


def best_series(
    indicator: Indicator, series: Sequence[ReadingSeries], cycles: Sequence[Cycle], most: int
) -> Sequence[ReadingSeries]:
    """So many lines at most, the best first, else the highest."""
    lower_is_better = indicator.direction == Direction.LOWER
    ranked = sorted(series, key=lambda each: _latest(each, cycles, lower_is_better), reverse=True)
    return ranked[:most]


def _latest(
    series: ReadingSeries, cycles: Sequence[Cycle], lower_is_better: bool
) -> tuple[bool, bool, Decimal]:
    """For ranking, best first: whether there is a number in the last cycle, whether in any, then the last one."""
    known = [series.readings[cycle.pk] for cycle in cycles if cycle.pk in series.readings]
    values = [reading.value for reading in known if reading.has_value and reading.value is not None]
    in_last = bool(cycles) and cycles[-1].pk in series.readings and series.readings[cycles[-1].pk].has_value
    last = values[-1] if values else Decimal(0)
    return in_last, bool(values), -last if lower_is_better else last

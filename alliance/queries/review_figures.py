"""How the secretariat itself works: turnaround against the promised days, returns, verdicts, second readers.

Figures of the whole are the secretariat's; those of one person are for the managers and that person. Never public.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from alliance.enums import VERDICT_SCALE, ReportDecisionKind, ReportState, VerdictValue
from alliance.models import (
    ChangesRequest,
    Cycle,
    Person,
    Report,
    ReportDecision,
    SecondOpinion,
    Verdict,
)
from alliance.queries.local_dates import day_of, today
from alliance.queries.review_state import reports_read_blind
from alliance.queries.reviews import reviewed_reports
from portal.kernel.access import Actor, can
from portal.kernel.alphabet import ByAlphabet, alphabet_key

VerdictCounts = Mapping[int, Counter[str]]

_CONCLUDED = (ReportState.CONCLUDED, ReportState.PUBLISHED)
_VALUES = (*reversed(VERDICT_SCALE), VerdictValue.NOT_DUE)
BINS = 6  # of the histogram: four within the promised days, one after them, and all the others


@dataclass(frozen=True, slots=True)
class Turnaround:
    """One concluded report: the days from its last submission to the conclusion, without pauses."""

    report: int
    reviewer: int | None
    days: int


@dataclass(frozen=True, slots=True)
class HistogramBin:
    """So many reports were concluded within these days; `last` is None for all beyond `first`."""

    first: int
    last: int | None
    count: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class CycleFigures:
    """The reviews of one cycle."""

    cycle: Cycle
    turnarounds: Sequence[Turnaround]
    filed: int
    returned: int
    returned_by: Mapping[int, int]  # by the number of who asked for changes
    # reviews that go on although their day to conclude by has passed; of nobody's, by None
    overdue_by: Mapping[int | None, int]

    @property
    def median(self) -> int | None:
        return _median(self.turnarounds)

    @property
    def overdue(self) -> int:
        return sum(self.overdue_by.values())

    @property
    def late(self) -> int:
        return sum(each.days > self.cycle.review_days for each in self.turnarounds)

    @property
    def bins(self) -> list[HistogramBin]:
        """Equal shares of the promised days, one as long after them, and the rest."""
        promised = self.cycle.review_days
        step = max(1, promised // (BINS - 2))
        rows = []
        for place in range(BINS):
            first = place * step + (1 if place else 0)
            last = None if place == BINS - 1 else promised if place == BINS - 3 else (place + 1) * step
            if place == BINS - 2:
                first, last = promised + 1, promised + step
            if place == BINS - 1:
                first = promised + step + 1
            count = sum(
                first <= each.days and (last is None or each.days <= last) for each in self.turnarounds
            )
            rows.append(HistogramBin(first, last, count, first > promised))
        return rows


@dataclass(frozen=True, slots=True)
class ReaderFigures:
    """One person's work in a cycle."""

    person: Person
    concluded: int
    median: int | None
    late: int
    overdue: int
    returned: int
    read: int  # measures, as second reader
    agreed: int
    verdicts: Sequence[tuple[VerdictValue, int]]


@dataclass(frozen=True, slots=True)
class AgreementCell:
    """How often a second reader and a reviewer have judged alike."""

    reader: Person
    reviewer: Person
    same: int
    total: int


def _median(rows: Sequence[Turnaround]) -> int | None:
    return round(median(each.days for each in rows)) if rows else None


def cycle_figures(actor: Actor, cycle: Cycle) -> CycleFigures:
    """The turnaround of the cycle's reports, how many were returned, and how many are overdue now. Three queries."""
    rows = Report.objects.visible_to(actor).filter(cycle=cycle, submitted_at__isnull=False).order_by()
    reports = list(rows.values_list("pk", "state", "reviewer", "submitted_at", "concluded_at", "paused_days"))
    turnarounds = [
        Turnaround(pk, reviewer, _days_between(submitted, concluded, paused))
        for pk, state, reviewer, submitted, concluded, paused in reports
        if state in _CONCLUDED and concluded is not None
    ]
    returns = _returns(actor, cycle)
    returned_by = Counter(person for _report, person in returns)
    overdue = reviewed_reports(actor).filter(cycle=cycle, conclude_by__lt=today()).order_by()
    overdue_by = Counter(overdue.values_list("reviewer", flat=True))
    returned = len({report for report, _person in returns})
    return CycleFigures(cycle, turnarounds, len(reports), returned, returned_by, overdue_by)


def _returns(actor: Actor, cycle: Cycle) -> set[tuple[int, int]]:
    """Which report of the cycle was returned by whom; a request that was taken back has returned nothing. One query."""
    # the review goes on with the submission that the request was about: the member had not filed again
    gone_on = ReportDecision.objects.filter(
        submission=OuterRef("submission"),
        kind__in=(ReportDecisionKind.RESUME_REVIEW, ReportDecisionKind.TAKE_BACK_REQUEST),
        decided_at__gte=OuterRef("requested_at"),
    )
    ended_by = Coalesce(Subquery(gone_on.order_by("pk").values("kind")[:1]), Value(""))
    rows = ChangesRequest.objects.visible_to(actor).filter(
        report__cycle=cycle, report__submitted_at__isnull=False
    )
    returned = rows.annotate(ended_by=ended_by).exclude(ended_by=ReportDecisionKind.TAKE_BACK_REQUEST)
    return set(returned.order_by().values_list("report", "requested_by"))


def late_reports(actor: Actor, figures: CycleFigures) -> list[tuple[Report, int]]:
    """The reports that took longer than promised, each with its days, the longest first; no names of reviewers.

    One query, or none.
    """
    late = {each.report: each.days for each in figures.turnarounds if each.days > figures.cycle.review_days}
    if not late:
        return []
    rows = Report.objects.visible_to(actor).filter(pk__in=late).select_related("organisation")
    return sorted(((row, late[row.pk]) for row in rows), key=lambda pair: -pair[1])


def median_days(actor: Actor, cycles: Collection[int]) -> dict[int, int]:
    """The median turnaround of each of these cycles that has a concluded report, by its number. One query."""
    rows = Report.objects.visible_to(actor).filter(
        cycle__in=cycles, state__in=_CONCLUDED, submitted_at__isnull=False, concluded_at__isnull=False
    )
    days: dict[int, list[int]] = defaultdict(list)
    for cycle, *dates in rows.order_by().values_list("cycle", "submitted_at", "concluded_at", "paused_days"):
        days[cycle].append(_days_between(*dates))
    return {cycle: round(median(each)) for cycle, each in days.items()}


def _days_between(submitted: datetime, concluded: datetime, paused: int) -> int:
    return max(0, (day_of(concluded) - day_of(submitted)).days - paused)


def reader_figures(
    actor: Actor, figures: CycleFigures, verdicts: VerdictCounts, opinions: Iterable[SecondOpinion]
) -> list[ReaderFigures]:
    """By person, those that the actor may read: all of them for a manager, else one's own. Two queries.

    `verdicts` are the cycle's `verdict_counts`, `opinions` its `second_opinions`.
    """
    own = defaultdict(list)
    for each in figures.turnarounds:
        if each.reviewer is not None:
            own[each.reviewer].append(each)
    read = defaultdict(list)
    for opinion in opinions:
        read[opinion.reading.reader_id].append(opinion)
    people = Person.objects.filter(
        pk__in={*own, *verdicts, *read, *figures.returned_by, *figures.overdue_by} - {None}
    ).order_by(ByAlphabet("name"))
    return [
        ReaderFigures(
            person,
            len(own[person.pk]),
            _median(own[person.pk]),
            sum(each.days > figures.cycle.review_days for each in own[person.pk]),
            figures.overdue_by.get(person.pk, 0),
            figures.returned_by.get(person.pk, 0),
            len(read[person.pk]),
            sum(not each.differs for each in read[person.pk]),
            [(value, verdicts.get(person.pk, Counter())[value]) for value in _VALUES],
        )
        for person in people
        if can(actor, "person.read_review_figures", person)
    ]


def verdict_counts(actor: Actor, cycle: Cycle) -> VerdictCounts:
    """By the number of each person how many verdicts on the cycle's measures they gave of each value. One query."""
    rows = Verdict.objects.visible_to(actor).filter(report__cycle=cycle, measure__isnull=False).order_by()
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for person, value, count in rows.values_list("given_by", "value").annotate(Count("pk")):
        counts[person][value] = count
    return counts


def verdict_totals(verdicts: VerdictCounts) -> list[tuple[VerdictValue, int]]:
    """Whoever gave them, by value, from complete to not due."""
    return [(value, sum(counts[value] for counts in verdicts.values())) for value in _VALUES]


def second_opinions(actor: Actor, cycle: Cycle) -> list[SecondOpinion]:
    """Second readers' verdicts of readings that were sent, each beside the reviewer's. One query."""
    rows = (
        SecondOpinion.objects.visible_to(actor).filter(reading__report__cycle=cycle).exclude(verdict_value="")
    )
    return list(rows.select_related("reading__reader", "reading__report__reviewer").order_by("pk"))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Second readings of a cycle: how many verdicts were alike, and reader by reviewer what the actor may read."""

    total: int
    same: int
    cells: Sequence[AgreementCell]


def agreement(actor: Actor, opinions: Sequence[SecondOpinion]) -> Agreement:
    """How second readers and reviewers agree, from `second_opinions`."""
    pairs: dict[tuple[int, int], list[SecondOpinion]] = defaultdict(list)
    for opinion in opinions:
        if opinion.reading.report.reviewer_id is not None:
            pairs[opinion.reading.reader_id, opinion.reading.report.reviewer_id].append(opinion)
    cells = []
    for rows in pairs.values():
        reader, reviewer = rows[0].reading.reader, rows[0].reading.report.reviewer
        assert reviewer is not None
        if any(can(actor, "person.read_review_figures", person) for person in (reader, reviewer)):
            cells.append(AgreementCell(reader, reviewer, sum(not row.differs for row in rows), len(rows)))
    cells.sort(key=lambda cell: (alphabet_key(cell.reader.name), alphabet_key(cell.reviewer.name)))
    return Agreement(len(opinions), sum(not opinion.differs for opinion in opinions), cells)


def agreement_cases(actor: Actor, cycle: Cycle, reader: int, reviewer: int) -> list[SecondOpinion]:
    """The differences between one reader and one reviewer; nothing for whoever may read the figures of neither."""
    people = Person.objects.filter(pk__in=(reader, reviewer))
    if not any(can(actor, "person.read_review_figures", person) for person in people):
        return []
    rows: Any = SecondOpinion.objects.visible_to(actor).filter(
        reading__report__cycle=cycle, reading__reader=reader, reading__report__reviewer=reviewer
    )
    rows = rows.exclude(verdict_value="").exclude(reading__report__in=reports_read_blind(actor))
    rows = rows.select_related("reading__report__organisation", "measure")
    return [row for row in rows.order_by("pk") if row.differs]

"""What became of each obligation to report in a published cycle, as the public may know it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, overload

from django.db.models import Count, Exists, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Concat

from alliance.enums import CycleState, ReportState, Standing
from alliance.models import Cycle, Organisation, PublishedReport, Report, WithdrawnPublication
from alliance.queries.obligations import ended_memberships, standing_of
from alliance.queries.public.members import ids_by_name
from alliance.queries.public.record import with_revisions
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.alphabet import ByAlphabet, alphabet_key
from portal.kernel.publishing import cached_for_page, number_read_as_of

FILED_STANDINGS = (Standing.FILED, Standing.LATE)


@dataclass(frozen=True, slots=True)
class PublicObligation:
    """That a member had to report for a cycle, what became of it, and what is published of it."""

    organisation: Organisation
    cycle: Cycle
    standing: Standing
    due_on: date | None = None
    submitted_at: datetime | None = None
    late: bool = False
    report: PublishedReport | None = None  # the report, or the notice instead of one
    ended_on: date | None = None  # the day on which the membership ended, where that was before it was due
    withdrawn_in: int | None = None  # the publication that has withdrawn it, and when
    withdrawn_at: datetime | None = None

    @property
    def has_filed(self) -> bool:
        """Whether its report is published."""
        return self.standing in FILED_STANDINGS


class _Obligation(NamedTuple):
    """The obligation itself: of a report that is not published, all that the public may know."""

    standing: Standing
    due_on: date
    submitted_at: datetime | None
    late: bool
    ended_on: date | None
    withdrawn_in: int | None
    withdrawn_at: datetime | None


def obligations_in(cycle: Cycle, among: Iterable[int] | None = None) -> list[PublicObligation]:
    """Every obligation of a cycle by member's name, or those of these organisations; none before it is published.

    Three queries.
    """
    return _obligations([cycle], among)


class ObligationsByName(Sequence[PublicObligation]):
    """Every obligation of a cycle by member's name: they are counted, and put in order, by the database.

    Three queries, four for each slice.
    """

    def __init__(self, cycle: Cycle) -> None:
        self._cycle = cycle
        self._unpublished = {
            pk: row for (_cycle, pk), row in _read_unpublished(_published_ids([cycle])).items()
        }
        self._published = PublishedReport.objects.current().filter(cycle=cycle).order_by()
        self.counts = standing_counts([cycle])[cycle.pk]  # how many are in each standing

    def unfiled_ids(self) -> list[int]:
        """The organisations without a published report, by name. Two queries at most."""
        noticed = ~Q(notice__in=("", *FILED_STANDINGS)) | Q(organisation__in=self._unpublished)
        rows = self._published.filter(noticed).values_list("organisation_id", "notice", "late")
        published = {pk: _published_standing(notice, late) for pk, notice, late in rows}
        standings = published | {
            pk: _standing(row, published.get(pk)) for pk, row in self._unpublished.items()
        }
        unfiled = [pk for pk, standing in standings.items() if standing not in FILED_STANDINGS]
        return ids_by_name(unfiled) if unfiled else []

    def _ids(self, place: slice) -> list[int]:
        """The organisations in these places. One query."""
        obliged = Q(Exists(self._published.filter(organisation=OuterRef("pk"))))
        if self._unpublished:
            obliged |= Q(pk__in=self._unpublished)
        rows = Organisation.objects.visible_to(ANYONE).filter(obliged)
        return list(rows.order_by(ByAlphabet("name"), "pk").values_list("pk", flat=True)[place])

    def __len__(self) -> int:
        return self.counts.total()

    @overload
    def __getitem__(self, place: int) -> PublicObligation: ...
    @overload
    def __getitem__(self, place: slice) -> list[PublicObligation]: ...
    def __getitem__(self, place: int | slice) -> PublicObligation | list[PublicObligation]:
        if isinstance(place, slice):
            return obligations_in(self._cycle, self._ids(place))
        return self[place : place + 1][0]


def obligations_of(organisation: Organisation, cycles: Sequence[Cycle]) -> list[PublicObligation]:
    """What a member had to report for these cycles, in their order. Three queries."""
    places = {cycle.pk: place for place, cycle in enumerate(cycles)}
    rows = _obligations(cycles, [organisation.pk])
    return sorted(rows, key=lambda row: places[row.cycle.pk])


def obligation(slug: str, cycle: Cycle) -> PublicObligation | None:
    """The obligation of the member at this address in a cycle."""
    organisation = Organisation.objects.visible_to(ANYONE).filter(slug=slug).first()
    return next(iter(_obligations([cycle], [organisation.pk])), None) if organisation else None


def standing_counts(cycles: Sequence[Cycle]) -> dict[int, Counter[str]]:
    """For each published cycle how many obligations are in each standing. Three queries at most."""
    counts: dict[int, Counter[str]] = {cycle.pk: Counter() for cycle in cycles}
    unpublished = _read_unpublished(_published_ids(cycles))
    rows = PublishedReport.objects.current().filter(cycle__in=counts).order_by()
    for cycle_id, notice, late, count in rows.values_list("cycle_id", "notice", "late").annotate(Count("pk")):
        counts[cycle_id][_published_standing(notice, late).value] += count
    # what is published of one of these is counted above: it counts as what it is by now
    others = {pk for _cycle, pk in unpublished}
    noticed = rows.filter(organisation__in=others).values_list(
        "cycle_id", "organisation_id", "notice", "late"
    )
    published = {
        (cycle_id, pk): _published_standing(notice, late)
        for cycle_id, pk, notice, late in (noticed if others else ())
    }
    for place, row in unpublished.items():
        if place in published:
            counts[place[0]][published[place].value] -= 1
        counts[place[0]][_standing(row, published.get(place)).value] += 1
    return counts


def reporting_ids(cycles: Sequence[Cycle]) -> set[int]:
    """The organisations that had to report in any of these cycles. Two queries."""
    rows = PublishedReport.objects.current().filter(cycle__in=cycles).order_by()
    unpublished = {pk for _cycle, pk in _read_unpublished(_published_ids(cycles))}
    return unpublished | set(rows.values_list("organisation_id", flat=True).distinct())


def standings_in(
    cycles: Sequence[Cycle], among: Iterable[int] | None = None
) -> Mapping[tuple[int, int], Standing]:
    """What became of each obligation of these cycles, or those of these organisations, by cycle and organisation.

    Two queries.
    """
    ids = None if among is None else tuple(sorted(among))
    return _read_standings(tuple(sorted(cycle.pk for cycle in cycles)), _published_ids(cycles), ids)


@cached_for_page
def _read_standings(
    cycle_ids: tuple[int, ...], published_ids: tuple[int, ...], organisation_ids: tuple[int, ...] | None
) -> Mapping[tuple[int, int], Standing]:
    rows = PublishedReport.objects.current().filter(cycle__in=cycle_ids)
    if organisation_ids is not None:
        rows = rows.filter(organisation__in=organisation_ids)
    published = {
        (cycle_id, organisation_id): _published_standing(notice, late)
        for cycle_id, organisation_id, notice, late in rows.values_list(
            "cycle_id", "organisation_id", "notice", "late"
        )
    }
    unpublished = {
        place: _standing(row, published.get(place))
        for place, row in _read_unpublished(published_ids).items()
        if organisation_ids is None or place[1] in organisation_ids
    }
    return published | unpublished


def _obligations(cycles: Sequence[Cycle], among: Iterable[int] | None = None) -> list[PublicObligation]:
    organisation_ids = None if among is None else tuple(sorted(among))
    by_id = {cycle.pk: cycle for cycle in cycles}
    rows = PublishedReport.objects.current().filter(cycle__in=cycles)
    if organisation_ids is not None:
        rows = rows.filter(organisation__in=organisation_ids)
    reports = {
        (report.cycle_id, report.organisation_id): report
        for report in with_revisions(rows).select_related("organisation").defer("answers", "evidence")
    }
    unpublished = _read_unpublished(_published_ids(cycles), organisation_ids)
    missing = {pk for cycle_id, pk in unpublished if (cycle_id, pk) not in reports}
    organisations = Organisation.objects.visible_to(ANYONE).in_bulk(missing)
    obligations = []
    for cycle_id, organisation_id in {**reports, **unpublished}:
        report = reports.get((cycle_id, organisation_id))
        member = report.organisation if report else organisations.get(organisation_id)
        row = unpublished.get((cycle_id, organisation_id))
        if member is not None:
            obligations.append(_obligation(by_id[cycle_id], member, report, row))
    return sorted(obligations, key=lambda each: (alphabet_key(each.organisation.name), each.organisation.pk))


def _obligation(
    cycle: Cycle, organisation: Organisation, report: PublishedReport | None, row: _Obligation | None
) -> PublicObligation:
    published = _published_standing(report.notice, report.late) if report else None
    if row is None:
        assert published is not None
        assert report is not None
        return PublicObligation(
            organisation, cycle, published, submitted_at=report.submitted_at, late=report.late, report=report
        )
    standing = _standing(row, published)
    is_withdrawn = standing == Standing.WITHDRAWN
    return PublicObligation(
        organisation,
        cycle,
        standing,
        row.due_on,
        row.submitted_at,
        row.late,
        report,
        row.ended_on if standing == Standing.ENDED else None,
        row.withdrawn_in if is_withdrawn else None,
        row.withdrawn_at if is_withdrawn else None,
    )


def _published_standing(notice: str, late: bool) -> Standing:
    """Of what is published: a report, or the notice instead of one."""
    if notice:
        return Standing(notice)
    return Standing.LATE if late else Standing.FILED


def _standing(row: _Obligation, published: Standing | None) -> Standing:
    """Where a notice says that it was not filed, only a later submission says otherwise: no draft does."""
    is_unfiled = row.standing in (Standing.DUE, Standing.ENDED)
    return published if published is not None and is_unfiled else row.standing


def _unpublished_standing(
    report: Report, ended: Mapping[int, date], *, has_withdrawn_notice: bool
) -> Standing:
    if report.state == ReportState.PUBLISHED:
        return Standing.WITHDRAWN
    standing = standing_of(report, ended)
    return Standing.WITHDRAWN if has_withdrawn_notice and standing != Standing.IN_REVIEW else standing


def _published_ids(cycles: Iterable[Cycle]) -> tuple[int, ...]:
    return tuple(sorted(cycle.pk for cycle in cycles if cycle.state == CycleState.PUBLISHED))


@cached_for_page
def _read_unpublished(
    cycle_ids: tuple[int, ...], organisation_ids: tuple[int, ...] | None = None
) -> Mapping[tuple[int, int], _Obligation]:
    """The obligations without a public report, of published cycles: states and days, and nothing else.

    A report that was published and has no revision that holds is withdrawn; so is the notice in place of one, until a
    report is filed. Of a day in the past there are none: what became of a report by then is known of published ones
    alone.
    """
    if not cycle_ids or number_read_as_of() is not None:
        return {}
    with acting_as(SYSTEM):
        rows = Report.objects.visible_to(SYSTEM).filter(cycle__in=cycle_ids)
        public = PublishedReport.objects.current().filter(
            organisation=OuterRef("organisation"), cycle=OuterRef("cycle")
        )
        if organisation_ids is not None:
            rows = rows.filter(organisation__in=organisation_ids)
        record = Concat(
            OuterRef("organisation__slug"), Value("/"), OuterRef("cycle__slug"), output_field=TextField()
        )
        withdrawals = WithdrawnPublication.objects.current().filter(record=record)
        last = withdrawals.filter(type__in=("report", "report_notice")).order_by("-valid_from")
        rows = rows.exclude(Exists(public), state=ReportState.PUBLISHED)
        annotated = rows.annotate(
            has_withdrawn_notice=Exists(withdrawals.filter(type="report_notice")),
            withdrawn_in=Subquery(last.values("valid_from")[:1]),
            withdrawn_at=Subquery(last.values("at")[:1]),
        )
        reports = list(annotated.only(*_OBLIGATION_COLUMNS))
        ended = ended_memberships(reports)
        return {
            (row.cycle_id, row.organisation_id): _Obligation(
                _unpublished_standing(row, ended, has_withdrawn_notice=row.has_withdrawn_notice),
                row.due_on,
                row.submitted_at,
                row.late,
                ended.get(row.pk),
                row.withdrawn_in,
                row.withdrawn_at,
            )
            for row in reports
        }


_OBLIGATION_COLUMNS = (
    "cycle_id",
    "organisation_id",
    "state",
    "due_on",
    "changes_due_on",
    "submitted_at",
    "late",
    "was_not_filed",
    "withdrawn_as",
)

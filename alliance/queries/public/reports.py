"""Reads of published reports: the list with its filters, and everything that the page of one report needs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, overload

from django.db.models import Count, Exists, OuterRef, Subquery

from alliance.models import (
    Charter,
    Cycle,
    Organisation,
    Ownership,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedVerdict,
    ReferenceCount,
    WithdrawnPublication,
)
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.lineage import Lineage, lineage_of
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.commitment_places import commitment_places
from alliance.queries.public.cycles import previous_cycle, published_cycles
from alliance.queries.public.record import with_revisions
from alliance.queries.public.references import references_of
from alliance.queries.public.replies import divide_replies, mark_earlier_replies
from alliance.queries.public.standing_pledges import pledges_beside
from alliance.queries.service_owners import name_other_owners, parts_of_period
from alliance.validators.corrections import before_corrections, corrected_verdicts_of
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.publishing import ProjectionQuerySet, Publication, number_read_as_of, read_publication


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What the list of reports is narrowed to; an empty part narrows nothing."""

    cycle: str = ""
    member: str = ""
    commitment: str = ""


class ReportList(Sequence[PublishedReport]):
    """Published reports and notices, the latest cycle first, in each by name; `valid_from` is the publication's number.

    With a commitment only reports that have a verdict on it, which each row then carries as `verdict`, with
    `verdict_was` and `verdict_corrected_in` where it was corrected. Two queries: they are counted by cycle, and of a
    slice its cycles alone are put in order.
    """

    def __init__(self, filters: ReportFilter) -> None:
        self._rows = PublishedReport.objects.current()
        if filters.cycle:
            self._rows = self._rows.filter(cycle__slug=filters.cycle)
        if filters.member:
            self._rows = self._rows.filter(organisation__slug=filters.member)
        self._verdicts = _verdicts_on(filters.commitment) if filters.commitment else None
        if self._verdicts is not None:
            self._rows = self._rows.filter(Exists(self._verdicts))
        counted = self._rows.order_by("-cycle__starts_on", "-cycle").values_list("cycle_id")
        self._counts: list[tuple[int, int]] = list(counted.annotate(Count("pk")))

    def __len__(self) -> int:
        return sum(count for _cycle, count in self._counts)

    @overload
    def __getitem__(self, place: int) -> PublishedReport: ...
    @overload
    def __getitem__(self, place: slice) -> list[PublishedReport]: ...
    def __getitem__(self, place: int | slice) -> PublishedReport | list[PublishedReport]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _step = place.indices(len(self))
        cycles, before, passed = [], 0, 0
        for cycle_id, count in self._counts:
            if passed + count <= start:
                before += count
            elif passed < stop:
                cycles.append(cycle_id)
            passed += count
        rows = self._rows.filter(cycle__in=cycles).select_related("organisation", "cycle")
        if self._verdicts is not None:
            columns = {"verdict": "value", "verdict_was": "was", "verdict_corrected_in": "corrected_in"}
            rows = rows.annotate(
                **{name: Subquery(self._verdicts.values(column)[:1]) for name, column in columns.items()}
            )
        ordered = (
            with_revisions(rows)
            .defer("answers", "evidence", "reason")
            .order_by("-cycle__starts_on", "-cycle", ByAlphabet("organisation__name"), "pk")
        )
        return list(ordered[start - before : stop - before])


def _verdicts_on(commitment: str) -> ProjectionQuerySet:
    """The verdict on a commitment, under its key in each version, in the report of the query outside."""
    return PublishedVerdict.objects.current().filter(
        commitment_places(commitment).reported(),
        organisation_id=OuterRef("organisation_id"),
        cycle_id=OuterRef("cycle_id"),
        measure_key="",
        pledge_record__isnull=True,
    )


def published_report(slug: str, cycle: str) -> PublishedReport | None:
    """The report or the notice that holds now for a member and a cycle. One query."""
    rows = PublishedReport.objects.current().filter(organisation__slug=slug, cycle__slug=cycle)
    return rows.select_related("organisation", "cycle__charter").first()


def is_corrected(slug: str, cycle: str) -> bool:
    """Whether the report or the notice that holds now was corrected. One query."""
    rows = PublishedReport.objects.current().filter(organisation__slug=slug, cycle__slug=cycle)
    return with_revisions(rows).filter(is_corrected=True).exists()


def report_on(slug: str, cycle: str, number: int) -> PublishedReport | None:
    """The report or the notice as it stood after publication `number`. One query."""
    rows = PublishedReport.objects.as_of(number).filter(organisation__slug=slug, cycle__slug=cycle)
    return rows.select_related("organisation", "cycle__charter").first()


def withdrawn_report(slug: str, cycle: str) -> tuple[WithdrawnPublication, PublishedReport] | None:
    """The withdrawal of a report or notice that is withdrawn now, with the report as it last stood. Two queries.

    Of both the report's: it was published after the notice.
    """
    withdrawal = (
        WithdrawnPublication.objects.current()
        .filter(type__in=("report", "report_notice"), record=f"{slug}/{cycle}")
        .order_by("-valid_from")
        .first()
    )
    last = report_on(slug, cycle, withdrawal.valid_from - 1) if withdrawal else None
    return (withdrawal, last) if withdrawal and last else None


@dataclass(frozen=True)
class ReportRecord:
    """One published report with all that its page shows beside it."""

    report: PublishedReport
    publication: Publication
    document: Mapping[str, Any]
    before_correction: Mapping[str, Any] | None  # the document with what stood in each corrected place before
    earlier_cycle: Cycle | None
    earlier_document: Mapping[str, Any] | None  # the report of the cycle before, under the keys of this one
    series_breaks: frozenset[str]  # the indicators that the charter has split, merged or redefined in between
    charter: Charter
    responses: list[PublishedResponse]
    pledges: Mapping[str, PublishedPledge]  # by commitment, as they stood when it was published first
    references: list[ReferenceCount]
    unpublished_verdicts: Sequence[PublishedVerdict] = ()
    # of replies to its verdicts that had been withdrawn by then, by commitment
    withdrawn_replies: Mapping[str, WithdrawnPublication] = field(default_factory=dict)

    @cached_property
    def verdict_history(self) -> list[PublishedVerdict]:
        """Those on commitments, in all cycles, the latest first, with those that are not published yet. Two queries.

        Read where it is shown: there are hundreds, of which figures and files say nothing.
        """
        lineage = lineage_of(self.charter)
        return _verdict_history(self.report.organisation, lineage, self.unpublished_verdicts)


def services_for_a_part(record: ReportRecord) -> list[Ownership]:
    """The services in a report that were its member's for a part of the period, with who ran them for the rest.

    Two queries.
    """
    slugs = {service["slug"] for service in record.document["services"]}
    rows = [row for row in parts_of_period(record.report) if row.service.slug in slugs]
    name_other_owners(rows)
    return rows


def report_record(report: PublishedReport) -> ReportRecord | None:
    """Everything for the page of a filed report; None for a notice. A dozen queries, whatever its size.

    One more where a reply was withdrawn.
    """
    publication = None if report.notice else Publication.objects.filter(number=report.valid_from).first()
    if publication is None:
        return None
    document = read_publication(publication)
    replaced = document_before_correction(publication, document)
    place = {"organisation": report.organisation, "cycle": report.cycle}
    # of a report that has been replaced or withdrawn those that held until then
    number = number_read_as_of() if report.valid_to is None else report.valid_to - 1
    standing, withdrawn = divide_replies(PublishedResponse.objects.filter(**place), number)
    return record_of(
        report,
        publication,
        document,
        mark_earlier_replies(standing, corrected_verdicts_of(document, publication.number)),
        before_correction=replaced,
        withdrawn_replies=_withdrawals_of_replies(report, withdrawn),
    )


def _withdrawals_of_replies(
    report: PublishedReport, replies: Collection[PublishedResponse]
) -> dict[str, WithdrawnPublication]:
    """The withdrawals that ended these replies to its verdicts, by commitment. One query, none of none."""
    if not replies:
        return {}
    start = f"{report.organisation.slug}/{report.cycle.slug}/"
    rows = WithdrawnPublication.objects.filter(
        valid_from__in={reply.valid_to for reply in replies},
        type="response",
        record__in=[start + reply.commitment_key for reply in replies],
    )
    return {row.record.removeprefix(start): row for row in rows}


def record_of(
    report: PublishedReport,
    publication: Publication,
    document: Mapping[str, Any],
    responses: list[PublishedResponse],
    *,
    before_correction: Mapping[str, Any] | None = None,
    unpublished_verdicts: Sequence[PublishedVerdict] = (),
    withdrawn_replies: Mapping[str, WithdrawnPublication] | None = None,
) -> ReportRecord | None:
    """The record of this report, stored or not; None where its charter is not public. A dozen queries.

    `unpublished_verdicts` stand in the history beside those that the public reads.
    """
    charter = public_charter_tree(document["charter"]["key"], document["charter"]["version"])
    if charter is None:
        return None
    earlier = previous_cycle(report.cycle, published_cycles())
    before = _document_in(report, earlier) if earlier else None
    lineage = lineage_of(charter)
    keys = [figure["indicator"] for measure in document["measures"] for figure in measure["figures"]]
    return ReportRecord(
        report=report,
        publication=publication,
        document=document,
        before_correction=before_correction,
        earlier_cycle=earlier,
        earlier_document=lineage.under_current_keys(before) if before else None,
        series_breaks=lineage.series_breaks(document, before),
        charter=charter,
        responses=responses,
        pledges=pledges_beside(
            charter, report.organisation_id, f"{report.organisation.slug}/{report.cycle.slug}"
        ),
        references=references_of(keys, [report.cycle], [report.organisation_id]),
        unpublished_verdicts=unpublished_verdicts,
        withdrawn_replies=withdrawn_replies or {},
    )


def _document_in(report: PublishedReport, cycle: Cycle) -> Mapping[str, Any] | None:
    """The member's report for another cycle as it holds now; None where there is none, or it is withdrawn."""
    rows = PublishedReport.objects.current().filter(organisation=report.organisation, cycle=cycle, notice="")
    numbers = Publication.objects.filter(number__in=rows.values("valid_from"))
    last = numbers.first()
    return read_publication(last) if last else None


def document_before_correction(
    publication: Publication, document: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The document with what stood in each corrected place before; None where nothing was corrected.

    One query where the document does not say what was corrected: then it is the revision before.
    """
    if document.get("corrections"):
        return before_corrections(document)
    return read_publication(publication.previous) if publication.previous else None


def _verdict_history(
    organisation: Organisation, lineage: Lineage, unpublished: Sequence[PublishedVerdict]
) -> list[PublishedVerdict]:
    """The verdicts in all cycles with those not published yet, under the keys of the report's charter."""
    rows = PublishedVerdict.objects.current().filter(
        organisation=organisation, measure_key="", pledge_record__isnull=True
    )
    verdicts = list(rows.defer("reason"))
    cycles = Cycle.objects.filter(pk__in={row.cycle_id for row in verdicts}).select_related("charter")
    by_id = {cycle.pk: cycle for cycle in without_charter_texts(cycles, "charter")}
    for row in verdicts:
        row.cycle = by_id[row.cycle_id]
    trail = [*unpublished, *verdicts]
    trail.sort(key=lambda row: row.cycle.starts_on, reverse=True)
    for row in trail:
        if row.cycle.charter.key != lineage.charter:
            continue
        version, latest = row.cycle.charter.version, lineage.versions[0]
        row.commitment_key = (
            lineage.current_key(row.commitment_key, version)
            if version
            <= latest  # a report on an earlier version than its cycle's has verdicts under later keys
            else lineage_of(row.cycle.charter).earlier_key(row.commitment_key, latest)
        ) or ""
    return trail

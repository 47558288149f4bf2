"""Reads of published reports: the list with its filters, and everything that the page of one report needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from alliance.models import (
    Charter,
    Cycle,
    Organisation,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedVerdict,
    ReferenceCount,
)
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.lineage import Lineage, lineage_of
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.cycles import previous_cycle, published_cycles
from alliance.queries.public.record import latest_revision
from alliance.queries.public.references import references_of
from portal.kernel.publishing import Publication, read_publication


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What the list of reports is narrowed to; an empty part narrows nothing."""

    cycle: str = ""
    member: str = ""
    commitment: str = ""


def report_list(filters: ReportFilter) -> QuerySet[PublishedReport]:
    """Published reports and notices, the latest cycle first; `valid_from` is the publication's number.

    With a commitment only reports that have a verdict on it, which each row then carries as `verdict`.
    """
    rows = (
        PublishedReport.objects.current()
        .select_related("organisation", "cycle")
        .defer("answers", "evidence", "reason")
        .order_by("-cycle__starts_on", "organisation__name", "pk")
    )
    if filters.cycle:
        rows = rows.filter(cycle__slug=filters.cycle)
    if filters.member:
        rows = rows.filter(organisation__slug=filters.member)
    if filters.commitment:
        published_verdicts = PublishedVerdict.objects.current().filter(
            organisation_id=OuterRef("organisation_id"),
            cycle_id=OuterRef("cycle_id"),
            commitment_key=filters.commitment,
            measure_key="",
            pledge_record__isnull=True,
        )
        rows = rows.filter(Exists(published_verdicts)).annotate(
            verdict=Subquery(published_verdicts.values("value")[:1])
        )
    return rows


def published_report(slug: str, cycle: str) -> PublishedReport | None:
    """The report or the notice that holds now for a member and a cycle. One query."""
    rows = PublishedReport.objects.current().filter(organisation__slug=slug, cycle__slug=cycle)
    return rows.select_related("organisation", "cycle__charter").first()


@dataclass(frozen=True)
class ReportRecord:
    """One published report with all that its page shows beside it."""

    report: PublishedReport
    publication: Publication
    document: Mapping[str, Any]
    before_correction: Mapping[str, Any] | None  # the document of the revision before this one
    earlier_cycle: Cycle | None
    earlier_document: Mapping[str, Any] | None  # the report of the cycle before, under the keys of this one
    series_breaks: frozenset[str]  # the indicators that the charter has split, merged or redefined in between
    charter: Charter
    responses: list[PublishedResponse]
    verdict_history: list[PublishedVerdict]  # on commitments, in all cycles, the latest first
    pledges: list[PublishedPledge]
    references: list[ReferenceCount]


def report_record(report: PublishedReport) -> ReportRecord | None:
    """Everything for the page of a filed report; None for a notice. A dozen queries, whatever its size."""
    place = {"organisation": report.organisation, "cycle": report.cycle}
    record = f"{report.organisation.slug}/{report.cycle.slug}"
    publication = latest_revision("report", record)
    if report.notice or publication is None:
        return None
    document = read_publication(publication)
    charter = public_charter_tree(document["charter"]["key"], document["charter"]["version"])
    if charter is None:
        return None
    earlier = previous_cycle(report.cycle, published_cycles())
    last = latest_revision("report", f"{report.organisation.slug}/{earlier.slug}") if earlier else None
    before = read_publication(last) if last else None
    corrected_id = publication.previous_id
    corrected = Publication.objects.get(number=corrected_id) if corrected_id is not None else None
    lineage = lineage_of(charter)
    keys = [figure["indicator"] for measure in document["measures"] for figure in measure["figures"]]
    return ReportRecord(
        report=report,
        publication=publication,
        document=document,
        before_correction=read_publication(corrected) if corrected else None,
        earlier_cycle=earlier,
        earlier_document=lineage.under_current_keys(before) if before else None,
        series_breaks=lineage.series_breaks(document, before),
        charter=charter,
        responses=list(PublishedResponse.objects.current().filter(**place)),
        verdict_history=_verdict_history(report.organisation, lineage),
        pledges=list(
            PublishedPledge.objects.current().filter(organisation=report.organisation, state="published")
        ),
        references=references_of(keys, [report.cycle], [report.organisation_id]),
    )


def _verdict_history(organisation: Organisation, lineage: Lineage) -> list[PublishedVerdict]:
    """The verdicts in all cycles, under the keys of the report's charter."""
    rows = PublishedVerdict.objects.current().filter(
        organisation=organisation, measure_key="", pledge_record__isnull=True
    )
    verdicts = without_charter_texts(rows.select_related("cycle__charter").defer("reason"), "cycle__charter")
    trail = list(verdicts.order_by("-cycle__starts_on"))
    for row in trail:
        if row.cycle.charter.key == lineage.charter:
            row.commitment_key = lineage.current_key(row.commitment_key, row.cycle.charter.version) or ""
    return trail

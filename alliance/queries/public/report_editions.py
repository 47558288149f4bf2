"""A published report as of a publication: the revision, and the replies and notices until then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from alliance.enums import Gap
from alliance.models import (
    Cycle,
    Organisation,
    PublishedResponse,
    ReferenceCount,
    WithdrawnPublication,
)
from alliance.queries.public.record import standing_publications
from alliance.queries.public.standing_pledges import last_pledge_change
from portal.kernel.access import ANYONE
from portal.kernel.publishing import Publication, read_publication


@dataclass(frozen=True, slots=True)
class ReportEdition:
    """The current revision of a report, and the last publication about it.

    A later reply, its withdrawal, a reference count, or another pledge of the member makes a new edition of the same
    revision; what is printed of one edition is always the same.
    """

    report: Publication
    number: int
    at: datetime

    @property
    def key(self) -> str:
        """What identifies this edition."""
        return f"{self.report.number}.{self.number}"


def report_edition(slug: str, cycle: str) -> ReportEdition | None:
    """The edition that holds for a member and a cycle; None while no report is published, or once it is withdrawn.

    Four queries, and none of them reads the bytes.
    """
    record = f"{slug}/{cycle}"
    reports = standing_publications(Publication.objects.filter(type="report", record=record).defer("body"))
    report = reports.order_by("-revision").first()
    if report is None:
        return None
    replies = Q(type="response", record__startswith=f"{record}/")
    replies |= Q(type="withdrawal", record__startswith=f"response/{record}/")
    loads = Q(type="reference_load", record__in=_reference_loads_of(slug, cycle))
    last = (
        Publication.objects.filter(replies | loads | Q(pk__in=[report.pk, last_pledge_change(slug)]))
        .order_by("-number")
        .values_list("number", "published_at")[0]
    )
    return ReportEdition(report, *last)


def _reference_loads_of(slug: str, cycle: str) -> list[str]:
    """The files with a count that holds for this member and exactly the cycle's period, or that withdrew one last."""
    period = Cycle.objects.visible_to(ANYONE).filter(slug=cycle).values_list("starts_on", "ends_on").first()
    if period is None:
        return []
    counts = ReferenceCount.objects.visible_to(ANYONE).filter(
        Q(replaced_by__isnull=True) | Q(replaced_by=F("pk")),
        organisation__slug=slug,
        starts_on=period[0],
        ends_on=period[1],
    )
    return list(counts.values_list("load__sha256", flat=True).distinct())


def edition_of(number: int) -> ReportEdition | None:
    """The edition that holds of the record to which this publication belongs."""
    record = Publication.objects.filter(number=number, type="report").values_list("record", flat=True).first()
    return report_edition(*record.split("/", 1)) if record else None


def edition_as_of(number: int, as_of: int) -> ReportEdition | None:
    """The revision `number` of a report with what was published about it up to `as_of`, whatever holds now.

    None once the report is withdrawn. Two queries.
    """
    reports = Publication.objects.filter(number=number, type="report").defer("body")
    report = standing_publications(reports).first()
    at = Publication.objects.filter(number=as_of).values_list("published_at", flat=True).first()
    return ReportEdition(report, as_of, at) if report and at else None


def cycle_of(slug: str) -> Cycle | None:
    """The cycle that a publication names."""
    return Cycle.objects.visible_to(ANYONE).filter(slug=slug).select_related("charter").first()


def organisation_of(slug: str) -> Organisation | None:
    """The organisation that a publication names."""
    return Organisation.objects.visible_to(ANYONE).filter(slug=slug).first()


def reports_before(
    slug: str, cycle: Cycle, number: int | None = None
) -> list[tuple[Cycle, Mapping[str, Any]]]:
    """A member's published reports on the same charter for earlier periods, the earliest first.

    Each as of publication `number`, or as of now. Two queries.
    """
    earlier = Cycle.objects.visible_to(ANYONE).filter(
        charter__key=cycle.charter.key, starts_on__lt=cycle.starts_on
    )
    cycles = {
        f"{slug}/{earlier_cycle.slug}": earlier_cycle
        for earlier_cycle in earlier.select_related("charter").order_by("starts_on")
    }
    rows = Publication.objects.filter(type="report", record__in=cycles).order_by("record", "-revision")
    withdrawn = _valid_on(WithdrawnPublication, number).filter(type="report")
    rows = rows.exclude(record__in=withdrawn.values("record"))
    if number is not None:
        rows = rows.filter(number__lte=number)
    contents = {row.record: read_publication(row) for row in rows.distinct("record")}
    return [
        (earlier_cycle, contents[record]) for record, earlier_cycle in cycles.items() if record in contents
    ]


def missing_periods(
    slug: str, cycle: Cycle, reports: Sequence[Cycle], number: int | None = None
) -> list[tuple[Cycle, Gap]]:
    """The published cycles between a member's first report and this one for which it has none, each with the reason.

    As of publication `number`, or as of now, from the record alone. Three queries.
    """
    if not reports:
        return []
    between = Cycle.objects.visible_to(ANYONE).filter(
        charter__key=cycle.charter.key,
        starts_on__gt=min(each.starts_on for each in reports),
        starts_on__lt=cycle.starts_on,
    )
    cycles = {
        each.slug: each
        for each in between.select_related("charter").order_by("starts_on")
        if each not in reports
    }
    records = [f"{slug}/{each}" for each in cycles]
    rows = _valid_on(WithdrawnPublication, number).filter(type__in=("report", "report_notice"))
    withdrawn = set(rows.filter(record__in=records).values_list("record", flat=True))
    notices = Q(type="report_notice", record__in=set(records) - withdrawn)
    rows = Publication.objects.filter(Q(type="cycle", record__in=cycles) | notices)
    if number is not None:
        rows = rows.filter(number__lte=number)
    documents = {
        (row.type, row.record): read_publication(row)
        for row in rows.order_by("type", "record", "-revision").distinct("type", "record")
    }
    return [
        (
            each,
            Gap.WITHDRAWN
            if f"{slug}/{name}" in withdrawn
            else _gap(slug, documents.get(("report_notice", f"{slug}/{name}")), documents[("cycle", name)]),
        )
        for name, each in cycles.items()
        if ("cycle", name) in documents
    ]


def _gap(slug: str, notice: Mapping[str, Any] | None, published_cycle: Mapping[str, Any]) -> Gap:
    """What the notice says, else what the publication of the cycle says of the member."""
    if notice is not None:
        return Gap(notice["notice"]) if notice["notice"] in Gap.values else Gap.IN_REVIEW  # filed since
    standings = {row["organisation"]["slug"]: row["standing"] for row in published_cycle.get("reports", ())}
    return Gap(standings[slug]) if standings.get(slug) in Gap.values else Gap.NO_REPORT


def responses_on(
    organisation: Organisation, cycle: Cycle, number: int | None = None
) -> list[PublishedResponse]:
    """The replies to a report's verdicts as of publication `number`, or as of now."""
    return list(_valid_on(PublishedResponse, number).filter(organisation=organisation, cycle=cycle))


def _valid_on(model: Any, number: int | None) -> Any:
    return model.objects.current() if number is None else model.objects.as_of(number)

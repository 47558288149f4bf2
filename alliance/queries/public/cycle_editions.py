"""A published cycle as of a publication: who filed, what was counted, how it was judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from alliance.enums import CycleState
from alliance.models import (
    Cycle,
    PublishedFigure,
    PublishedReport,
    PublishedResponse,
    PublishedTotal,
    PublishedVerdict,
)
from alliance.queries.public.cycles import cycle as find_cycle
from alliance.queries.public.verdict_matrix import VerdictCorrection
from portal.kernel.alphabet import alphabet_key
from portal.kernel.publishing import Publication, read_publication

BATCH_SIZE = 20  # members whose figures are read at once
# where the cycle stands in the record of a publication: `2026-h1`, `aurora-video/2026-h1` or behind a type
_CYCLE_PLACES = {"cycle": 0, "report": 1, "report_notice": 1, "response": 1, "withdrawal": 2}


@dataclass(frozen=True, slots=True)
class CycleEdition:
    """A cycle, and the last publication that changed anything of it; the content of an edition never changes."""

    cycle: Cycle
    number: int
    at: datetime
    sha256: str

    @property
    def key(self) -> str:
        """What identifies this edition."""
        return f"{self.cycle.slug}.{self.number}"


def cycle_edition(slug: str) -> CycleEdition | None:
    """The edition that holds; None until the cycle is published. Five queries.

    A correction of a reply makes one too: the summary names it.
    """
    cycle = find_cycle(slug)
    if cycle is None or cycle.state != CycleState.PUBLISHED:
        return None
    reports = PublishedReport.objects.filter(cycle=cycle).aggregate(Max("valid_from"), Max("valid_to"))
    notice = Publication.objects.filter(type="cycle", record=slug).aggregate(Max("number"))
    replies = PublishedResponse.objects.filter(cycle=cycle).aggregate(Max("corrected_in"))
    numbers = (*reports.values(), *notice.values(), *replies.values())
    number = max(filter(None, numbers), default=None)
    return _edition(cycle, number) if number else None


def cycle_slug_of(type_: str, record: str) -> str:
    """The cycle of which a publication of this record makes an edition; empty for any other."""
    parts = record.split("/")
    place = _CYCLE_PLACES.get(type_, len(parts))
    return parts[place] if place < len(parts) else ""


def edition_on(number: int) -> CycleEdition | None:
    """The edition that this publication made."""
    row = Publication.objects.filter(number=number).values_list("type", "record").first()
    slug = cycle_slug_of(*row) if row else ""
    cycle = find_cycle(slug) if slug else None
    return _edition(cycle, number) if cycle else None


def _edition(cycle: Cycle, number: int) -> CycleEdition | None:
    row = Publication.objects.filter(number=number).values_list("published_at", "sha256").first()
    return CycleEdition(cycle, number, *row) if row else None


def reports_on(edition: CycleEdition) -> list[PublishedReport]:
    """The reports and notices of the cycle by member's name, each with its organisation."""
    rows = PublishedReport.objects.as_of(edition.number).filter(cycle=edition.cycle)
    reports = list(rows.select_related("organisation").defer("answers", "evidence"))
    return sorted(reports, key=lambda row: (alphabet_key(row.organisation.name), row.organisation.slug))


def obligations_on(edition: CycleEdition) -> list[dict[str, Any]]:
    """Every report that was due, as the publication of the cycle names it; empty in older publications."""
    rows = Publication.objects.filter(type="cycle", record=edition.cycle.slug, number__lte=edition.number)
    publication = rows.order_by("-number").first()
    return list(read_publication(publication).get("reports", ())) if publication else []


def digests_of(reports: Sequence[PublishedReport]) -> dict[int, str]:
    """The digests of the publications of the reports, by number."""
    numbers = {report.valid_from for report in reports}
    return dict(Publication.objects.filter(number__in=numbers).values_list("number", "sha256"))


def verdicts_on(edition: CycleEdition) -> dict[tuple[int, str], str]:
    """The commitments' verdicts, by organisation and commitment."""
    rows = PublishedVerdict.objects.as_of(edition.number).filter(
        cycle=edition.cycle, measure_key="", pledge_record__isnull=True
    )
    return {
        (organisation_id, key): value
        for organisation_id, key, value in rows.values_list("organisation_id", "commitment_key", "value")
    }


def corrected_verdicts_on(edition: CycleEdition) -> dict[tuple[int, str], VerdictCorrection]:
    """What the commitments' verdicts that were corrected were before, by organisation and commitment."""
    rows = PublishedVerdict.objects.as_of(edition.number).filter(
        cycle=edition.cycle, measure_key="", pledge_record__isnull=True, corrected_in__isnull=False
    )
    columns = rows.values_list("organisation_id", "commitment_key", "corrected_in", "was")
    return {
        (organisation_id, key): correction
        for organisation_id, key, number, was in columns
        if (correction := VerdictCorrection.of(number, was))
    }


@dataclass(frozen=True, slots=True)
class PublishedMemberRows:
    """What one member has published: rows of values, in the order of the fields that were asked for."""

    report: PublishedReport
    figures: Sequence[tuple[Any, ...]]
    totals: Sequence[PublishedTotal]
    answers: Sequence[dict[str, Any]]


def figures_on(
    edition: CycleEdition, reports: Sequence[PublishedReport], fields: Sequence[str]
) -> Iterator[PublishedMemberRows]:
    """Each member's figures, totals and answers, some members at a time so that memory does not grow."""
    for begin in range(0, len(reports), BATCH_SIZE):
        some = reports[begin : begin + BATCH_SIZE]
        figures: dict[int, list[tuple[Any, ...]]] = {}
        for member, *values in (
            _of(PublishedFigure, edition, some).order_by("pk").values_list("organisation_id", *fields)
        ):
            figures.setdefault(member, []).append(tuple(values))
        totals: dict[int, list[PublishedTotal]] = {}
        for total in _of(PublishedTotal, edition, some):
            totals.setdefault(total.organisation_id, []).append(total)
        answers = dict(_of(PublishedReport, edition, some).values_list("organisation_id", "answers"))
        for report in some:
            member = report.organisation_id
            yield PublishedMemberRows(
                report, figures.get(member, []), totals.get(member, []), answers.get(member, [])
            )


def _of(model: Any, edition: CycleEdition, reports: Sequence[PublishedReport]) -> QuerySet[Any]:
    members = [report.organisation_id for report in reports]
    rows: QuerySet[Any] = model.objects.as_of(edition.number).filter(
        cycle=edition.cycle, organisation_id__in=members
    )
    return rows

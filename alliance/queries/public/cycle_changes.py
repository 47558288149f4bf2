"""What was corrected or withdrawn among the reports of a published cycle, as of one of its editions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alliance.models import PublishedReport, WithdrawnPublication
from alliance.queries.public.cycle_editions import CycleEdition
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import name_in_language
from portal.kernel.publishing import Publication, read_publication


@dataclass(frozen=True, slots=True)
class ReportChange:
    """A report that was corrected or withdrawn; `replaces` is the publication that held before, if it was corrected."""

    member: str
    number: int
    at: datetime
    reason: str
    replaces: int | None = None


def corrections_of(reports: Sequence[PublishedReport]) -> list[ReportChange]:
    """Every correction of these reports, the earliest first. Two queries; reads the bodies of those corrected."""
    numbers = [report.valid_from for report in reports if not report.notice]
    corrected = Publication.objects.filter(type="report", number__in=numbers, revision__gt=1)
    changes = [change for row in corrected.iterator(chunk_size=20) for change in _corrections_in(row)]
    days = dict(
        Publication.objects.filter(number__in={change.number for change in changes}).values_list(
            "number", "published_at"
        )
    )
    dated = [
        ReportChange(change.member, change.number, days[change.number], change.reason, change.replaces)
        for change in changes
        if change.number in days
    ]
    return sorted(dated, key=lambda change: change.number)


@dataclass(frozen=True, slots=True)
class _Correction:
    member: str
    number: int
    reason: str
    replaces: int | None


def _corrections_in(publication: Publication) -> list[_Correction]:
    """The corrections that a revision names; the last of them is the revision itself, and does not know its number."""
    content = read_publication(publication)
    member = name_in_language(content["organisation"])
    return [
        _Correction(
            member,
            entry["publication"] or publication.number,
            in_reader_language(entry["reason"]),
            entry["of_publication"],
        )
        for entry in content.get("corrections", ())
    ]


def withdrawals_on(edition: CycleEdition) -> list[ReportChange]:
    """The reports that were withdrawn as of the edition, by the number of their last revision. One query."""
    rows = WithdrawnPublication.objects.as_of(edition.number).filter(
        type="report", record__endswith=f"/{edition.cycle.slug}"
    )
    return [
        ReportChange(row.organisation.name, row.number, row.at, in_reader_language(row.reason))
        for row in rows.select_related("organisation").order_by("number")
    ]

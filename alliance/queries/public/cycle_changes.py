"""What was corrected or withdrawn among the reports of a published cycle, as of one of its editions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from alliance.models import Charter, PublishedReport, PublishedResponse, WithdrawnPublication
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.correction_rows import CorrectionRow
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.cycle_editions import CycleEdition
from alliance.queries.public.made_corrections import made_corrections
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import name_in_language
from portal.kernel.publishing import Publication, read_publication


@dataclass(frozen=True, slots=True)
class ReportChange:
    """A report, or a reply to its verdicts, that was corrected or withdrawn.

    `replaces` is the publication that held before, if it was corrected.
    """

    member: str
    number: int
    at: datetime
    reason: str
    replaces: int | None = None
    is_reply: bool = False
    slug: str = ""  # the member's, of a withdrawal
    rows: Sequence[CorrectionRow] = ()  # what a correction changed


def corrections_on(edition: CycleEdition, reports: Sequence[PublishedReport]) -> list[ReportChange]:
    """Every correction of these reports and of the replies to their verdicts, the earliest first.

    Three queries, and four for each version of a charter that was reported on; reads the bodies of what was corrected.
    """
    replies = PublishedResponse.objects.as_of(edition.number).filter(
        cycle=edition.cycle, corrected_in__isnull=False
    )
    numbers = [
        *(report.valid_from for report in reports),
        *replies.values_list("valid_from", flat=True),
    ]
    corrected = Publication.objects.filter(number__in=numbers, revision__gt=1)
    charters = _Charters(edition, reports)
    changes = [
        change for row in corrected.iterator(chunk_size=20) for change in _corrections_in(row, charters)
    ]
    days = dict(
        Publication.objects.filter(number__in={change.number for change in changes}).values_list(
            "number", "published_at"
        )
    )
    dated = [replace(change, at=days[change.number]) for change in changes if change.number in days]
    return sorted(dated, key=lambda change: change.number)


class _Charters:
    """The charters that documents answer to, each read once."""

    def __init__(self, edition: CycleEdition, reports: Sequence[PublishedReport]) -> None:
        # for those that name none, notices and replies: the version that their member reports on
        self._asked = edition.cycle.charter
        self._earlier = {report.organisation.slug: report.earlier_version for report in reports}
        self._read: dict[tuple[str, int], Charter | None] = {}

    def words_of(self, content: Mapping[str, Any]) -> CorrectionWords | None:
        """The words of the values of a document; None where its charter is not public."""
        earlier = self._earlier.get(content["organisation"]["slug"])
        named = content.get("charter", {"key": self._asked.key, "version": earlier or self._asked.version})
        key = named["key"], named["version"]
        if key not in self._read:
            self._read[key] = public_charter_tree(*key)
        charter = self._read[key]
        return CorrectionWords(charter, content) if charter else None


def _corrections_in(publication: Publication, charters: _Charters) -> list[ReportChange]:
    """The corrections that a revision names; the last of them is the revision itself, and does not know its number."""
    content = read_publication(publication)
    member, is_reply = name_in_language(content["organisation"]), publication.type == "response"
    words = charters.words_of(content) if content.get("corrections") else None
    return [
        ReportChange(
            member,
            made.number,
            publication.published_at,
            made.reason,
            None if is_reply else made.of_publication,
            is_reply,
            rows=made.rows,
        )
        for made in made_corrections(words, content, publication.number)
    ]


def withdrawals_on(edition: CycleEdition) -> list[ReportChange]:
    """The reports and notices that were withdrawn as of the edition, by number of their last revision. One query.

    No notice in whose place a report was published by then: what became of that says what became of the obligation.
    """
    rows = WithdrawnPublication.objects.as_of(edition.number).filter(
        type__in=("report", "report_notice"), record__endswith=f"/{edition.cycle.slug}"
    )
    reports = PublishedReport.objects.filter(
        organisation=OuterRef("organisation"), cycle=edition.cycle, notice="", valid_from__lte=edition.number
    )
    rows = rows.exclude(Exists(reports), type="report_notice")
    return [
        ReportChange(
            row.organisation.name,
            row.number,
            row.at,
            in_reader_language(row.reason),
            slug=row.organisation.slug,
        )
        for row in rows.select_related("organisation").order_by("number")
    ]

"""What the rows behind entries of the public timeline say, read at once for all entries of a list."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import QuerySet

from alliance.enums import TargetState
from alliance.models import (
    Charter,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedTarget,
    PublishedVerdict,
    TimelineEntry,
    WithdrawnPublication,
)
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.commitment_places import CommitmentPlaces
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.verdict_matrix import commitments_of
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.registry import publication_kind

# of these no row that pages read says enough
_READ_WHOLE = ("correction", "cycle", "signatures")


class GivenVerdict(NamedTuple):
    """What is said of a verdict: a feed has thousands."""

    number: int
    commitment_key: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """What the rows behind some entries say, by the number of the publication."""

    places: CommitmentPlaces | None  # of the one that is asked for
    with_points: bool
    verdicts: Mapping[int, Sequence[GivenVerdict]]
    targets: Mapping[int, Counter[str]]
    pledges: Mapping[int, PublishedPledge]
    responses: Mapping[int, PublishedResponse]
    reports: Mapping[int, PublishedReport]
    withdrawals: Mapping[int, WithdrawnPublication]
    documents: Mapping[int, Mapping[str, Any]]
    charters: dict[tuple[str, int], Charter] = field(default_factory=dict)
    headings: dict[int, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def read(
        cls, entries: Sequence[TimelineEntry], places: CommitmentPlaces | None, *, with_points: bool
    ) -> "SummaryFacts":
        numbers: dict[str, list[int]] = {}
        for entry in entries:
            numbers.setdefault(entry.kind, []).append(entry.valid_from)
        whole = [number for kind in _READ_WHOLE for number in numbers.get(kind, [])]
        above = [number for kind, some in numbers.items() if publication_kind(kind) for number in some]
        reports = [*numbers.get("report", []), *numbers.get("report_notice", [])]
        return cls(
            places,
            with_points,
            _verdicts(numbers.get("report", []), places),
            _target_counts(numbers.get("report", []), places),
            _by_number(PublishedPledge.objects.all(), numbers.get("pledge", [])),
            _by_number(PublishedResponse.objects.all(), numbers.get("response", [])),
            # without what it answers, which is long
            _by_number(PublishedReport.objects.only("valid_from", "late", "reason"), reports),
            _by_number(WithdrawnPublication.objects.all(), numbers.get("withdrawal", [])),
            {**documents_of_publications(whole), **documents_of_publications(above, are_latest=True)},
        )

    def concerns(self, words: CorrectionWords, place: CorrectionPlace) -> bool:
        """Whether a corrected value belongs to the commitment that is asked for, or none is."""
        return self.places is None or self.places.alone.get(words.charter.pk) == words.commitment_key(place)

    def headings_of(self, charter_id: int) -> Mapping[str, str]:
        """Number and title of each commitment, by its key."""
        if charter_id not in self.headings:
            commitments = commitments_of(charter_id)
            self.headings[charter_id] = {row.key: f"{row.code} {row.title}" for row in commitments}
        return self.headings[charter_id]

    def charter_of(self, document: Mapping[str, Any]) -> Charter:
        """The charter of a report; an empty one of what names none, such as how a report was filed."""
        named = document.get("charter") or {"key": "", "version": 0}
        place = (named["key"], named["version"])
        if place not in self.charters:
            self.charters[place] = (public_charter_tree(*place) if named["key"] else None) or Charter()
        return self.charters[place]


def _by_number(rows: QuerySet[Any], numbers: Sequence[int]) -> dict[int, Any]:
    """The rows that began with these publications, whether they hold still or not."""
    return {row.valid_from: row for row in rows.filter(valid_from__in=numbers)} if numbers else {}


def _verdicts(numbers: Sequence[int], places: CommitmentPlaces | None) -> dict[int, list[GivenVerdict]]:
    verdicts: dict[int, list[GivenVerdict]] = {}
    if numbers:
        rows = PublishedVerdict.objects.filter(
            valid_from__in=numbers, measure_key="", pledge_record__isnull=True
        )
        rows = rows.filter(places.reported()) if places else rows.exclude(commitment_key="")
        for row in rows.order_by("pk").values_list("valid_from", "commitment_key", "value", "reason"):
            verdict = GivenVerdict(*row)
            verdicts.setdefault(verdict.number, []).append(verdict)
    return verdicts


def _target_counts(numbers: Sequence[int], places: CommitmentPlaces | None) -> dict[int, Counter[str]]:
    """How many targets a report has decided, by what became of them."""
    counts: dict[int, Counter[str]] = {}
    if numbers:
        decided = (TargetState.KEPT, TargetState.MISSED)
        rows = PublishedTarget.objects.filter(valid_from__in=numbers, outcome__in=decided)
        if places is not None:
            rows = rows.filter(record__in=PublishedPledge.objects.filter(places.rows()).values("record"))
        for number, outcome in rows.values_list("valid_from", "outcome"):
            counts.setdefault(number, Counter())[outcome] += 1
    return counts


def documents_of_publications(
    numbers: Sequence[int], *, are_latest: bool = False
) -> dict[int, Mapping[str, Any]]:
    """The documents of these publications; or of those alone that no later revision has replaced."""
    if not numbers:
        return {}
    rows = Publication.objects.filter(number__in=numbers)
    rows = rows.filter(later__isnull=True) if are_latest else rows
    return {row.number: read_publication(row) for row in rows}

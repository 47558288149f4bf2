"""A report's page, commitment by commitment: answers, figures, evidence, other counts, verdict, reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Self

from django.utils.translation import gettext as _

from alliance.figure_fields import FigurePlace
from alliance.models import (
    Commitment,
    Cycle,
    Indicator,
    InvitedComment,
    Measure,
    PublishedPledge,
    PublishedResponse,
    PublishedVerdict,
    ReferenceCount,
    WithdrawnPublication,
)
from alliance.queries.mediation import public_comments
from alliance.queries.public.changes import deviation, is_large_deviation
from alliance.queries.public.report_content import ContentRow, ReportContent
from alliance.queries.public.reports import ReportRecord
from alliance.queries.public.verdict_matrix import VerdictTally
from alliance.queries.public.wording import deviation_text, finding_title, name_in_language, status_text
from alliance.validators.corrections import (
    CorrectionPlace,
    PublishedCorrection,
    Values,
    last_corrections,
    last_total_corrections,
)
from alliance.web.public.charts import count_chart
from alliance.web.public.report_figures import FigureTable, FigureTableBuilder
from portal.kernel.charts import BarChart

# How much a page takes: a figure of a service is about a kilobyte of HTML, a measure with its words as much as three,
# a commitment with its verdict, its verdicts in other cycles and its reply as much again.
_OF_MEASURE = _OF_COMMITMENT = 3
_WHOLE, _PART = 100, 90  # of a report that is one page, and of a page of a longer one
_CYCLES = 6  # of which a commitment's verdicts stand beside one another


@dataclass(frozen=True, slots=True)
class VerdictBlock:
    """A verdict with its reason, and why it differs from what the measures propose."""

    value: str
    reason: str
    difference: str
    at: datetime
    language: str
    correction_key: str  # how an address names it, to correct it
    was: Values | None = None  # value and reason before the last correction


@dataclass(frozen=True, slots=True)
class AnswerBlock:
    """A narrative: the question, and the answer or that it is withheld."""

    indicator: Indicator | None
    answer: ContentRow
    was: str = ""  # the text before the last correction

    @property
    def correction_key(self) -> str:
        """How an address names the text, to correct it."""
        return CorrectionPlace.of_text(self.answer["indicator"]).key


@dataclass(frozen=True, slots=True)
class FindingBlock:
    """A public finding of this report or an earlier one, as it stood when the report was published."""

    title: str
    text: str
    language: str
    withdrawal: ContentRow | None = None  # its reason, of one that was withdrawn since


@dataclass(frozen=True, slots=True)
class MeasureBlock:
    """One measure: its answers, evidence, figures, and the verdict on it."""

    measure: Measure
    answers: list[AnswerBlock]
    evidence: list[ContentRow]
    evidence_withheld: int
    table: FigureTable | None
    verdict: VerdictBlock | None
    findings: list[FindingBlock]
    comments: list[InvitedComment]  # of partners

    @property
    def has_meanings(self) -> bool:
        """Whether the charter says of one of its figures what it is."""
        return self.table is not None and any(row.indicator.meaning for row in self.table.rows)


@dataclass(frozen=True, slots=True)
class ReferenceCountBlock:
    """The member's figure beside somebody else's count of the same."""

    indicator: Indicator
    service: str
    reference: ReferenceCount
    chart: BarChart
    difference: Decimal | None
    deviation: str
    is_large_deviation: bool
    note: str


@dataclass(frozen=True, slots=True)
class VerdictHistory:
    """A commitment's verdicts in this cycle and those around it, the latest first; and those that are left out."""

    shown: Sequence[PublishedVerdict]
    later: Sequence[PublishedVerdict]
    earlier: Sequence[PublishedVerdict]

    @property
    def later_cycle(self) -> Cycle | None:
        """That of the nearest one that is left out."""
        return self.later[-1].cycle if self.later else None

    @property
    def earlier_cycle(self) -> Cycle | None:
        return self.earlier[0].cycle if self.earlier else None

    @classmethod
    def around(cls, verdicts: Sequence[PublishedVerdict], cycle: Cycle) -> Self:
        """Of verdicts with the latest first, as many as fit; that of `cycle` is among them."""
        place = next((place for place, each in enumerate(verdicts) if each.cycle_id == cycle.pk), 0)
        first = max(0, min(place - _CYCLES // 2, len(verdicts) - _CYCLES))
        return cls(verdicts[first : first + _CYCLES], verdicts[:first], verdicts[first + _CYCLES :])


@dataclass(frozen=True)
class CommitmentSection:
    """One commitment in one report."""

    commitment: Commitment
    measures: list[MeasureBlock]
    verdict: VerdictBlock | None
    reply: PublishedResponse | None
    reply_withdrawal: WithdrawnPublication | None  # of a reply to it, or else of the one to all verdicts
    verdict_history: "VerdictHistory"
    pledge: PublishedPledge | None
    reference_counts: list[ReferenceCountBlock]

    @property
    def has_figures(self) -> bool:
        return any(block.table for block in self.measures)

    @property
    def value(self) -> str:
        return self.verdict.value if self.verdict else ""


@dataclass(frozen=True, slots=True)
class OwnPledgeBlock:
    """A pledge beyond the charter: the answer for the period, and the verdict on it."""

    answer: ContentRow
    verdict: VerdictBlock | None

    @property
    def correction_key(self) -> str:
        """How an address names the answer, to correct it."""
        return CorrectionPlace.of_text(pledge=self.answer["record"]).key


class ReportPage:
    """Everything that a report's page shows, made from its record."""

    def __init__(self, record: ReportRecord, *, is_brief: bool = False) -> None:
        """`is_brief`: figures without their breakdowns."""
        self.record = record
        self.facts = ReportContent(record.document, record.series_breaks)
        self.corrected = ReportContent(record.before_correction or {}, record.series_breaks)
        self.tables = FigureTableBuilder(
            record.charter,
            self.facts,
            ReportContent(record.earlier_document or {}),
            self.corrected,
            is_brief=is_brief,
        )
        self.names = {each["slug"]: name_in_language(each) for each in record.document["services"]}

    @cached_property
    def corrections(self) -> dict[CorrectionPlace, PublishedCorrection]:
        """The last correction of each value."""
        return last_corrections(self.record.document)

    @cached_property
    def comments(self) -> dict[str, list[InvitedComment]]:
        """What partners have said, where they and the member agree that it is public, by measure. One query."""
        report = self.record.report
        return public_comments(report.organisation_id, report.cycle_id)

    @cached_property
    def corrected_totals(self) -> dict[tuple[str, str], PublishedCorrection]:
        """The last change of each total that followed from a correction, by indicator and cell."""
        return last_total_corrections(self.record.document)

    @cached_property
    def commitments(self) -> list[Commitment]:
        return list(self.record.charter.commitments.all())

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return {
            indicator.key: indicator
            for commitment in self.commitments
            for measure in commitment.measures.all()
            for indicator in measure.indicators.all()
        }

    @cached_property
    def verdict_values(self) -> dict[str, str]:
        """The commitments' verdicts, for the sun and the tally."""
        return {
            key: row["value"] for (key, measure), row in self.facts.verdicts.items() if key and not measure
        }

    @cached_property
    def tally(self) -> VerdictTally:
        return VerdictTally.of(self.verdict_values.values())

    @cached_property
    def overall_reply(self) -> PublishedResponse | None:
        return next((response for response in self.record.responses if not response.commitment_key), None)

    @cached_property
    def reported_commitments(self) -> list[Commitment]:
        """The commitments that this report has content on."""
        return [
            commitment
            for commitment in self.commitments
            if commitment.key in self.verdict_values
            or any(measure.key in self.facts.measures for measure in commitment.measures.all())
        ]

    @cached_property
    def parts(self) -> list[list[Commitment]]:
        """The report in pages: one, or of many measures and figures several with whole commitments."""
        sizes = {commitment.key: self._size(commitment) for commitment in self.reported_commitments}
        if sum(sizes.values()) <= _WHOLE:
            return [self.reported_commitments]
        parts: list[list[Commitment]] = [[]]
        room = _PART
        for commitment in self.reported_commitments:
            if parts[-1] and sizes[commitment.key] > room:
                parts.append([])
                room = _PART
            parts[-1].append(commitment)
            room -= sizes[commitment.key]
        return parts

    def _size(self, commitment: Commitment) -> int:
        """How much of a page a commitment takes: its own, its measures, and the figures in their tables."""
        measures = [each for each in commitment.measures.all() if each.key in self.facts.measures]
        return _OF_COMMITMENT + sum(_OF_MEASURE + self.tables.count_cells(measure) for measure in measures)

    @cached_property
    def corrected_verdicts(self) -> dict[str, str]:
        """Of the commitments' verdicts that were corrected what they were before."""
        verdicts = {key: row for (key, measure), row in self.facts.verdicts.items() if key and not measure}
        corrected = {
            key: self.corrections.get(CorrectionPlace.of_verdict(row)) for key, row in verdicts.items()
        }
        return {key: last.old["value"] for key, last in corrected.items() if last and last.old}

    @cached_property
    def sections(self) -> list[CommitmentSection]:
        """All of it, commitment by commitment."""
        return [self.section(commitment) for commitment in self.reported_commitments]

    def figures_of(self, indicator: str) -> tuple[Commitment, MeasureBlock, FigureTable] | None:
        """The figures of one indicator, in the measure of a commitment; None where none were filed."""
        for commitment in self.reported_commitments:
            for measure in self._filed_measures(commitment):
                if table := self.tables.table_of(measure, only=indicator):
                    return commitment, self._measure(commitment, measure, table), table
        return None

    def _filed_measures(self, commitment: Commitment) -> list[Measure]:
        return [measure for measure in commitment.measures.all() if measure.key in self.facts.measures]

    def section(self, commitment: Commitment) -> CommitmentSection:
        filed = self._filed_measures(commitment)
        keys = {indicator.key for measure in filed for indicator in measure.indicators.all()}
        record = self.record
        return CommitmentSection(
            commitment=commitment,
            measures=[self._measure(commitment, measure, self.tables.table_of(measure)) for measure in filed],
            verdict=self._verdict(self.facts.verdicts.get((commitment.key, ""))),
            reply=next(
                (response for response in record.responses if response.commitment_key == commitment.key), None
            ),
            reply_withdrawal=record.withdrawn_replies.get(commitment.key) or record.withdrawn_replies.get(""),
            verdict_history=VerdictHistory.around(
                [each for each in record.verdict_history if each.commitment_key == commitment.key],
                record.report.cycle,
            ),
            pledge=record.pledges.get(commitment.key),
            reference_counts=[
                self._reference_count(each) for each in record.references if each.indicator_key in keys
            ],
        )

    def _measure(self, commitment: Commitment, measure: Measure, table: FigureTable | None) -> MeasureBlock:
        filed = self.facts.measures[measure.key]
        return MeasureBlock(
            measure=measure,
            answers=[
                AnswerBlock(
                    self.indicators.get(each["indicator"]), each, self._text_before(each["indicator"])
                )
                for each in filed["answers"]
            ],
            evidence=list(filed["evidence"]),
            evidence_withheld=filed.get("evidence_withheld", 0),
            table=table,
            verdict=self._verdict(self.facts.verdicts.get((commitment.key, measure.key))),
            findings=[
                FindingBlock(finding_title(row), row["text"], row["language"], row.get("withdrawal"))
                for row in filed.get("findings", ())
            ],
            comments=self.comments.get(measure.key, []),
        )

    def _reference_count(self, count: ReferenceCount) -> ReferenceCountBlock:
        indicator = self.indicators[count.indicator_key]
        slug = count.service.slug if count.service else None
        service = self.names.get(slug, count.service.name) if slug and count.service else ""
        own = (
            self.facts.reading(FigurePlace(indicator.key, slug))
            if slug
            else self.facts.organisation_reading(indicator.key)
        )
        value = own.value if own and own.has_value else None
        silence = (
            status_text(own.status, withheld=own.withheld) if own and not own.has_value else _("No value")
        )
        name = service or self.record.report.organisation.name
        chart = count_chart(
            f"count-{count.pk}",
            _("%(indicator)s: counted by %(name)s and by %(observer)s")
            % {"indicator": indicator.title, "name": name, "observer": count.observer},
            (_("%(name)s’s own count") % {"name": name}, value, silence),
            [(count.observer, count.value)],
        )
        return ReferenceCountBlock(
            indicator=indicator,
            service=service,
            reference=count,
            chart=chart,
            difference=abs(value - count.value) if value is not None else None,
            deviation=deviation_text(deviation(value, count.value)) if value is not None else "",
            is_large_deviation=value is not None and is_large_deviation(value, count.value),
            note=" ".join(self.facts.notes_on(indicator.key, slug)),
        )

    @cached_property
    def own_pledges(self) -> list[OwnPledgeBlock]:
        return [
            OwnPledgeBlock(each, self._verdict(self.facts.pledge_verdicts.get(each["record"])))
            for each in self.record.document["pledges"]
        ]

    def _text_before(self, indicator: str) -> str:
        last = self.corrections.get(CorrectionPlace.of_text(indicator))
        return last.old["text"] if last and last.old else ""

    def _verdict(self, row: ContentRow | None) -> VerdictBlock | None:
        if row is None:
            return None
        at = datetime.fromisoformat(row["given_at"])
        place = CorrectionPlace.of_verdict(row)
        last = self.corrections.get(place)
        return VerdictBlock(
            row["value"],
            row["reason"],
            row["difference"],
            at,
            row.get("language", ""),
            place.key,
            last.old if last else None,
        )

"""The verdicts of the last period on a member's measures, each beside what the member has done about it since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alliance.enums import VERDICT_SCALE, WITHDRAWN_FINDING_STATES, FindingState, VerdictValue
from alliance.models import Finding, Response, Verdict
from alliance.queries.findings import with_entries
from alliance.queries.lineage import lineage_of
from alliance.queries.report_differences import (
    ChangeKind,
    EvidenceDifference,
    ReportDifferences,
    TextDifference,
)
from alliance.queries.report_frame import RequiredMeasure
from portal.kernel.access import Actor

_SATISFIED = (VerdictValue.COMPLETE, VerdictValue.NOT_DUE)


@dataclass(frozen=True, slots=True)
class AnsweredVerdict:
    """A verdict that asks for more, the member's reply to it, its findings, and what this report says anew."""

    verdict: Verdict
    required: RequiredMeasure
    response: Response | None
    findings: Sequence[Finding]
    texts: Sequence[TextDifference]
    evidence: Sequence[EvidenceDifference]

    @property
    def is_answered(self) -> bool:
        """Whether the report says something new to it: a text was written anew, evidence came, a finding was done."""
        return bool(self.texts or self.evidence) or any(
            row.state == FindingState.DONE or row.claimed_at for row in self.findings
        )


def answered_verdicts(actor: Actor, differences: ReportDifferences) -> list[AnsweredVerdict]:
    """Verdicts of the last period that ask for more, those without an answer first, the lowest first.

    `differences` are against the last period. Five queries; none where the member has not filed before.
    """
    filed = differences.copy.last_filed
    if filed is None:
        return []
    rows = Verdict.objects.visible_to(actor).filter(report=filed.submission.report_id, measure__isnull=False)
    verdicts = list(rows.select_related("measure"))
    responses = Response.objects.visible_to(actor).filter(report=filed.submission.report_id, replaced_at=None)
    replies = {row.commitment_id: row for row in responses}
    findings = _findings(actor, filed.submission.report_id)
    answered = []
    for verdict in verdicts:
        assert verdict.measure is not None, "it was filtered"
        required = _required(differences, verdict.measure.key, filed.content)
        on_measure = findings.get(verdict.measure_id, [])
        if required is None or (verdict.value in _SATISFIED and not on_measure):
            continue
        key = required.measure.key
        answered.append(
            AnsweredVerdict(
                verdict,
                required,
                replies.get(verdict.commitment_id) or replies.get(None),
                on_measure,
                [
                    row
                    for row in differences.texts_of(ChangeKind.ANSWER, ChangeKind.NEW)
                    if row.required and row.required.measure.key == key
                ],
                [
                    row
                    for row in differences.evidence
                    if row.is_new and row.required and row.required.measure.key == key
                ],
            )
        )
    order = {value: place for place, value in enumerate([*VERDICT_SCALE, VerdictValue.NOT_DUE])}
    return sorted(answered, key=lambda row: (row.is_answered, order[VerdictValue(row.verdict.value)]))


def _findings(actor: Actor, report_id: int) -> Mapping[int | None, list[Finding]]:
    """The findings of that review by their measure; of those withdrawn nothing is asked any more."""
    findings: dict[int | None, list[Finding]] = {}
    rows = Finding.objects.visible_to(actor).filter(report=report_id)
    for row in rows.exclude(state__in=WITHDRAWN_FINDING_STATES).prefetch_related(with_entries(actor)):
        findings.setdefault(row.measure_id, []).append(row)
    return findings


def _required(
    differences: ReportDifferences, key: str, content: Mapping[str, object]
) -> RequiredMeasure | None:
    """The measure that asks for the same in this report's version of the charter."""
    lineage = lineage_of(differences.copy.frame.report.charter)
    version = lineage.version_of(content)
    current_key = lineage.current_key(key, version) if version is not None else key
    return differences.copy.frame.required_measure(current_key) if current_key else None

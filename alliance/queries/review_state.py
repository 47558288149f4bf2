"""How far the review of a report is: its measures, commitments and own pledges in order, with their verdicts.

All of it is read from the last submission, never from the working copy.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliance.enums import VerdictValue
from alliance.models import Commitment, Measure, Report, Submission, Verdict
from alliance.queries.charter_contents import measures_of
from alliance.validators.verdicts import proposed_verdict
from portal.kernel.access import Actor

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """One subject of a verdict: a measure, a commitment, or a pledge beyond the charter."""

    kind: str
    key: str
    code: str
    title: str
    verdict: Verdict | None
    outdated: bool = False  # the answer has changed since the verdict was given
    proposal: VerdictValue | None = None  # of a commitment: the lowest of its due measures
    commitment: Commitment | None = None
    measure: Measure | None = None
    content: Content | None = None  # its content in the submission

    @property
    def differs(self) -> bool:
        """The commitment's verdict is not the one that its measures propose."""
        return bool(self.verdict and self.kind == "commitment" and self.verdict.value != self.proposal)

    @property
    def is_done(self) -> bool:
        if self.verdict is None or self.outdated:
            return False
        explained = bool(self.verdict.difference) or not self.differs
        return explained and bool(self.verdict.reason or self.verdict.value == VerdictValue.NOT_DUE)


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """A commitment with those of its measures that are due."""

    commitment: Commitment
    measures: Sequence[ReviewStep]
    commitment_step: ReviewStep  # the verdict on the commitment itself

    @property
    def is_ready(self) -> bool:
        """All of its measures have a valid verdict, so that its own can be given."""
        return all(step.is_done for step in self.measures)


@dataclass(frozen=True, slots=True)
class ReviewState:
    """The review of one submission; `steps` is the order in which a reviewer goes."""

    submission: Submission
    content: Content
    groups: Sequence[ReviewGroup]
    pledges: Sequence[ReviewStep]

    @property
    def steps(self) -> list[ReviewStep]:
        steps: list[ReviewStep] = []
        for group in self.groups:
            steps += [*group.measures, group.commitment_step]
        return [*steps, *self.pledges]

    @property
    def missing(self) -> list[ReviewStep]:
        """What still needs a verdict before the review can be concluded."""
        return [step for step in self.steps if not step.is_done]

    def find(self, kind: str, key: str) -> ReviewStep | None:
        return next((step for step in self.steps if (step.kind, step.key) == (kind, key)), None)

    def group_of(self, commitment: Commitment) -> ReviewGroup | None:
        return next((group for group in self.groups if group.commitment.pk == commitment.pk), None)


def review_state(actor: Actor, report: Report) -> ReviewState | None:
    """The state of the review; None while nothing has been submitted. Two queries, and one
    more where each was recalled: then it is of the last one, which can be read, and not reviewed.
    """
    rows = Submission.objects.visible_to(actor).filter(report=report)
    submissions = list(rows.standing()) or list(rows)
    if not submissions:
        return None
    bodies = {row.pk: json.loads(bytes(row.body)) for row in submissions}
    verdicts = list(Verdict.objects.visible_to(actor).filter(report=report).select_related("given_by"))
    return _ReviewStateBuilder(bodies, submissions[0], verdicts, measures_of(report.cycle.charter_id)).state()


class _ReviewStateBuilder:
    """Puts submission, verdicts and charter together."""

    def __init__(
        self,
        bodies: Mapping[int, Content],
        submission: Submission,
        verdicts: Sequence[Verdict],
        measures: Sequence[Measure],
    ) -> None:
        self.bodies, self.submission, self.measures = bodies, submission, measures
        self.content = bodies[submission.pk]
        self.due = {part["measure"]: part for part in self.content["measures"]}
        self.by_measure = {row.measure_id: row for row in verdicts if row.measure_id}
        self.by_commitment = {
            row.commitment_id: row for row in verdicts if row.commitment_id and not row.measure_id
        }
        self.by_pledge = {str(row.pledge_record): row for row in verdicts if row.pledge_record}

    def state(self) -> ReviewState:
        pledges = [self._pledge(part) for part in self.content["pledges"]]
        return ReviewState(self.submission, self.content, self._groups(), pledges)

    def _groups(self) -> list[ReviewGroup]:
        grouped: dict[Commitment, list[ReviewStep]] = {}
        for measure in self.measures:
            if measure.key in self.due:
                grouped.setdefault(measure.commitment, []).append(self._measure(measure))
        return [
            ReviewGroup(commitment, steps, self._commitment(commitment, steps))
            for commitment, steps in grouped.items()
        ]

    def _measure(self, measure: Measure) -> ReviewStep:
        verdict, content = self.by_measure.get(measure.pk), self.due[measure.key]
        return ReviewStep(
            "measure",
            measure.key,
            measure.code,
            measure.title,
            verdict,
            outdated=bool(verdict)
            and self._content_reviewed(verdict, "measures", "measure", measure.key) != content,
            commitment=measure.commitment,
            measure=measure,
            content=content,
        )

    def _commitment(self, commitment: Commitment, measures: Sequence[ReviewStep]) -> ReviewStep:
        values = [step.verdict.value for step in measures if step.verdict]
        return ReviewStep(
            "commitment",
            commitment.key,
            commitment.code,
            commitment.title,
            self.by_commitment.get(commitment.pk),
            proposal=proposed_verdict(values),
            commitment=commitment,
        )

    def _pledge(self, content: Content) -> ReviewStep:
        verdict = self.by_pledge.get(content["record"])
        outdated = (
            bool(verdict)
            and self._content_reviewed(verdict, "pledges", "record", content["record"]) != content
        )
        return ReviewStep(
            "pledge", content["record"], "", content["title"], verdict, outdated=outdated, content=content
        )

    def _content_reviewed(self, verdict: Verdict | None, section: str, name: str, key: str) -> Content | None:
        """The content of the submission that the verdict was given on."""
        body = self.bodies.get(verdict.submission_id) if verdict else None
        return next((part for part in body[section] if part[name] == key), None) if body else None

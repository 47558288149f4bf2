"""How far the review of a report is: its measures, commitments and own pledges in order, with their verdicts.

All of it is read from the last submission, never from the working copy.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.enums import PledgeState, ReportState, SecondReadingState, VerdictValue
from alliance.models import Commitment, Measure, Pledge, Report, SecondReading, Submission, Verdict
from alliance.queries.charter_contents import measures_of
from alliance.queries.corrected_submissions import corrections_of_published, mark_corrected_verdicts
from alliance.queries.report_frame import pledged_measure_keys
from alliance.validators.verdicts import proposed_verdict
from portal.kernel.access import Actor
from portal.kernel.journal import Event

Content = Mapping[str, Any]
STEP_KINDS = ("measure", "commitment", "pledge")
_READING_ENDS = tuple(f"second_reading.{act}" for act in ("agree", "differ", "settle"))


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """One subject of a verdict: a measure, a commitment, or a pledge beyond the charter."""

    kind: str
    key: str
    code: str
    title: str
    verdict: Verdict | None
    outdated: bool = False  # the answer has changed since the verdict was given
    changed: bool = False  # since the verdict; without one, since the submission before
    # Where it was filed before: the submission that its verdict was given on, unless that is the last one; else the
    # submission before the last.
    baseline: Submission | None = None
    earlier: Content | None = None  # its content there
    withdrawn: bool = (
        False  # an opt-in measure whose pledge was withdrawn after the submission: nothing to judge
    )
    proposal: VerdictValue | None = None  # of a commitment: the lowest of its due measures, once each has one
    commitment: Commitment | None = None
    measure: Measure | None = None
    content: Content | None = None  # its content in the submission
    is_of_latest: bool = True  # whether its verdict was given on the last submission

    @property
    def name(self) -> str:
        """The step in one word, as drafts and forms name it."""
        return f"{self.kind}:{self.key}"

    @property
    def subject(self) -> dict[str, Any]:
        """What its verdict is on, as the services of verdicts take it."""
        return {
            "measure": self.measure,
            "commitment": self.commitment if self.kind == "commitment" else None,
            "pledge_record": UUID(self.key) if self.kind == "pledge" else None,
        }

    @property
    def is_explained(self) -> bool:
        """Whether a commitment's verdict is the one that its measures propose now, or says why it is not that one.

        Nothing speaks against it while one of them has none, so that they propose nothing: that one is missing.
        """
        if self.verdict is None or self.kind != "commitment" or self.proposal is None:
            return True
        if self.verdict.value == self.proposal:
            return not self.verdict.difference
        return bool(self.verdict.difference) and self.verdict.difference_from == self.proposal

    @property
    def is_kept(self) -> bool:
        """The verdict was given on an earlier submission, and holds: the answer is the same."""
        return self.verdict is not None and self.is_done and not self.is_of_latest

    @property
    def needs_second_look(self) -> bool:
        """Whoever gave the verdict has declared an interest since, and nobody without one has saved or confirmed it."""
        return self.verdict is not None and self.verdict.needs_second_look and not self.withdrawn

    @property
    def can_be_confirmed(self) -> bool:
        """It needs a second look, and the answer is still the one that was judged."""
        return self.needs_second_look and not self.outdated

    @property
    def is_done(self) -> bool:
        if self.withdrawn:
            return True
        if self.verdict is None or self.outdated or self.needs_second_look:
            return False
        return self.is_explained and bool(self.verdict.reason or self.verdict.value == VerdictValue.NOT_DUE)


def _without_verdict(measures: Sequence[ReviewStep]) -> list[ReviewStep]:
    return [step for step in measures if step.verdict is None and not step.withdrawn]


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

    @property
    def without_verdict(self) -> list[ReviewStep]:
        """Its measures that have none: until then they propose nothing."""
        return _without_verdict(self.measures)


@dataclass(frozen=True, slots=True)
class ReviewState:
    """The review of one submission; `steps` is the order in which a reviewer goes."""

    submission: Submission
    content: Content
    groups: Sequence[ReviewGroup]
    pledges: Sequence[ReviewStep]
    submissions: Sequence[Submission] = ()  # all of them, the last one first
    verdict_count: int = 0  # also on what the last submission answers no more

    @property
    def steps(self) -> list[ReviewStep]:
        steps: list[ReviewStep] = []
        for group in self.groups:
            steps += [*group.measures, group.commitment_step]
        return [*steps, *self.pledges]

    @property
    def measures_to_judge(self) -> list[ReviewStep]:
        """The measures, without those whose pledge was withdrawn after the submission."""
        return [step for step in self.steps if step.kind == "measure" and not step.withdrawn]

    @property
    def changed(self) -> list[ReviewStep]:
        """The steps to look at again, or that the last submission changed."""
        return [step for step in self.steps if step.changed]

    @property
    def missing(self) -> list[ReviewStep]:
        """What still needs a verdict before the review can be concluded."""
        return [step for step in self.steps if not step.is_done]

    @property
    def unjudged(self) -> list[ReviewStep]:
        """What is missing and cannot be confirmed either: it is given, or given anew."""
        return [step for step in self.missing if not (step.can_be_confirmed and step.is_explained)]

    @property
    def to_confirm(self) -> list[ReviewStep]:
        """The steps whose verdict another reviewer can confirm as it stands, or gives anew."""
        return [step for step in self.steps if step.can_be_confirmed]

    def find(self, kind: str, key: str) -> ReviewStep | None:
        return next((step for step in self.steps if (step.kind, step.key) == (kind, key)), None)

    def group_of(self, commitment: Commitment) -> ReviewGroup | None:
        return next((group for group in self.groups if group.commitment.pk == commitment.pk), None)


def review_state(actor: Actor, report: Report, *, for_second_reading: bool = False) -> ReviewState | None:
    """The state of the review; None while nothing has been submitted.

    Four queries, one more where the submission answers to opt-in measures, where it is published, and where each was
    recalled: then it is of the last one, which can be read, and not reviewed. Whoever reads it blind for a second time
    sees no verdicts on it before theirs are sent, but for `for_second_reading`, which compares both.
    """
    rows = Submission.objects.visible_to(actor).filter(report=report)
    submissions = list(rows.standing()) or list(rows)
    if not submissions:
        return None
    bodies = {row.pk: json.loads(bytes(row.body)) for row in submissions}
    given = Verdict.objects.visible_to(actor).filter(report=report).select_related("given_by")
    is_hidden = not for_second_reading and reads_blind(actor, report)
    corrections = {} if is_hidden else corrections_of_published(report)
    if corrections:
        given = given.select_related("given_by", "commitment", "measure")
    verdicts = [] if is_hidden else list(given)
    mark_corrected_verdicts(verdicts, corrections)
    measures = measures_of(report.charter_id)
    due = {part["measure"] for part in bodies[submissions[0].pk]["measures"]}
    opted = [row for row in measures if not row.core and row.key in due]
    # once the review is concluded its verdicts stand and are published, whatever is withdrawn later
    is_concluded = report.state in (ReportState.CONCLUDED, ReportState.PUBLISHED)
    withdrawn = withdrawn_measure_keys(actor, report) if opted and not is_concluded else frozenset()
    return _ReviewStateBuilder(bodies, submissions, verdicts, measures, withdrawn).state()


def withdrawn_measure_keys(actor: Actor, report: Report) -> frozenset[str]:
    """The measures, by the keys of the cycle's charter, that the member had pledged and pledges no more. One query."""
    states = (PledgeState.PUBLISHED, PledgeState.FULFILLED, PledgeState.WITHDRAWN)
    rows = Pledge.objects.visible_to(actor).filter(organisation_id=report.organisation_id, state__in=states)
    pledges = list(rows.select_related("earlier_charter"))
    ended = [row for row in pledges if row.state == PledgeState.WITHDRAWN]
    running = [row for row in pledges if row.state != PledgeState.WITHDRAWN]
    charter = report.charter
    return frozenset(pledged_measure_keys(charter, ended) - pledged_measure_keys(charter, running))


def reports_read_blind(actor: Actor) -> frozenset[int]:
    """The reports, by number, that the actor is asked to judge without their verdicts, and has not sent theirs.

    Nobody reads for the second time what they review. One query for somebody of the secretariat.
    """
    return frozenset(blind_readings(actor).values_list("report", flat=True))


def blind_readings(actor: Actor) -> QuerySet[SecondReading]:
    """The same as the readings themselves, for a part of another query."""
    if not (actor.is_host and actor.is_person):
        return SecondReading.objects.none()
    readings: QuerySet[SecondReading] = SecondReading.objects.visible_to(actor).filter(
        reader_id=actor.person_id, is_blind=True, state=SecondReadingState.ASKED
    )
    return readings.exclude(report__reviewer_id=actor.person_id)


def without_judgements_read_blind(actor: Actor, events: QuerySet[Event]) -> QuerySet[Event]:
    """Leave out what others have found on reports that the actor still reads blind: that they have says much already.

    That is what was done to findings, and how second readings ended. Sends no query of its own.
    """
    unread = blind_readings(actor).filter(report=OuterRef("parent_id"))
    of_report = Q(parent_type=Report._meta.label_lower)
    judgements = Q(kind__startswith="finding.") | Q(kind__in=_READING_ENDS)
    return events.exclude(of_report & judgements & Exists(unread))


def is_read_blind(actor: Actor, reading: SecondReading) -> bool:
    """The same of one reading, with its report, that is at hand."""
    is_asked = reading.reader_id == actor.person_id and reading.state == SecondReadingState.ASKED
    return reading.is_blind and is_asked and reading.report.reviewer_id != actor.person_id


def reads_blind(actor: Actor, report: Report) -> bool:
    """Whether nothing may show the actor the verdicts, findings and notes of this review yet."""
    return report.reviewer_id != actor.person_id and report.pk in reports_read_blind(actor)


class _ReviewStateBuilder:
    """Puts submission, verdicts and charter together."""

    def __init__(
        self,
        bodies: Mapping[int, Content],
        submissions: Sequence[Submission],
        verdicts: Sequence[Verdict],
        measures: Sequence[Measure],
        withdrawn: frozenset[str],
    ) -> None:
        self.bodies, self.submissions, self.measures, self.withdrawn = (
            bodies,
            submissions,
            measures,
            withdrawn,
        )
        self.submission = submissions[0]
        self.content = bodies[self.submission.pk]
        self.due = {part["measure"]: part for part in self.content["measures"]}
        self.by_measure = {row.measure_id: row for row in verdicts if row.measure_id}
        self.by_commitment = {
            row.commitment_id: row for row in verdicts if row.commitment_id and not row.measure_id
        }
        self.by_pledge = {str(row.pledge_record): row for row in verdicts if row.pledge_record}

    def state(self) -> ReviewState:
        pledges = [self._pledge(part) for part in self.content["pledges"]]
        given = len(self.by_measure) + len(self.by_commitment) + len(self.by_pledge)
        return ReviewState(self.submission, self.content, self._groups(), pledges, self.submissions, given)

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
        withdrawn = measure.key in self.withdrawn and not measure.core
        baseline = self._baseline(verdict)
        earlier = self._part(baseline, "measures", "measure", measure.key)
        outdated, changed = self._changes(verdict, content, baseline, earlier)
        return ReviewStep(
            "measure",
            measure.key,
            measure.code,
            measure.title,
            verdict,
            outdated=outdated and not withdrawn,
            changed=changed and not withdrawn,
            baseline=baseline,
            earlier=earlier,
            withdrawn=withdrawn,
            commitment=measure.commitment,
            measure=measure,
            content=content,
            is_of_latest=self._is_of_latest(verdict),
        )

    def _baseline(self, verdict: Verdict | None) -> Submission | None:
        """The submission that an answer is compared with; None where there was none before."""
        before = self.submissions[1:]
        judged = next((row for row in before if verdict and row.pk == verdict.submission_id), None)
        return judged or next(iter(before), None)

    def _changes(
        self, verdict: Verdict | None, content: Content, baseline: Submission | None, earlier: Content | None
    ) -> tuple[bool, bool]:
        """Whether the answer changed since the verdict; and since that or, without one, the submission before."""
        if verdict is None:
            return False, baseline is not None and earlier != content
        if verdict.submission_id == self.submission.pk:
            return False, False
        is_outdated = verdict.submission_id not in self.bodies or earlier != content
        return is_outdated, is_outdated

    def _is_of_latest(self, verdict: Verdict | None) -> bool:
        return verdict is None or verdict.submission_id == self.submission.pk

    def _commitment(self, commitment: Commitment, measures: Sequence[ReviewStep]) -> ReviewStep:
        values = [step.verdict.value for step in measures if step.verdict and not step.withdrawn]
        verdict = self.by_commitment.get(commitment.pk)
        return ReviewStep(
            "commitment",
            commitment.key,
            commitment.code,
            commitment.title,
            verdict,
            changed=any(step.changed for step in measures),
            withdrawn=all(step.withdrawn for step in measures),
            proposal=None if _without_verdict(measures) else proposed_verdict(values),
            commitment=commitment,
            is_of_latest=self._is_of_latest(verdict),
        )

    def _pledge(self, content: Content) -> ReviewStep:
        verdict = self.by_pledge.get(content["record"])
        baseline = self._baseline(verdict)
        earlier = self._part(baseline, "pledges", "record", content["record"])
        outdated, changed = self._changes(verdict, content, baseline, earlier)
        return ReviewStep(
            "pledge",
            content["record"],
            "",
            content["title"],
            verdict,
            outdated=outdated,
            changed=changed,
            baseline=baseline,
            earlier=earlier,
            content=content,
            is_of_latest=self._is_of_latest(verdict),
        )

    def _part(self, submission: Submission | None, section: str, name: str, key: str) -> Content | None:
        """What an earlier submission has at this place."""
        if submission is None:
            return None
        return next((part for part in self.bodies[submission.pk][section] if part[name] == key), None)

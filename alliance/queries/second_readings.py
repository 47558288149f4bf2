"""Second readings: of a report or a reader, measure by measure."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, QuerySet, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from alliance.enums import (
    REVIEWABLE_REPORT_STATES,
    UNSETTLED_READING_STATES,
    ReadingOutcome,
    SecondReadingState,
    VerdictValue,
)
from alliance.models import InternalNote, Report, SecondOpinion, SecondReading, Submission, Verdict
from alliance.queries.actors import actor_for, secretariat_id
from alliance.queries.local_dates import day_of, today
from alliance.queries.review_state import Content, ReviewState, ReviewStep, reads_blind, review_state
from portal.kernel.access import Actor, can

SILENT_DAYS = 7  # after which a reader who has not answered is reminded


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One measure of a reading: the reviewer's verdict as it is, and the reader's own."""

    step: ReviewStep
    verdict: Verdict | None
    opinion: SecondOpinion | None
    notes: Sequence[InternalNote] = ()  # on the measure, since a verdict that was changed had been read
    is_outdated: bool = False  # the answer has changed since the reader judged it, before the reading is sent

    @property
    def differs(self) -> bool:
        return self.opinion is not None and self.opinion.differs

    @property
    def was_changed(self) -> bool:
        """Whether the verdict is another one than the reader has read, or than the settlement has upheld.

        Where it is not known which one was upheld, it may be another one.
        """
        return self.verdict is not None and self.value_left not in ("", self.verdict.value)

    @property
    def is_other_than_read(self) -> bool:
        """Whether the verdict is another one than the reader has read, taken over from them or changed since."""
        read = self.opinion.verdict_value if self.opinion is not None else ""
        return self.verdict is not None and read not in ("", self.verdict.value)

    @property
    def is_taken_back(self) -> bool:
        """Whether the verdict that the reader has read is taken back, and none is given yet in its place."""
        return self.verdict is None and self.opinion is not None and bool(self.opinion.verdict_value)

    @property
    def value_left(self) -> str | None:
        """The verdict that the reader has read, or that the settlement has upheld.

        Empty before the reading is sent; None where it is not known which one was upheld.
        """
        if self.opinion is None:
            return ""
        return self.upheld_value if self.opinion.outcome else self.opinion.verdict_value

    @property
    def upheld_value(self) -> str | None:
        """The verdict that the settlement has upheld; None where there is none, or where that is not known.

        Version 0.1.0 did not keep it. Of its settlements a verdict that was taken over is known, and one that was kept
        as long as nobody has given it anew since.
        """
        opinion, verdict = self.opinion, self.verdict
        if opinion is None or not opinion.outcome:
            return None
        if opinion.upheld_value is not None:
            return opinion.upheld_value
        if opinion.outcome == ReadingOutcome.ADOPTED:
            return opinion.value
        settled_at: datetime | None = opinion.reading.settled_at
        if verdict is None or settled_at is None or verdict.given_at > settled_at:
            return None
        return verdict.value

    @property
    def label_left(self) -> str:
        """The verdict that was left, in words; empty where there is none, or where it is not known."""
        return str(VerdictValue(self.value_left).label) if self.value_left else ""


def reading_rows(actor: Actor, reading: SecondReading) -> list[ReadingRow]:
    """The measures that were asked about and are still judged, in the order of the charter. Five queries.

    One more where the member has submitted again since the reader began to judge. A measure whose pledge was withdrawn
    since has no verdict to read. The verdicts are there for a blind reader too: whoever shows them asks `visible_parts`
    first.
    """
    state = review_state(actor, reading.report, for_second_reading=True)
    if state is None:
        return []
    opinions = {row.measure_id: row for row in opinions_of(actor, reading)}
    asked = set(reading.measure_keys)
    outdated = _outdated_measures(actor, reading, state, opinions.values())
    return [
        ReadingRow(step, step.verdict, opinions.get(step.measure.pk), is_outdated=step.measure.pk in outdated)
        for step in state.measures_to_judge
        if step.measure is not None and (not asked or step.key in asked)
    ]


def _outdated_measures(
    actor: Actor, reading: SecondReading, state: ReviewState, opinions: Iterable[SecondOpinion]
) -> set[int]:
    """The measures, by number, whose answer is another one than the reader of an open reading has judged.

    They judged the submission that was the last one then, also where it was recalled since. At most one query.
    """
    submitted_at = state.submission.submitted_at
    earlier = [each for each in opinions if each.given_at < submitted_at]
    if reading.state != SecondReadingState.ASKED or not earlier:
        return set()
    before = Submission.objects.visible_to(actor).filter(
        report=reading.report_id, submitted_at__lt=submitted_at
    )
    answers = [(row.submitted_at, _answers_in(json.loads(bytes(row.body)))) for row in before]
    answers.sort(key=lambda pair: pair[0], reverse=True)
    now, outdated = _answers_in(state.content), set()
    for opinion in earlier:
        judged = next((each for at, each in answers if at <= opinion.given_at), {})
        key = opinion.measure.key
        if judged.get(key) != now.get(key):
            outdated.add(opinion.measure_id)
    return outdated


def _answers_in(content: Content) -> dict[str, Any]:
    """What a submission says on each measure, by its key."""
    return {part["measure"]: part for part in content["measures"]}


def outdated_refusal(rows: Sequence[ReadingRow]) -> str:
    """Why a reading with such measures is not sent, naming the first of them; empty where there is none."""
    row = next((each for each in rows if each.is_outdated), None)
    if row is None:
        return ""
    message = _(
        "The member has changed its answer on %(measure)s since you judged it. Open the measure, read what is "
        "submitted now, and save your verdict again."
    )
    return message % {"measure": f"{row.step.code} {row.step.title}"}


@dataclass(frozen=True, slots=True)
class VisibleParts:
    """What of a reading may be shown: the reviewer's verdicts, and those of its reader."""

    verdicts: bool
    opinions: bool


def visible_parts(actor: Actor, reading: SecondReading) -> VisibleParts:
    """Of a reading that the actor can see. One query.

    Whoever is to judge the report blind sees no verdict of it, those of other readers neither; what a reader has judged
    is theirs until it is sent.
    """
    is_hidden = reads_blind(actor, reading.report)
    is_open = reading.state == SecondReadingState.ASKED
    is_own = reading.reader_id == actor.person_id
    return VisibleParts(verdicts=not is_hidden, opinions=is_own or not (is_open or is_hidden))


def opinions_of(actor: Actor, reading: SecondReading) -> list[SecondOpinion]:
    """What the reader has judged so far. One query."""
    rows = SecondOpinion.objects.visible_to(actor).filter(reading=reading)
    return list(rows.select_related("reading", "measure"))


def changed_since_read(actor: Actor, report: Report, state: ReviewState) -> list[ReadingRow]:
    """The measures whose verdict was changed after the last reading of it was sent or settled. One query.

    Of two readings the one that was settled last binds, also where the other one was sent after it.
    """
    left_at = Case(When(outcome="", then="reading__answered_at"), default="reading__settled_at")
    opinions = (
        SecondOpinion.objects.visible_to(actor).filter(reading__report=report).exclude(verdict_value="")
    )
    opinions = opinions.select_related("reading__reader").order_by(left_at, "pk")
    last = {opinion.measure_id: opinion for opinion in opinions}
    rows = (
        ReadingRow(step, step.verdict, last.get(step.measure.pk))
        for step in state.measures_to_judge
        if step.measure is not None
    )
    return [row for row in rows if row.was_changed]


def rows_sent_on(actor: Actor, report: Report, step: ReviewStep) -> list[ReadingRow]:
    """What second readers have sent on the verdict of this measure, the first one first. One query."""
    opinions = SecondOpinion.objects.visible_to(actor).filter(reading__report=report, measure=step.measure)
    sent = opinions.exclude(verdict_value="").select_related("reading__reader").order_by("pk")
    return [ReadingRow(step, step.verdict, opinion) for opinion in sent]


def with_notes_since(actor: Actor, reading: SecondReading, rows: list[ReadingRow]) -> list[ReadingRow]:
    """The same rows; those whose verdict was changed since with the notes on their measure since. At most one query."""
    changed = [row.step.measure.pk for row in rows if row.was_changed and row.step.measure is not None]
    if not changed or reading.answered_at is None:
        return rows
    notes = InternalNote.objects.visible_to(actor).filter(
        report=reading.report_id, measure__in=changed, written_at__gte=reading.answered_at
    )
    by_measure: dict[int, list[InternalNote]] = {}
    for note in notes.select_related("written_by"):
        by_measure.setdefault(note.measure_id, []).append(note)
    return [
        replace(row, notes=by_measure.get(row.step.measure.pk, ())) if row.step.measure is not None else row
        for row in rows
    ]


def asker_may_withdraw(reading: SecondReading) -> bool:
    """Whether who asked for the reading can still withdraw it: they may have left, or have an interest. Two queries."""
    return can(actor_for(reading.asked_by_id, secretariat_id() or 0), "second_reading.withdraw", reading)


def withdrawal_note(actor: Actor, reading: SecondReading) -> InternalNote | None:
    """Why somebody has withdrawn the reading; none where it ended with another act. At most one query."""
    if reading.state != SecondReadingState.WITHDRAWN or reading.settled_by_id is None:
        return None
    notes = InternalNote.objects.visible_to(actor).filter(
        report=reading.report_id,
        measure=None,
        written_by=reading.settled_by_id,
        written_at=reading.settled_at,
    )
    return notes.select_related("written_by").first()


def readings_of(actor: Actor, report: Report) -> list[SecondReading]:
    """All second readings of a report, the first one first. One query."""
    rows = SecondReading.objects.visible_to(actor).filter(report=report)
    return list(rows.select_related("reader", "asked_by", "settled_by"))


def second_readings(actor: Actor) -> QuerySet[Any]:
    """All second readings that the actor can see, with their reports and people."""
    rows = SecondReading.objects.visible_to(actor)
    return rows.select_related(
        "report__organisation",
        "report__cycle__charter",
        "report__reviewer",
        "reader",
        "asked_by",
        "settled_by",
    )


def unsettled_readings(actor: Actor, reports: Collection[int]) -> Sequence[SecondReading]:
    """Those of these reports that are asked or differ. One query."""
    rows = SecondReading.objects.visible_to(actor).filter(
        report__in=reports, state__in=UNSETTLED_READING_STATES
    )
    return list(rows.select_related("reader", "report"))


def readings_to_do(actor: Actor) -> QuerySet[Any]:
    """What the actor has been asked to read and is filed, the longest waiting first."""
    rows = SecondReading.objects.visible_to(actor).filter(
        reader_id=actor.person_id, state=SecondReadingState.ASKED, report__submitted_at__isnull=False
    )
    return rows.select_related("report__organisation", "report__cycle").order_by("asked_at", "pk")


def silent_readings() -> list[SecondReading]:
    """Those that could be read for a week or longer, unanswered, whose reader was not reminded yet. One query.

    The week begins when it is asked for, or with the submission that came after that.
    """
    rows = SecondReading.objects.filter(
        state=SecondReadingState.ASKED, reminded_at=None, report__state__in=REVIEWABLE_REPORT_STATES
    )
    last = today() - timedelta(days=SILENT_DAYS)
    since = rows.annotate(since=Greatest("asked_at", "report__submitted_at"))
    return [row for row in since.order_by("pk") if day_of(row.since) <= last]


@dataclass(frozen=True, slots=True)
class ReadSubmission:
    """Which submission the reader has judged, and the one that stands now."""

    number: int
    latest: int


def readings_of_earlier_submissions(
    submissions: Sequence[Submission], latest: int, readings: Iterable[SecondReading]
) -> list[tuple[SecondReading, ReadSubmission]]:
    """Those of these readings that were sent before the submission with this number, the one that stands.

    Each with the last of these submissions, the last one first, that there was by then.
    """
    pairs = []
    for reading in readings:
        sent_at = reading.answered_at
        read = next((row.number for row in submissions if sent_at and row.submitted_at <= sent_at), None)
        if read is not None and read < latest:
            pairs.append((reading, ReadSubmission(read, latest)))
    return pairs


def submission_read(actor: Actor, reading: SecondReading) -> ReadSubmission | None:
    """The submission that a sent reading is of, where a later one of the member stands; else None. Two queries."""
    if reading.answered_at is None:
        return None
    rows = Submission.objects.visible_to(actor).filter(report=reading.report_id).order_by("-number")
    latest = rows.standing().values_list("number", flat=True).first()
    earlier = readings_of_earlier_submissions(list(rows.defer("body")), latest or 0, [reading])
    return earlier[0][1] if earlier else None

"""What a working copy changes: its figures, texts and evidence beside those that the member filed before."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from operator import attrgetter, neg
from typing import Any, NamedTuple
from uuid import UUID

from alliance.enums import Direction, ValueType
from alliance.figure_fields import QUANTITIES, FigurePlace, FigureValues, FiledFigure
from alliance.models import Answer, Evidence, Indicator, KeyMapping, Submission
from alliance.queries.lineage import lineage_of
from alliance.queries.report_frame import Content, ReportFrame, RequiredMeasure, figures_in, texts_in
from alliance.queries.review_differences import Comparison, earlier_evidence
from alliance.queries.working_copy import WorkingCopy
from portal.kernel.access import Actor
from portal.kernel.text import DiffMark, DiffPiece, compare_words, shorten_unchanged

_NONE = Decimal(0)
_SHOWN = attrgetter("status", "value", "choice", "estimate", "lower", "upper", "definition_changed")


class ChangeKind(StrEnum):
    """What became of a figure or text since; those of figures in the order in which they are shown."""

    ANSWER = "answer"  # another answer in words, or a number where there was none, or the other way round
    GONE = "gone"
    NUMBER = "number"
    BROKEN = "broken"  # not compared: the definition has changed
    NEW = "new"
    SAME = "same"


class Baseline(NamedTuple):
    """What a working copy is compared with, under the keys of its own version of the charter."""

    comparison: Comparison
    submission: Submission
    content: Content
    breaks: frozenset[str] = frozenset()  # the keys whose series the charter breaks since


def weight_between(value_type: str, old: Decimal, new: Decimal) -> tuple[Decimal, Decimal]:
    """How far apart two numbers are: per cent, or points of a share, then the difference itself.

    Per cent are of the smaller number, so that a fall weighs as much as the rise that would undo it, and one that comes
    from zero or falls to it more than any other.
    """
    difference, smaller = abs(new - old), min(abs(old), abs(new))
    if value_type == ValueType.SHARE or not difference:
        return difference, difference
    return difference * 100 / smaller if smaller else Decimal("Infinity"), difference


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """One figure before and now; `size` is by how much it has changed, in per cent or in points of a share."""

    frame: ReportFrame
    place: FigurePlace
    indicator: Indicator
    required: RequiredMeasure
    kind: ChangeKind
    before: FiledFigure | None
    now: FigureValues | None
    size: Decimal
    is_broken_by_charter: bool = False

    @property
    def is_rise(self) -> bool:
        """Whether the number has grown."""
        old = self.before.values.value if self.before else None
        return bool(self.now and self.now.value is not None and old is not None and self.now.value > old)

    @property
    def trend(self) -> str:
        """`better` or `worse` by the direction of the indicator; empty where it has none, or nothing is compared."""
        if self.kind != ChangeKind.NUMBER or not self.size or self.indicator.direction == Direction.NEUTRAL:
            return ""
        return "better" if self.is_rise == (self.indicator.direction == Direction.HIGHER) else "worse"

    @property
    def weight(self) -> tuple[Decimal, Decimal]:
        """How far apart its two numbers are, to put the furthest first."""
        old, new = self.before.values.value if self.before else None, self.now.value if self.now else None
        if self.kind != ChangeKind.NUMBER or old is None or new is None:
            return _NONE, _NONE
        return weight_between(self.indicator.value, old, new)


@dataclass(frozen=True)
class TextDifference:
    """One narrative, or the answer to a pledge beyond the charter, before and now."""

    title: str
    required: RequiredMeasure | None
    subject: int | UUID
    kind: ChangeKind
    before: str
    answer: Answer

    @cached_property
    def _whole_pieces(self) -> list[DiffPiece]:
        """Worked out once: it takes as long as the two texts are alike."""
        return compare_words(self.before, self.answer.text)

    @property
    def pieces(self) -> list[DiffPiece]:
        """The words that went and came; long passages that stayed are left out."""
        return shorten_unchanged(self._whole_pieces)

    @property
    def added_words(self) -> str:
        """The words that came, in one line."""
        added = (piece.text.strip() for piece in self._whole_pieces if piece.mark == DiffMark.ADDED)
        return " ".join(" … ".join(filter(None, added)).split())


class EvidenceDifference(NamedTuple):
    """A piece of evidence that came or has other readers, or (`now` is None) its title that went."""

    title: str
    required: RequiredMeasure | None
    now: Evidence | None
    has_other_readers: bool = False

    @property
    def is_new(self) -> bool:
        return self.now is not None and not self.has_other_readers


class ReportDifferences:
    """A working copy beside a baseline; without one everything in it is new."""

    def __init__(self, copy: WorkingCopy, baseline: Baseline | None) -> None:
        self.copy, self.baseline = copy, baseline
        self.content: Content = baseline.content if baseline else {}

    @cached_property
    def figures(self) -> list[FigureDifference]:
        """Every figure that is given now or was before and is still asked for: by kind, the largest change first."""
        before = self.copy.last_figures if self.content is self.copy.last else figures_in(self.content)
        places = dict.fromkeys(
            [*self.copy.values, *(place for place in before if self.copy.frame.asks_for(place))]
        )
        rows = [self._figure(place, before.get(place)) for place in places]
        order = {kind: place for place, kind in enumerate(ChangeKind)}
        return sorted(rows, key=lambda row: (order[row.kind], *map(neg, row.weight)))

    def _figure(self, place: FigurePlace, before: FiledFigure | None) -> FigureDifference:
        frame, now = self.copy.frame, self.copy.values.get(place)
        required, indicator = frame.measure_of(place.indicator), frame.indicator(place.indicator)
        assert required is not None, "what is asked for has its measure"
        assert indicator is not None, "what is asked for has its indicator"
        is_broken = bool(self.baseline and place.indicator in self.baseline.breaks)
        kind = self._kind(indicator, before, now, is_broken=is_broken)
        size = _distance(indicator, before, now) if kind == ChangeKind.NUMBER else _NONE
        return FigureDifference(frame, place, indicator, required, kind, before, now, size, is_broken)

    def _kind(
        self, indicator: Indicator, before: FiledFigure | None, now: FigureValues | None, *, is_broken: bool
    ) -> ChangeKind:
        if now is None:
            return ChangeKind.GONE
        if before is None:
            return ChangeKind.NEW
        if is_broken or (now.definition_changed and not before.values.definition_changed):
            return ChangeKind.BROKEN
        if self._is_same(before.values, now):
            return ChangeKind.SAME
        has_numbers = before.values.value is not None and now.value is not None
        if has_numbers and before.values.is_reported and now.is_reported and indicator.value in QUANTITIES:
            return ChangeKind.NUMBER
        return ChangeKind.ANSWER

    def _is_same(self, before: FigureValues, now: FigureValues) -> bool:
        """Two submissions of one report differ in every word; two periods in what is read beside each other."""
        if self.baseline is not None and self.baseline.comparison == Comparison.SUBMISSION:
            return before == now
        return bool(_SHOWN(before) == _SHOWN(now))

    @cached_property
    def changed_figures(self) -> list[FigureDifference]:
        return [row for row in self.figures if row.kind != ChangeKind.SAME]

    def figures_of(self, *kinds: ChangeKind) -> list[FigureDifference]:
        """Those of these kinds, in the same order."""
        return [row for row in self.figures if row.kind in kinds]

    @cached_property
    def break_reasons(self) -> Mapping[str, str]:
        """Why the charter breaks series since, by the key of the indicator. At most one query."""
        keys = self.baseline.breaks if self.baseline else ()
        if not keys:
            return {}
        charter = self.copy.frame.report.charter
        rows = KeyMapping.objects.filter(
            charter__key=charter.key, charter__version__lte=charter.version, key__in=keys
        )
        return {row.key: row.reason for row in rows.order_by("charter__version") if row.reason}

    # --- texts ---

    @cached_property
    def texts(self) -> list[TextDifference]:
        """Every text that is written and asked for, in the order of the charter, pledges beyond it last."""
        return list(self._texts())

    def _texts(self) -> Iterator[TextDifference]:
        before = texts_in(self.content or None)
        for required in self.copy.frame.measures:
            for row in required.narratives:
                answer = self.copy.answers.get(row.pk)
                if answer is not None:
                    yield self._text(row.title, required, row.pk, before.get(row.key, ""), answer)
        of_pledges = {row["record"]: row["text"] for row in self.content.get("pledges", ())}
        for pledge in self.copy.frame.own_pledges:
            answer = self.copy.answers.get(pledge.record)
            if answer is not None:
                earlier = of_pledges.get(str(pledge.record), "")
                yield self._text(pledge.title, None, pledge.record, earlier, answer)

    @staticmethod
    def _text(
        title: str, required: RequiredMeasure | None, subject: int | UUID, before: str, answer: Answer
    ) -> TextDifference:
        kind = (
            ChangeKind.SAME
            if before == answer.text
            else ChangeKind.NEW
            if not before
            else ChangeKind.GONE
            if not answer.text
            else ChangeKind.ANSWER
        )
        return TextDifference(title, required, subject, kind, before, answer)

    def texts_of(self, *kinds: ChangeKind) -> list[TextDifference]:
        return [row for row in self.texts if row.kind in kinds]

    # --- evidence ---

    @cached_property
    def evidence(self) -> list[EvidenceDifference]:
        """What came, what is read by others than before, and what went, in the order of the charter."""
        filed = [
            {**row, "measure": measure["measure"]}
            for measure in self.content.get("measures", ())
            for row in measure["evidence"]
        ]
        earlier = earlier_evidence(filed, map(_as_row, self.copy.evidence))
        staying = {row["id"] for row in earlier.values()}
        frame = self.copy.frame
        came = [
            EvidenceDifference(row.title, frame.required_measure(row.measure.key), row)
            for row in self.copy.evidence
            if row.pk not in earlier
        ]
        disclosed = [
            EvidenceDifference(
                row.title, frame.required_measure(row.measure.key), row, has_other_readers=True
            )
            for row in self.copy.evidence
            if row.pk in earlier and earlier[row.pk]["disclosure"] != row.disclosure
        ]
        removed = [
            EvidenceDifference(row["title"], frame.required_measure(row["measure"]), None)
            for row in filed
            if row["id"] not in staying
        ]
        return [*came, *disclosed, *removed]


def _as_row(row: Evidence) -> dict[str, Any]:
    columns = {name: getattr(row, name) for name in ("id", "kind", "sha256", "reference", "url")}
    return {**columns, "measure": row.measure.key}


def _distance(indicator: Indicator, before: FiledFigure | None, now: FigureValues | None) -> Decimal:
    """How far apart two numbers are; 0 where nothing can be subtracted."""
    old, new = before.values.value if before else None, now.value if now else None
    if old is None or new is None:
        return _NONE
    if indicator.value == ValueType.SHARE:
        return abs(new - old)
    return abs(new - old) * 100 / abs(old) if old else Decimal("Infinity") if new else _NONE


def baselines(actor: Actor, copy: WorkingCopy) -> list[Baseline]:
    """What the copy can be compared with, the default first: the submission before of the same report, the last period.

    At most one query besides that of the last period.
    """
    return [each for each in (_earlier_submission(actor, copy), _last_period(copy)) if each is not None]


def _earlier_submission(actor: Actor, copy: WorkingCopy) -> Baseline | None:
    report = copy.frame.report
    if report.submitted_at is None:
        return None
    submission = Submission.objects.visible_to(actor).standing().filter(report=report).first()
    if submission is None:
        return None
    return _baseline(copy, Comparison.SUBMISSION, submission, json.loads(bytes(submission.body)))


def _last_period(copy: WorkingCopy) -> Baseline | None:
    filed = copy.last_filed
    return _baseline(copy, Comparison.PERIOD, filed.submission, filed.content) if filed else None


def _baseline(
    copy: WorkingCopy, comparison: Comparison, submission: Submission, content: Content
) -> Baseline:
    charter = copy.frame.report.charter
    lineage = lineage_of(charter)
    now = {"charter": {"key": charter.key, "version": charter.version}}
    return Baseline(
        comparison, submission, lineage.under_current_keys(content), lineage.series_breaks(now, content)
    )


def chosen_baseline(available: Sequence[Baseline], name: str) -> Baseline | None:
    """The one with this name, else the default; None where there is none."""
    return next((each for each in available if each.comparison == name), next(iter(available), None))

"""What changed in the answer to a measure, against the submission before or that of the last period."""

import json
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import F, Func, JSONField, TextField, Value
from django.db.models.functions import Cast

from alliance.enums import EvidenceKind
from alliance.figure_fields import FigurePlace, FigureValues, FiledFigure
from alliance.models import Cycle, Measure, Report, Submission
from alliance.queries.corrected_submissions import corrected_part, published_changes
from alliance.queries.lineage import lineage_of
from alliance.queries.review_state import ReviewStep
from portal.kernel.access import Actor
from portal.kernel.text import DiffMark, DiffPiece, compare_words

Content = Mapping[str, Any]

_NOTABLE = Decimal("0.25")  # of the earlier figure: by so much it has moved to be marked
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d")
# Months, quarters and half-years in the two languages of the interface, in whatever case; “may” is also a verb.
_PERIOD = re.compile(
    "january|february|march|april|june|july|august|september|october|november|december|"
    "first|second|third|fourth|half|halves|quarter|year|"
    "(?:январ|феврал|апрел|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-я]{0,3}|март[а-я]{0,3}|ма[йяюе]|"
    "(?:перв|втор|треть|четверт)[а-я]{0,3}|полугоди[а-я]{0,2}|квартал[а-я]{0,3}|год[а-я]{0,3}"
)
_MEASURE_PATH = "$.measures[*] ? (@.measure == $key)"
_PLEDGE_PATH = "$.pledges[*] ? (@.record == $key)"


class Comparison(StrEnum):
    """Against what an answer is shown."""

    SUBMISSION = "submission"  # the one that it was judged on, or the one before
    PERIOD = "period"  # the last submission of the last period for which the member has filed
    NONE = "none"  # as it stands


@dataclass(frozen=True, slots=True)
class TextDifference:
    """Two wordings of one answer as one."""

    pieces: Sequence[DiffPiece]
    is_trivial: bool = False  # the two differ in numbers, periods and signs alone, as those of two periods do

    @property
    def is_changed(self) -> bool:
        return not self.is_trivial and any(piece.mark != DiffMark.SAME for piece in self.pieces)

    @property
    def removed(self) -> int:
        return self._count(DiffMark.REMOVED)

    @property
    def added(self) -> int:
        return self._count(DiffMark.ADDED)

    def _count(self, mark: DiffMark) -> int:
        """The words with this mark."""
        return sum(len(piece.text.split()) for piece in self.pieces if piece.mark == mark)


@dataclass(frozen=True)
class MeasureDifferences:
    """An answer against an earlier one; without an earlier one nothing in it counts as changed."""

    comparison: Comparison
    texts: Mapping[str, TextDifference] = field(default_factory=dict)  # by indicator
    figures: Mapping[FigurePlace, FiledFigure] = field(default_factory=dict)  # the earlier ones
    changed_places: frozenset[FigurePlace] = frozenset()
    gone_places: Sequence[FigurePlace] = ()
    new_evidence: frozenset[int] = frozenset()  # ids
    gone_evidence: Sequence[Content] = ()
    # pieces that were there before, and of which others are the readers now
    disclosed_evidence: frozenset[int] = frozenset()
    # something beside texts, figures and evidence is different, such as what is public
    has_others: bool = False

    @property
    def is_shown(self) -> bool:
        return self.comparison != Comparison.NONE

    @property
    def changed_texts(self) -> int:
        return sum(text.is_changed for text in self.texts.values())

    @property
    def changed_figures(self) -> int:
        return len(self.changed_places) + len(self.gone_places)

    @property
    def changed_evidence(self) -> int:
        return len(self.new_evidence) + len(self.gone_evidence) + len(self.disclosed_evidence)

    @property
    def is_empty(self) -> bool:
        return not (self.changed_texts or self.changed_figures or self.changed_evidence)


def available_comparisons(step: ReviewStep, last_cycle: Cycle | None) -> list[Comparison]:
    """What an answer can be compared with, the default first; as it stands always."""
    offered = [Comparison.SUBMISSION] if step.baseline is not None else []
    return [*offered, *([Comparison.PERIOD] if last_cycle is not None else []), Comparison.NONE]


def measure_differences(
    actor: Actor,
    report: Report,
    step: ReviewStep,
    measure: Measure,
    content: Content,
    comparison: Comparison,
    last_cycle: Cycle | None,
) -> MeasureDifferences:
    """The answer beside an earlier one. Three queries where that is of the last period, else none."""
    if comparison == Comparison.SUBMISSION and step.baseline is not None:
        return compare_measures(comparison, step.earlier, content)
    if comparison == Comparison.PERIOD and last_cycle is not None:
        return compare_measures(comparison, _last_content(actor, report, measure, last_cycle), content)
    return MeasureDifferences(Comparison.NONE)


def compare_measures(comparison: Comparison, earlier: Content | None, now: Content) -> MeasureDifferences:
    """What changed from one answer to the other; everything is new where there was none.

    Every figure and every date differs between two periods: there, texts count that say something else, and figures
    that are known in another way or have moved by a quarter.
    """
    before: Content = earlier or {"answers": (), "figures": (), "evidence": ()}
    texts = {row["indicator"]: row["text"] for row in before["answers"]}
    old, new = _by_place(before["figures"]), _by_place(now["figures"])
    are_alike = _are_alike if comparison == Comparison.PERIOD else operator.eq
    earlier_rows = earlier_evidence(before["evidence"], now["evidence"])
    staying = {row["id"] for row in earlier_rows.values()}
    return MeasureDifferences(
        comparison,
        texts={
            row["indicator"]: _text_difference(comparison, texts.get(row["indicator"], ""), row["text"])
            for row in now["answers"]
        },
        figures=old,
        changed_places=frozenset(
            place
            for place, figure in new.items()
            if place not in old or not are_alike(old[place].values, figure.values)
        ),
        gone_places=[place for place in old if place not in new],
        new_evidence=frozenset(row["id"] for row in now["evidence"] if row["id"] not in earlier_rows),
        gone_evidence=[row for row in before["evidence"] if row["id"] not in staying],
        disclosed_evidence=frozenset(
            row["id"]
            for row in now["evidence"]
            if comparison == Comparison.SUBMISSION
            and earlier_rows.get(row["id"], row)["disclosure"] != row["disclosure"]
        ),
        has_others=comparison == Comparison.SUBMISSION and earlier != now,
    )


def account_differences(
    actor: Actor, report: Report, step: ReviewStep, comparison: Comparison, last_cycle: Cycle | None
) -> MeasureDifferences:
    """The account of a pledge beyond the charter beside an earlier one. Two queries for the last period."""
    if step.content is None:
        return MeasureDifferences(Comparison.NONE)
    if comparison == Comparison.SUBMISSION and step.baseline is not None:
        earlier = step.earlier
    elif comparison == Comparison.PERIOD and last_cycle is not None:
        earlier = _last_account(actor, report, step.key, last_cycle)
    else:
        return MeasureDifferences(Comparison.NONE)
    text = _text_difference(comparison, earlier["text"] if earlier else "", step.content["text"])
    has_others = comparison == Comparison.SUBMISSION and earlier != step.content
    return MeasureDifferences(comparison, texts={step.key: text}, has_others=has_others)


def _text_difference(comparison: Comparison, earlier: str, now: str) -> TextDifference:
    is_trivial = comparison == Comparison.PERIOD and earlier != now and _gist(earlier) == _gist(now)
    return TextDifference(compare_words(earlier, now), is_trivial)


def _gist(text: str) -> list[str]:
    """The words of a text without numbers and the names of periods."""
    words = _WORD.findall(text.casefold())
    return [word for word in words if not (_NUMBER.search(word) or _PERIOD.fullmatch(word))]


def _are_alike(earlier: FigureValues, now: FigureValues) -> bool:
    """Whether two periods' figures are known in the same way and near each other."""
    if _ways_of_knowing(earlier) != _ways_of_knowing(now):
        return False
    if earlier.value is None or now.value is None:
        return earlier.value is now.value
    return abs(now.value - earlier.value) < _NOTABLE * abs(earlier.value) or now.value == earlier.value


def _ways_of_knowing(values: FigureValues) -> tuple[object, ...]:
    return values.status, values.choice, values.estimate, values.definition_changed


def _by_place(figures: Iterable[Content]) -> dict[FigurePlace, FiledFigure]:
    filed = map(FiledFigure.from_document, figures)
    return {figure.place: figure for figure in filed}


def earlier_evidence(before: Iterable[Content], now: Iterable[Content]) -> Mapping[int, Content]:
    """What each piece of evidence was before, by its id; without those that are new.

    It has its id in every submission of one report. Under another id it is the same file, link or practice, added anew
    or taken over: one for one, as two that are alike may have different readers. Rows of several measures name theirs.
    """
    pieces, before = list(now), list(before)
    by_id = {row["id"]: row for row in before}
    earlier = {row["id"]: by_id[row["id"]] for row in pieces if row["id"] in by_id}
    replaced: dict[tuple[str, ...], list[Content]] = {}
    for row in before:
        if row["id"] not in earlier:
            replaced.setdefault(_evidence_identity(row), []).append(row)
    for row in pieces:
        if row["id"] not in earlier and (alike := replaced.get(_evidence_identity(row))):
            earlier[row["id"]] = alike.pop(0)
    return earlier


def _evidence_identity(row: Content) -> tuple[str, ...]:
    """The same file, link or practice, under whatever number it was added."""
    names = {EvidenceKind.FILE.value: "sha256", EvidenceKind.PRACTICE.value: "reference"}
    return row.get("measure", ""), row["kind"], row.get(names.get(row["kind"], "url"), "")


def _last_content(actor: Actor, report: Report, measure: Measure, cycle: Cycle) -> Content | None:
    """The answer to the same measure in the last submission for another cycle, as corrected since.

    Under the keys of this cycle's charter; None where nothing was filed, or what was is recalled. Three queries.
    """
    lineage = lineage_of(report.charter)
    own = Report.objects.visible_to(actor).filter(cycle=cycle, organisation_id=report.organisation_id)
    version = own.values_list("earlier_charter__version", flat=True).first() or cycle.charter.version
    key = lineage.earlier_key(measure.key, version) or measure.key
    earlier = _last_part(actor, report, cycle, _MEASURE_PATH, key, "measures")
    if earlier is None:
        return None
    renamed = {
        name: [
            {**row, "indicator": lineage.current_key(row["indicator"], version) or row["indicator"]}
            for row in earlier[name]
        ]
        for name in ("answers", "figures")
    }
    return {**earlier, **renamed}


def _last_account(actor: Actor, report: Report, record: str, cycle: Cycle) -> Content | None:
    """The account of the same pledge in the last submission for another cycle. Two queries."""
    return _last_part(actor, report, cycle, _PLEDGE_PATH, record, "pledges")


def _last_part(
    actor: Actor, report: Report, cycle: Cycle, path: str, key: str, section: str
) -> Content | None:
    """A part of the last submission for another cycle, as corrected since.

    None where nothing was filed, or what was is recalled, or it has no such part. Two queries.
    """
    document = Cast(
        Func(F("body"), Value("UTF8"), function="convert_from", output_field=TextField()), JSONField()
    )
    part = Func(
        document,
        Value(path),
        Value(json.dumps({"key": key})),
        function="jsonb_path_query_first",
        output_field=JSONField(),
    )
    rows: Any = (
        Submission.objects.visible_to(actor)
        .standing()
        .filter(report__cycle=cycle, organisation_id=report.organisation_id)
    )
    filed = rows.order_by("-number").annotate(part=part).values_list("report_id", "part").first()
    if filed is None or filed[1] is None:
        return None
    report_id, part_filed = filed
    return corrected_part(section, part_filed, published_changes([report_id]).get(report_id, {}))

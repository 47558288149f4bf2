"""The current working copy of a report, and what still keeps it from sign-off."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from alliance.figure_fields import FigurePlace, FiguresByPlace, FigureValues
from alliance.models import Answer, Evidence, Figure, ReferenceCount, Report, Submission
from alliance.queries.attention_items import AttentionItem, AttentionKind
from alliance.queries.figure_rows import FigureRows, FiguresInPlaces, figures_by_place
from alliance.queries.report_frame import (
    Content,
    LastFiled,
    ReportFrame,
    RequiredMeasure,
    comparable_content,
    figures_in,
    last_filed,
    last_submission,
    reference_numbers,
    report_frame,
    texts_in,
)
from alliance.queries.report_progress import Answered, Progress, measure_progress, total_progress
from alliance.validators.figures import (
    Figures,
    Finding,
    all_zero,
    errors_between,
    errors_of,
    warnings_of,
    warnings_of_total,
)

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What was taken over from the last period and is to be confirmed."""

    answers: Sequence[Answer] = ()
    figures: Sequence[Figure] = ()
    evidence: Sequence[Evidence] = ()

    @property
    def count(self) -> int:
        return len(self.answers) + len(self.figures) + len(self.evidence)


class _Unconfirmed(NamedTuple):
    """What of one measure was taken over and is to be confirmed; figures by their places alone."""

    texts: Sequence[Answer]
    places: Sequence[FigurePlace]
    evidence: Sequence[Evidence]


@dataclass(frozen=True)
class WorkingCopy:
    """What has been written so far; what is shown beside it is read lazily."""

    frame: ReportFrame
    last_submission: Submission | None  # for the last period
    answers: Mapping[int | UUID, Answer]  # by indicator id, or by the record of a pledge
    figures: FigureRows

    # --- what is shown beside it ---

    @cached_property
    def _stored_evidence(self) -> list[Evidence]:
        measures = [required.measure.pk for required in self.frame.measures]
        rows = Evidence.objects.filter(report=self.frame.report, measure__in=measures).order_by()
        return sorted(
            rows.select_related("measure", "added_by", "changed_by", "removed_by"), key=lambda row: row.pk
        )

    @cached_property
    def evidence(self) -> list[Evidence]:
        """Of the measures that are asked for: what was added before one left is not filed."""
        return [row for row in self._stored_evidence if row.excluded_at is None]

    @cached_property
    def excluded_evidence(self) -> list[Evidence]:
        """What an earlier submission has and the next one leaves out. No query beside that of `evidence`."""
        return [row for row in self._stored_evidence if row.excluded_at is not None]

    @cached_property
    def last_filed(self) -> LastFiled | None:
        """What was filed for the last period."""
        return last_filed(self.last_submission)

    @property
    def carried_from(self) -> int:
        """The id of that submission, 0 for none: what somebody was shown as carried over is known by it."""
        return self.last_submission.pk if self.last_submission else 0

    @cached_property
    def last(self) -> Content | None:
        """What of that can be compared with this report."""
        return comparable_content(self.frame.report, self.last_filed) if self.last_filed else None

    @cached_property
    def last_figures(self) -> FiguresByPlace:
        """The figures of that, by their place."""
        filed = self.last_filed
        # as they were read with it, unless they have other keys by now
        return filed.figures if filed and self.last is filed.content else figures_in(self.last)

    @cached_property
    def last_texts(self) -> Mapping[str, str]:
        """The narratives of that, by their indicator's key."""
        return texts_in(self.last)

    @cached_property
    def references(self) -> Mapping[FigurePlace, ReferenceCount]:
        """What others counted."""
        return reference_numbers(self.frame.report)

    # --- progress ---

    def progress(self, required_measure: RequiredMeasure) -> Progress:
        """How many of the measure's narratives, totals and months are answered; breakdown cells are not counted."""
        return measure_progress(required_measure, self._answered)

    @cached_property
    def total(self) -> Progress:
        return total_progress(self.frame, self._answered)

    @cached_property
    def _answered(self) -> Answered:
        without_number = {
            place
            for place in self.given_figures
            if not place.cell and not self.figures.values_at(place).is_reported
        }
        return Answered(self._written, self.given_figures.places, without_number)

    @cached_property
    def _written(self) -> set[int | UUID]:
        return {subject for subject, answer in self.answers.items() if answer.text.strip()}

    @cached_property
    def given_figures(self) -> FiguresInPlaces:
        """The figures without those that hold only what was carried over beside a number."""
        return self.figures.of(place for place in self.figures if not self.figures.is_unfilled(place))

    # --- what keeps it from sign-off ---

    @cached_property
    def values(self) -> Figures:
        """The figures that are given and still asked for; what is not can neither be reached nor stop sign-off."""
        return {
            place: self.figures.values_at(place) for place in self.given_figures if self.frame.asks_for(place)
        }

    @cached_property
    def errors(self) -> list[Finding]:
        rules = self.frame.rules
        alone = [
            finding
            for place, values in self.values.items()
            for finding in errors_of(rules[place.indicator], place, values)
        ]
        return alone + errors_between(rules, self.values)

    @cached_property
    def warnings(self) -> list[Finding]:
        rules, last, findings = self.frame.rules, self.last_figures.numbers, []
        quantities = {
            place: values for place, values in self.values.items() if rules[place.indicator].is_quantity
        }
        for place, values in quantities.items():
            reference, earlier = self.references.get(place), last.get(place)
            if reference or earlier is not None:
                findings += warnings_of(place, values, earlier, reference.value if reference else None)
        for figures in self._by_measure(quantities):
            findings += all_zero(figures)
        return findings + self._warnings_of_totals(quantities)

    def _by_measure(self, figures: Figures) -> list[dict[FigurePlace, FigureValues]]:
        """The figures of each measure, in the charter's order."""
        of_indicators: dict[str, dict[FigurePlace, FigureValues]] = {}
        measures: list[dict[FigurePlace, FigureValues]] = []
        for required in self.frame.measures:
            measures.append({})
            of_indicators |= {row.key: measures[-1] for row in required.figures}
        for place, values in figures.items():
            of_indicators[place.indicator][place] = values
        return measures

    def _warnings_of_totals(self, quantities: Figures) -> list[Finding]:
        """Places where the organisation was counted as a whole although figures are given by service."""
        findings: list[Finding] = []
        for whole, reference in self.references.items():
            parts = {
                place: values
                for place, values in quantities.items()
                if (place.indicator, place.cell) == (whole.indicator, whole.cell)
            }
            if whole.service is None and parts and all(place.service for place in parts):
                findings += warnings_of_total(self.frame.rules[whole.indicator], parts, reference.value)
        return findings

    @cached_property
    def unanswered_warnings(self) -> list[Finding]:
        """Warnings on figures that carry no note yet."""
        return [finding for finding in self.warnings if not self.values[finding.place].note.strip()]

    @cached_property
    def unconfirmed(self) -> list[Answer]:
        """Texts taken over from the last period that nobody has confirmed."""
        answers = [answer for subject, answer in self.answers.items() if subject in self.frame.texts]
        return [answer for answer in answers if answer.carried_over and answer.text]

    @cached_property
    def unconfirmed_figures(self) -> list[Figure]:
        """Answers, and reasons for their absence, taken over from the last period that nobody has confirmed."""
        return [self.figures[place] for place in self.unconfirmed_places]

    @cached_property
    def unconfirmed_places(self) -> list[FigurePlace]:
        """Where those stand."""
        return [place for place in self.values if self.figures.is_carried_over(place)]

    @cached_property
    def unconfirmed_evidence(self) -> list[Evidence]:
        """Evidence taken over from the last period that nobody has confirmed."""
        return [row for row in self.evidence if row.carried_over]

    @property
    def unconfirmed_count(self) -> int:
        """How many texts, figures and pieces of evidence were taken over and not confirmed."""
        return len(self.unconfirmed) + len(self.unconfirmed_places) + len(self.unconfirmed_evidence)

    def unconfirmed_in(self, required: RequiredMeasure) -> "CarriedOver":
        """What was taken over in one measure and not confirmed, in the charter's order."""
        unconfirmed = self._unconfirmed_by_measure[required.measure.pk]
        return CarriedOver(
            unconfirmed.texts, [self.figures[place] for place in unconfirmed.places], unconfirmed.evidence
        )

    @cached_property
    def _unconfirmed_by_measure(self) -> Mapping[int, "_Unconfirmed"]:
        texts = {answer.indicator_id: answer for answer in self.unconfirmed}
        places = _by(self.unconfirmed_places, lambda place: place.indicator)
        evidence = _by(self.unconfirmed_evidence, lambda row: row.measure_id)
        return {
            required.measure.pk: _Unconfirmed(
                [texts[row.pk] for row in required.indicators if row.pk in texts],
                [place for row in required.indicators for place in places.get(row.key, ())],
                evidence.get(required.measure.pk, []),
            )
            for required in self.frame.measures
        }

    @cached_property
    def empty(self) -> list[RequiredMeasure]:
        """Measures with an answer missing."""
        return [required for required in self.frame.measures if not self.progress(required).is_complete]

    @cached_property
    def empty_pledges(self) -> list[UUID]:
        """Pledges beyond the charter that have no answer yet."""
        return [pledge.record for pledge in self.frame.own_pledges if pledge.record not in self._written]

    @cached_property
    def where(self) -> Mapping[str, Sequence[str]]:
        """The codes of the measures in which something keeps the report from sign-off."""
        codes = self.frame.codes
        return {
            "errors": codes({finding.place.indicator for finding in self.errors}),
            "warnings": codes({finding.place.indicator for finding in self.unanswered_warnings}),
            "unconfirmed": [
                required.measure.code
                for required in self.frame.measures
                if any(self._unconfirmed_by_measure[required.measure.pk])
            ],
            "empty": [required.measure.code for required in self.empty],
        }

    @cached_property
    def blockers(self) -> list[AttentionItem]:
        """Every place that stops sign-off: errors, missing notes, what was carried over, what is empty."""
        return [
            *self._findings(AttentionKind.ERROR, self.errors),
            *self._findings(AttentionKind.WARNING, self.unanswered_warnings),
            *self._carried_over(),
            *self._empty_places(),
        ]

    @property
    def is_ready(self) -> bool:
        return not self.blockers

    def _findings(self, kind: AttentionKind, findings: Sequence[Finding]) -> Iterator[AttentionItem]:
        for finding in findings:
            yield self._figure_item(kind, finding.place, finding)

    def _figure_item(
        self, kind: AttentionKind, place: FigurePlace, statement: str | Finding = ""
    ) -> AttentionItem:
        return AttentionItem(
            self.frame,
            kind,
            self.frame.measure_of(place.indicator),
            place=place,
            indicator=self.frame.indicator(place.indicator),
            figures=self.figures,
            statement=statement,
        )

    def _text_item(self, kind: AttentionKind, subject: int | UUID) -> AttentionItem:
        """Of a narrative, by its id, or of a pledge beyond the charter, by its record."""
        pledge = next((row for row in self.frame.own_pledges if row.record == subject), None)
        indicator = None if pledge else self.frame.narratives[subject]
        required = self.frame.measure_of(indicator.key) if indicator else None
        row = self.answers.get(subject)
        return AttentionItem(self.frame, kind, required, indicator=indicator, pledge=pledge, entry=row)

    def _carried_over(self) -> Iterator[AttentionItem]:
        kind = AttentionKind.CARRIED_OVER
        for required in self.frame.measures:
            unconfirmed = self._unconfirmed_by_measure[required.measure.pk]
            yield from (self._text_item(kind, answer.subject_key) for answer in unconfirmed.texts)
            yield from (self._figure_item(kind, place) for place in unconfirmed.places)
            for evidence in unconfirmed.evidence:
                yield AttentionItem(self.frame, kind, required, entry=evidence)
        of_pledges = [answer for answer in self.unconfirmed if answer.indicator_id is None]
        yield from (self._text_item(kind, answer.subject_key) for answer in of_pledges)

    def _empty_places(self) -> Iterator[AttentionItem]:
        """Texts, totals, months and pledges without an answer; the cells of a breakdown may stay empty."""
        kind = AttentionKind.EMPTY
        for required in self.frame.measures:
            for row in required.narratives:
                if row.pk not in self._written:
                    yield self._text_item(kind, row.pk)
            for place in required.required_places(self._answered.without_number):
                if place not in self.given_figures:
                    yield self._figure_item(kind, place)
        yield from (self._text_item(kind, record) for record in self.empty_pledges)


def _by(rows: Iterable[_Row], key: Callable[[_Row], Any]) -> dict[Any, list[_Row]]:
    groups: dict[Any, list[_Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def working_copy(report: Report) -> WorkingCopy:
    """The working copy, for an actor whom the database lets see it (row-level security)."""
    frame = report_frame(report)
    return WorkingCopy(
        frame=frame,
        # before the words: if another submission comes to stand between the two, who confirms them is refused
        last_submission=last_submission(report),
        answers=_answers(report),
        figures=figures_by_place(frame, Figure.objects.filter(report=report)),
    )


def with_figures_read_anew(copy: WorkingCopy, indicators: Collection[int]) -> WorkingCopy:
    """The copy after a save of figures of these indicators, by their ids: those are read again, the rest is as it was.

    One query; a report may have fifteen hundred figures, and a save changes a few.
    """
    rows = Figure.objects.filter(report=copy.frame.report, indicator__in=indicators)
    anew = figures_by_place(copy.frame, rows)
    return _with_content(copy, copy.answers, copy.figures.with_indicators_read_anew(indicators, anew))


def with_measure_read_anew(copy: WorkingCopy, required: RequiredMeasure) -> WorkingCopy:
    """The copy after a save in one measure: its figures and all texts are read again, the rest is as it was."""
    anew = with_figures_read_anew(copy, {row.pk for row in required.figures})
    return _with_content(copy, _answers(copy.frame.report), anew.figures)


def with_texts_read_anew(copy: WorkingCopy) -> WorkingCopy:
    """The copy after a save of texts: those are read again, the rest is as it was. One query."""
    return _with_content(copy, _answers(copy.frame.report), copy.figures)


def _with_content(
    copy: WorkingCopy, answers: Mapping[int | UUID, Answer], figures: FigureRows
) -> WorkingCopy:
    """A copy with other content; what was filed and counted by others stays as it was read."""
    after = replace(copy, answers=answers, figures=figures)
    for name in ("last_filed", "last", "last_figures", "last_texts", "references"):
        if name in vars(copy):
            vars(after)[name] = vars(copy)[name]
    return after


def _answers(report: Report) -> dict[int | UUID, Answer]:
    rows = Answer.objects.filter(report=report).select_related("indicator", "updated_by")
    return {answer.subject_key: answer for answer in rows}

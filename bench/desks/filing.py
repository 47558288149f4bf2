"""A report by the portal's own acts: written, submitted, reviewed, as far as its pattern says."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from alliance.demo.cast import Cast
from alliance.enums import Role, ValueType, VerdictValue
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Cycle, Indicator, Organisation, Report
from alliance.queries.report_frame import RequestedFigure, RequiredMeasure, report_frame
from alliance.queries.review_state import review_state
from alliance.queries.working_copy import CarriedOver, working_copy
from alliance.services.answers import save_answer
from alliance.services.carry_over import confirm_carried_over
from alliance.services.evidence import add_link
from alliance.services.figures import FigureChange, save_figures
from alliance.services.questions import answer_question, ask_question
from alliance.services.review_notes import write_note
from alliance.services.reviews import conclude_report, give_verdict, request_changes, start_review
from alliance.services.sign_off import ask_for_sign_off
from alliance.services.submissions import submit_report
from portal.kernel.access import Actor

_SENTENCE = (
    "We look at what children meet on our services, decide what to do about it, and say what came of it. "
)
_WHOLE, _SHARE = 1_000, Decimal("0.6")
# from the worst to the best
_VALUES = (VerdictValue.LIMITED, VerdictValue.SUBSTANTIAL, VerdictValue.COMPLETE)


@dataclass
class Filing:
    """One report and those who work on it; `chance` decides its figures and verdicts."""

    cast: Cast
    organisation: Organisation
    cycle: Cycle
    reviewer: str
    chance: Random

    @property
    def report(self) -> Report:
        reports = Report.objects.select_related("organisation", "cycle__charter")
        report: Report = reports.get(organisation=self.organisation, cycle=self.cycle)
        return report

    def acting(self, role: str) -> AbstractContextManager[Actor]:
        slug = self.organisation.slug
        return self.cast.acting(f"{role} of {slug}", slug)

    # --- the member ---

    def write(self, part: float = 1.0) -> None:
        """Answers, figures and evidence of so large a part of the measures."""
        report = self.report
        frame = report_frame(report)
        measures = frame.measures[: round(len(frame.measures) * part)]
        drafts = {row.indicator_id: row.version for row in Answer.objects.filter(report=report)}
        with self.acting(Role.EDITOR) as actor:
            for required in measures:
                self._answer(actor, report, required, drafts)
            save_figures(actor, report, self._figures(measures))
            copy = working_copy(report)
            carried_over = CarriedOver(copy.unconfirmed, copy.unconfirmed_figures, copy.unconfirmed_evidence)
            confirm_carried_over(actor, report, carried_over)
            self._note_warnings(actor, report)

    def _answer(
        self, actor: Actor, report: Report, required: RequiredMeasure, versions: dict[int | None, int]
    ) -> None:
        for indicator in required.narratives:
            text = f"{required.measure.title}: {_SENTENCE * self.chance.randint(3, 8)}".strip()
            version = versions.get(indicator.pk, 0)
            save_answer(actor, report, indicator, text=text, language="en", version=version)
        address = f"https://{self.organisation.slug}.example/{required.measure.key}"
        if self.chance.random() < 0.25:
            add_link(actor, report, required.measure, address, "What we publish about it", "public")

    def _figures(self, measures: Sequence[RequiredMeasure]) -> list[FigureChange]:
        changes: list[FigureChange] = []
        totals: dict[FigurePlace, Decimal | None] = {}
        for required in measures:
            # wholes come before their parts
            for indicator in sorted(required.figures, key=lambda row: bool(row.part_of)):
                for figure in required.totals(indicator):
                    place = figure.place
                    whole = totals.get(place._replace(indicator=indicator.part_of))
                    values = self._values(indicator, whole)
                    totals[place] = values.value
                    changes.append(FigureChange(figure, values, version=0))
                    changes += self._cells(required, figure, values)
        return changes

    def _values(self, indicator: Indicator, whole: Decimal | None) -> FigureValues:
        if indicator.value == ValueType.YES_NO:
            return FigureValues(value=Decimal(1))
        if indicator.value == ValueType.CHOICE:
            return FigureValues(choice=indicator.choices[0]["key"])
        if indicator.value == ValueType.SHARE:
            part = self.chance.randint(40, 90)
            return FigureValues(value=Decimal(part), numerator=Decimal(part), denominator=Decimal(100))
        if indicator.value == ValueType.DURATION:
            return FigureValues(value=Decimal(self.chance.randint(10, 40)) / 10)
        if whole is not None:
            return FigureValues(value=(whole * _SHARE).quantize(Decimal(1)))
        return FigureValues(value=Decimal(self.chance.randint(_WHOLE, 2 * _WHOLE)))

    def _cells(
        self, required: RequiredMeasure, figure: RequestedFigure, total: FigureValues
    ) -> list[FigureChange]:
        """An equal part for each cell of a count, the same share for each cell of a share."""
        cells, value = required.cells(figure.indicator), total.value
        if value is None or not cells:
            return []
        each = FigureValues(value=value)
        if figure.indicator.value == ValueType.COUNT:
            each = FigureValues(value=Decimal(int(value) // len(cells)))
        return [FigureChange(replace(figure, cell=cell), each, version=0) for cell in cells]

    def _note_warnings(self, actor: Actor, report: Report) -> None:
        copy = working_copy(report)
        changes = []
        for place in {finding.place for finding in copy.unanswered_warnings}:
            figure = copy.figures[place]
            target = RequestedFigure(figure.indicator, figure.service, figure.cell)
            values = replace(FigureValues.of(figure), note="We have counted again, and it is so.")
            changes.append(FigureChange(target, values, figure.version))
        save_figures(actor, report, changes)

    def ask_for_sign_off(self) -> None:
        with self.acting(Role.EDITOR) as actor:
            ask_for_sign_off(actor, self.report)

    def submit(self) -> None:
        with self.acting(Role.SIGNATORY) as actor:
            submit_report(actor, self.report)

    # --- the secretariat ---

    def reviewing(self) -> AbstractContextManager[Actor]:
        return self.cast.acting(self.reviewer, "secretariat")

    def start_review(self) -> None:
        with self.reviewing() as actor:
            start_review(actor, self.report)

    def ask(self, count: int = 3) -> None:
        """Questions about the first measures, of which the first is answered; and a note."""
        report, measures = self.report, list(self.cycle.charter.measures.all()[:count])
        with self.reviewing() as actor:
            questions = [
                ask_question(actor, report, "How did you count this?", measure=measure)
                for measure in measures
            ]
            write_note(actor, report, "Compare this with the last report.", measure=measures[0])
        with self.acting(Role.EDITOR) as actor:
            answer_question(actor, questions[0], "As it was in the last report: by hand, twice.")

    def judge(self, commitments: int | None = None) -> None:
        """Verdicts on the measures of so many commitments, or of all, and on the commitments themselves."""
        report = self.report
        with self.reviewing() as actor:
            state = review_state(actor, report)
            assert state is not None, "it was submitted"
            for group in state.groups[:commitments]:
                values = [self.chance.choice(_VALUES) for _step in group.measures]
                for step, value in zip(group.measures, values, strict=True):
                    reason = f"{step.title}: the answer and the figures say so. " * 2
                    give_verdict(actor, report, measure=step.measure, value=value, reason=reason)
                lowest = min(values, key=_VALUES.index)
                give_verdict(actor, report, commitment=group.commitment, value=lowest, reason=reason)

    def request_changes(self) -> None:
        with self.reviewing() as actor:
            request_changes(actor, self.report, "Say more about the figures of the first commitment.")

    def conclude(self) -> None:
        with self.reviewing() as actor:
            conclude_report(actor, self.report)

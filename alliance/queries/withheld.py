"""What the public will not read of a working copy, and why."""

from dataclasses import dataclass

from alliance.enums import Disclosure
from alliance.figure_fields import FigurePlace, FiledFigure
from alliance.models import Answer, Figure
from alliance.queries.report_frame import ReportFrame
from alliance.queries.working_copy import WorkingCopy
from alliance.validators.disclosure import DerivedTotals


@dataclass(frozen=True, slots=True)
class WithheldEntry:
    """A text or figure that only the secretariat reads; `follows`: withheld with others, which it would give away."""

    frame: ReportFrame
    code: str  # of the measure
    row: Answer | Figure
    own_title: str = ""  # of a text
    place: FigurePlace | None = None
    follows: bool = False

    @property
    def title(self) -> str:
        """Worked out where it is shown: a page shows a few of what may be a thousand figures."""
        return self.frame.words_of(self.place) if self.place else self.own_title

    @property
    def reason(self) -> str:
        return self.row.disclosure_reason

    @property
    def is_default(self) -> bool:
        """Whether the charter itself withholds it."""
        indicator = self.row.indicator
        return indicator is not None and indicator.disclosure == Disclosure.SECRETARIAT


def withheld_entries(copy: WorkingCopy) -> list[WithheldEntry]:
    """Texts, then figures, in the order of the charter, then the totals and parts that go with them. No query."""
    frame = copy.frame
    entries = []
    for required in frame.measures:
        for indicator in required.narratives:
            answer = copy.answers.get(indicator.pk)
            if answer is not None and answer.disclosure == Disclosure.SECRETARIAT:
                entries.append(WithheldEntry(frame, required.measure.code, answer, indicator.title))
    for pledge in frame.own_pledges:
        answer = copy.answers.get(pledge.record)
        if answer is not None and answer.disclosure == Disclosure.SECRETARIAT:
            entries.append(WithheldEntry(frame, "", answer, pledge.title))
    filed = [
        FiledFigure(
            place,
            values,
            secretariat_only=copy.figures.readers_at(place)[0] == Disclosure.SECRETARIAT,
        )
        for place, values in copy.values.items()
    ]
    hidden = DerivedTotals.of(row for required in frame.measures for row in required.figures).withheld_places(
        filed
    )
    figures = []
    for figure in filed:
        required_measure = frame.measure_of(figure.place.indicator)
        if figure.place in hidden and required_measure is not None:
            figures.append(
                WithheldEntry(
                    frame,
                    required_measure.measure.code,
                    copy.figures[figure.place],
                    place=figure.place,
                    follows=not figure.secretariat_only,
                )
            )
    return [*entries, *sorted(figures, key=lambda entry: entry.follows)]

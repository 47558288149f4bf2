"""The facts of one cycle for its workbook, member by member: wholes to compare, and rows that lie in files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from alliance.documents.charter import CharterIndicator, CycleCharter
from alliance.documents.cycle.detail_sheets import CycleTotal, DetailRowBuilder, MemberFiling
from alliance.figure_fields import FigurePlace, FiledFigure
from alliance.models import Cycle
from alliance.queries.public.readings import Reading, organisation_reading, reading_after_break
from alliance.queries.public.verdict_matrix import VerdictCorrection
from portal.kernel.documents.workbooks import Cell
from portal.kernel.files import Spool


@dataclass(frozen=True, slots=True)
class IndicatorReadings:
    """One member's readings of one indicator: of the whole, and by service where there is no total."""

    total: Reading
    services: Sequence[tuple[str, Reading]] = ()


@dataclass
class CycleFacts:
    """The content of the workbook; the rows of figures and texts are in files, not in memory."""

    cycle: Cycle
    charter: CycleCharter
    names: Mapping[str, str]  # of services, by slug
    series_breaks: frozenset[
        str
    ]  # indicators that the charter has split, merged or redefined since the cycle before
    verdicts: Mapping[tuple[str, str], str]  # by member and commitment
    corrected: Mapping[tuple[str, str], VerdictCorrection] = field(
        default_factory=dict
    )  # of those verdicts that were corrected
    includes_withheld: bool = False  # with what the public does not read
    filings: list[MemberFiling] = field(default_factory=list)
    readings: dict[tuple[str, str], IndicatorReadings] = field(
        default_factory=dict
    )  # by member and indicator
    figures: Spool = field(default_factory=Spool)
    answers: Spool = field(default_factory=Spool)
    findings: Sequence[tuple[Cell, ...]] = ()  # in the secretariat's working copy

    def __post_init__(self) -> None:
        self._rows = DetailRowBuilder(self.charter, self.names, includes_withheld=self.includes_withheld)

    def add(
        self,
        filer: MemberFiling,
        figures: Sequence[FiledFigure],
        totals: Iterable[CycleTotal],
        answers: Iterable[Mapping[str, Any]],
        corrections: Mapping[FigurePlace, Reading] | None = None,
    ) -> None:
        """Add one member: its name, its figures with their totals, its texts; of corrected figures what they were."""
        self.filings.append(filer)
        summed = {(total.indicator, total.cell): total for total in totals}
        by_indicator: dict[str, list[FiledFigure]] = {}
        for figure in figures:
            by_indicator.setdefault(figure.place.indicator, []).append(figure)
        for key in sorted(by_indicator, key=self.charter.position_of):
            entry = self.charter.by_key.get(key)
            if entry is not None:
                self._add_readings(filer, entry, by_indicator[key], summed.get((key, "")), corrections or {})
                self._add_figures(filer, entry, by_indicator[key], summed, corrections or {})
        for answer in sorted(answers, key=lambda each: self.charter.position_of(each["indicator"])):
            if answer["text"].strip() or answer.get("withheld"):
                self.answers.append(self._rows.answer(filer, answer))

    def _add_readings(
        self,
        filer: MemberFiling,
        entry: CharterIndicator,
        figures: Sequence[FiledFigure],
        total: CycleTotal | None,
        corrections: Mapping[FigurePlace, Reading],
    ) -> None:
        own = {
            figure.place.service: _marked(Reading.of_figure(figure), corrections.get(figure.place))
            for figure in figures
            if not figure.place.cell
        }
        reading = organisation_reading(own, total)
        if reading is not None:
            if total is not None and all(reading is not each for each in own.values()):
                reading = _marked(reading, total.correction)
            apart = own if len(own) > 1 and not entry.has_whole else {}
            services = [
                (self.names.get(slug, slug) if slug else "", self._with_break(entry, reading))
                for slug, reading in apart.items()
            ]
            self.readings[filer.slug, entry.indicator.key] = IndicatorReadings(
                self._with_break(entry, reading), services
            )

    def _with_break(self, entry: CharterIndicator, reading: Reading) -> Reading:
        return reading_after_break(reading) if entry.indicator.key in self.series_breaks else reading

    def _add_figures(
        self,
        filer: MemberFiling,
        entry: CharterIndicator,
        figures: Sequence[FiledFigure],
        totals: Mapping[tuple[str, str], CycleTotal],
        corrections: Mapping[FigurePlace, Reading],
    ) -> None:
        """Service by service, the whole before its parts; then the totals over services."""
        order = self.charter.cell_order({each.place.cell for each in figures})
        services = list(dict.fromkeys(each.place.service for each in figures))
        for figure in sorted(
            figures, key=lambda each: (services.index(each.place.service), order[each.place.cell])
        ):
            self.figures.append(self._rows.figure(filer, entry, figure, corrections.get(figure.place)))
        for cell in order:
            total = totals.get((entry.indicator.key, cell))
            if total is not None and total.of > 1:
                self.figures.append(self._rows.total(filer, entry, total))


def _marked(reading: Reading, correction: Reading | None) -> Reading:
    """The reading with what stood in its place before it was corrected."""
    if correction is None:
        return reading
    return replace(reading, corrected_in=correction.corrected_in, was=correction.was)

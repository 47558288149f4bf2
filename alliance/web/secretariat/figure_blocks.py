"""A measure's figures as the reviewer sees them: beside the last period, other members, and other counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.enums import Direction, IndicatorType, ValueType
from alliance.figure_fields import FigurePlace, FigureValues, FiledFigure
from alliance.models import CorrectionItem, Cycle, Indicator, ReferenceCount, Report
from alliance.queries.corrected_submissions import Corrections
from alliance.queries.public.changes import change_of, deviation, is_large_deviation
from alliance.queries.public.readings import Reading
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import (
    cell_title,
    change_text,
    deviation_text,
    in_charter_order,
    short_cycle,
    status_text,
    text_before_correction,
    unit_of,
    value_text,
)
from alliance.queries.review_context import MeasureContext
from alliance.queries.review_differences import MeasureDifferences
from alliance.queries.submitted_readings import (
    readings_by_place,
    submitted_organisation_reading,
    submitted_organisation_readings,
)
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.charts import Point, Series, Sparkline, Step, Target
from portal.kernel.text import NO_BREAK


@dataclass(frozen=True, slots=True)
class ComparedCount:
    """The same quantity as counted by somebody else."""

    count: ReferenceCount
    deviation: str
    is_large_deviation: bool


@dataclass(frozen=True, slots=True)
class FigureBlockRow:
    """One figure: where, what, how it changed, what others counted, and what was written beside it."""

    service_name: str
    cell: str  # the breakdown cell alone, where the line above shows the rest of `service_name`
    reading: Reading
    text: str
    unit: str
    change: str
    before: Reading | None
    before_text: str
    compared: Reading | None  # what the figure was in the submission that the answer is compared with
    compared_text: str
    is_changed: bool  # since then
    is_withheld: bool
    figure: FiledFigure
    reference_counts: Sequence[ComparedCount]
    was: str  # before it was last corrected in public; empty where it reads the same
    correction_url: str

    @property
    def correction_key(self) -> str:
        """How an address names this value, to correct it."""
        return CorrectionPlace.of_figure(self.figure.place).key


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """One indicator: its lines, its drawing, and the member's place among the others."""

    indicator: Indicator
    rows: Sequence[FigureBlockRow]
    organisation_reading: Reading | None  # of several services, where there is a total
    organisation_was: str  # the total before a figure under it was last corrected
    unit: str
    reference_counts: Sequence[ComparedCount]  # what others counted for the whole organisation
    gone: Sequence[
        str
    ]  # where the submission that the answer is compared with had a figure, and this one has none
    chart: Sparkline | None
    rank_text: str


def figure_blocks(
    report: Report,
    content: Mapping[str, Any],
    measure_content: Mapping[str, Any],
    facts: MeasureContext,
    differences: MeasureDifferences,
    items: Corrections,
) -> list[FigureBlock]:
    """The blocks of all figures that the measure asks for, with what changed in them.

    `measure_content` is as it was corrected, by `items`.
    """
    builder = _FigureBlockBuilder(report, content, measure_content, facts, differences, items)
    return [builder.block(each) for each in facts.indicators if each.type == IndicatorType.FIGURE]


class _FigureBlockBuilder:
    """Knows the names and what was filed before."""

    def __init__(
        self,
        report: Report,
        content: Mapping[str, Any],
        measure_content: Mapping[str, Any],
        facts: MeasureContext,
        differences: MeasureDifferences,
        items: Corrections,
    ) -> None:
        self.report, self.facts, self.differences, self.items = report, facts, differences, items
        self.figures = [FiledFigure.from_document(row) for row in measure_content["figures"]]
        self.services = {row["slug"]: in_reader_language(row["name"]) for row in content["services"]}
        earlier = self.facts.compared.pk if self.facts.compared else None
        own = self.report.organisation_id
        rows = [row for row in self.facts.submitted if row.organisation.pk == own and row.cycle_id == earlier]
        self.before = readings_by_place(rows[0].figures if rows else ())

    def block(self, indicator: Indicator) -> FigureBlock:
        rows = self._rows(indicator)
        figure_lines = [
            self._block_row(indicator, row, above) for row, above in zip(rows, [None, *rows], strict=False)
        ]
        whole, counts = self._organisation_reading(indicator, rows)
        return FigureBlock(
            indicator,
            figure_lines,
            whole,
            self._organisation_was(indicator, rows, whole),
            unit_of(indicator),
            counts,
            [
                self._where(place)
                for place in self.differences.gone_places
                if place.indicator == indicator.key
            ],
            *self._among_others(indicator),
        )

    def _where(self, place: FigurePlace) -> str:
        """The service and the cell, or that it is of the whole organisation."""
        service = self.services.get(place.service, place.service) if place.service else ""
        cell = cell_title(self.report.charter, place.cell) if place.cell else ""
        return ", ".join(filter(None, (service, cell))) or _("The whole organisation")

    def _rows(self, indicator: Indicator) -> list[FiledFigure]:
        """What was filed, by service, its parts in the charter's order."""
        rows = {figure.place: figure for figure in self.figures if figure.place.indicator == indicator.key}
        services = list(dict.fromkeys(place.service for place in rows))
        order = in_charter_order(self.report.charter, {place.cell for place in rows})
        places = sorted(rows, key=lambda place: (services.index(place.service), order.index(place.cell)))
        return [rows[place] for place in places]

    def _organisation_reading(
        self, indicator: Indicator, rows: Sequence[FiledFigure]
    ) -> tuple[Reading | None, list[ComparedCount]]:
        """The total of several services, and the counts that others made of the whole organisation."""
        if any(row.place == (indicator.key, None, "") for row in rows):
            return None, []  # it is shown among the lines
        reading = submitted_organisation_reading(indicator, rows)
        counts = [
            count
            for count in self.facts.references
            if count.indicator_key == indicator.key and count.service is None and not count.cell
        ]
        several = len({row.place.service for row in rows}) > 1
        compared = [_compared_count(reading or Reading(status=""), count) for count in counts]
        return (reading if several or compared else None), compared

    def _organisation_was(
        self, indicator: Indicator, rows: Sequence[FiledFigure], whole: Reading | None
    ) -> str:
        """What the total was before the last correction of a figure under it; empty where it reads the same."""
        corrected = {row.place: item for row in rows if (item := self._correction_of(row.place))}
        if whole is None or not corrected:
            return ""
        last = max(item.correction.published_as or 0 for item in corrected.values())
        before = [
            row._replace(values=FigureValues.from_document(item.old))
            if (item := corrected.get(row.place)) and item.correction.published_as == last
            else row
            for row in rows
        ]
        reading = submitted_organisation_reading(indicator, before)
        return text_before_correction(indicator, whole, reading)

    def _correction_of(self, place: FigurePlace) -> CorrectionItem | None:
        return self.items.get(CorrectionPlace.of_figure(place))

    def _block_row(
        self, indicator: Indicator, figure: FiledFigure, above: FiledFigure | None
    ) -> FigureBlockRow:
        place, before, item = figure.place, self.before.get(figure.place), self._correction_of(figure.place)
        reading = replace(Reading.of_figure(figure), was=item.old if item else None)
        is_same_service = above is not None and above.place.service == place.service
        cell = cell_title(self.report.charter, place.cell) if place.cell else ""
        filed = self.differences.figures.get(place)
        compared = Reading.of_figure(filed) if filed else None
        counts = []
        for count in self.facts.references:
            counted_service = count.service.slug if count.service else None
            if FigurePlace(count.indicator_key, counted_service, count.cell) == place:
                counts.append(_compared_count(reading, count))
        return FigureBlockRow(
            service_name=self._where(place),
            cell=cell if is_same_service else "",
            reading=reading,
            text=value_text(indicator, reading.value, reading.choice),
            unit=unit_of(indicator),
            change=change_text(change_of(indicator.value, reading, before)),
            before=before,
            before_text=value_text(indicator, before.value, before.choice) if before else "",
            compared=compared,
            compared_text=value_text(indicator, compared.value, compared.choice) if compared else "",
            is_changed=place in self.differences.changed_places,
            is_withheld=figure.secretariat_only,
            figure=figure,
            reference_counts=counts,
            was=text_before_correction(indicator, reading, reading.before_correction),
            correction_url=reverse("secretariat:correction", args=[item.correction_id]) if item else "",
        )

    def _among_others(self, indicator: Indicator) -> tuple[Sparkline | None, str]:
        """The drawing over the cycles with the other members behind, and the place among them."""
        if indicator.value in (ValueType.YES_NO, ValueType.CHOICE):
            return None, ""
        readings = submitted_organisation_readings(indicator, self.facts.submitted)
        own = readings.pop(self.report.organisation_id, {})
        if not any(reading.has_value for reading in own.values()):
            return None, ""
        if self.facts.totals is not None:
            values = self.facts.totals.get(indicator.key, {})
            return self._chart(indicator, own, _middle(values, self.facts.cycles)), self._rank_text(
                indicator, own, values
            )
        names = {row.organisation.pk: row.organisation for row in self.facts.submitted}
        series = [
            _series(names[pk].name, of_other, self.facts.cycles, peer=True)
            for pk, of_other in readings.items()
        ]
        return self._chart(indicator, own, series), self._rank_text(
            indicator, own, _values_by_cycle(readings.values())
        )

    def _chart(self, indicator: Indicator, own: Mapping[int, Reading], others: Sequence[Series]) -> Sparkline:
        cycles = self.facts.cycles
        goals = self.facts.pledge.targets.all() if self.facts.pledge else ()
        return Sparkline(
            name=f"spark-{indicator.key}",
            title=indicator.title,
            steps=[Step(short_cycle(cycle)) for cycle in cycles],
            series=[_series(self.report.organisation.name, own, cycles), *others],
            targets=[
                Target(goal.value, _("pledged"))
                for goal in goals
                if goal.indicator_key == indicator.key and goal.value is not None
            ],
            suffix=f"{NO_BREAK}%" if indicator.value == ValueType.SHARE else "",
        )

    def _rank_text(
        self, indicator: Indicator, own: Mapping[int, Reading], others: Mapping[int, Sequence[Decimal]]
    ) -> str:
        """The place of the member's number among those of the others in this cycle."""
        now = self.report.cycle_id
        own_value, values = _reported_value(own.get(now)), others.get(now, ())
        if own_value is None or not values:
            return ""
        if indicator.direction == Direction.LOWER:
            rank = 1 + sum(value < own_value for value in values)
            return _("%(place)d of %(of)d, lowest first") % {"place": rank, "of": len(values) + 1}
        rank = 1 + sum(value > own_value for value in values)
        return _("%(place)d of %(of)d, highest first") % {"place": rank, "of": len(values) + 1}


def _reported_value(reading: Reading | None) -> Decimal | None:
    return reading.value if reading is not None and reading.has_value else None


def _compared_count(reading: Reading, count: ReferenceCount) -> ComparedCount:
    value = _reported_value(reading)
    if value is None:
        return ComparedCount(count, "", is_large_deviation=False)
    return ComparedCount(
        count, deviation_text(deviation(value, count.value)), is_large_deviation(value, count.value)
    )


def _series(
    name: str, readings: Mapping[int, Reading], cycles: Sequence[Cycle], *, peer: bool = False
) -> Series:
    points = [_point(place, readings[cycle.pk]) for place, cycle in enumerate(cycles) if cycle.pk in readings]
    return Series(name, points, peer=peer)


def _values_by_cycle(readings: Iterable[Mapping[int, Reading]]) -> dict[int, list[Decimal]]:
    values: dict[int, list[Decimal]] = {}
    for of_member in readings:
        for cycle, reading in of_member.items():
            if (value := _reported_value(reading)) is not None:
                values.setdefault(cycle, []).append(value)
    return values


def _middle(values: Mapping[int, Sequence[Decimal]], cycles: Sequence[Cycle]) -> list[Series]:
    """One line in the place of very many: the median of the other members in each cycle."""
    points = [
        Point(place, median(values[cycle.pk])) for place, cycle in enumerate(cycles) if cycle.pk in values
    ]
    return [Series(_("Median of the other members"), points, peer=True)] if points else []


def _point(position: int, reading: Reading) -> Point:
    if not reading.has_value:
        return Point(position, None, breaks_before=reading.broken, note=status_text(reading.status))
    return Point(
        position,
        reading.value,
        lower=reading.lower,
        upper=reading.upper,
        estimate=reading.estimate,
        breaks_before=reading.broken,
        reason=reading.reason,
    )

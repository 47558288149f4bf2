"""A measure's figures as the reviewer sees them: beside the last period, other members, and other counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import Direction, IndicatorType, ValueType
from alliance.figure_fields import FigurePlace, FiledFigure
from alliance.models import Cycle, Indicator, Organisation, ReferenceCount, Report
from alliance.queries.measure_facts import MeasureFacts
from alliance.queries.public.changes import apart, change_of, far_apart
from alliance.queries.public.readings import Reading
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import (
    apart_text,
    cell_title,
    change_text,
    in_charter_order,
    said_value,
    short_cycle,
    status_text,
    unit_of,
)
from alliance.queries.submitted_readings import readings_by_place, whole_reading, whole_readings
from portal.kernel.charts import Point, Series, Sparkline, Step, Target
from portal.kernel.numerals import NO_BREAK


@dataclass(frozen=True, slots=True)
class Beside:
    """The same thing as somebody else counted it."""

    count: ReferenceCount
    apart: str
    far: bool


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure: where, what, how it changed, what others counted, and what was written beside it."""

    where: str
    cell: str  # the breakdown cell alone, where the line above has said the rest of `where`
    reading: Reading
    text: str
    unit: str
    change: str
    before: Reading | None
    before_text: str
    kept: bool
    figure: FiledFigure
    beside: Sequence[Beside]


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """One indicator: its lines, its drawing, and the member's place among the others."""

    indicator: Indicator
    lines: Sequence[FigureLine]
    whole: Reading | None  # of several services, where there is a total
    unit: str
    beside: Sequence[Beside]  # what others counted for the whole organisation
    chart: Sparkline | None
    place: str


def figure_blocks(
    report: Report, content: Mapping[str, Any], part: Mapping[str, Any], facts: MeasureFacts
) -> list[FigureBlock]:
    """The blocks of all figures that the measure asks for."""
    builder = _Builder(report, content, part, facts)
    return [builder.block(one) for one in facts.indicators if one.type == IndicatorType.FIGURE]


class _Builder:
    """Knows the names and what was filed before."""

    def __init__(
        self, report: Report, content: Mapping[str, Any], part: Mapping[str, Any], facts: MeasureFacts
    ) -> None:
        self.report, self.facts = report, facts
        self.figures = [FiledFigure.from_document(row) for row in part["figures"]]
        self.services = {row["slug"]: in_reader_language(row["name"]) for row in content["services"]}
        self.before = readings_by_place(self._figures_before())

    def _figures_before(self) -> Sequence[FiledFigure]:
        earlier = self.facts.cycles[-2].pk if len(self.facts.cycles) > 1 else None
        own = self.report.organisation_id
        found = [
            row for row in self.facts.submitted if row.organisation.pk == own and row.cycle_id == earlier
        ]
        return found[0].figures if found else ()

    def block(self, indicator: Indicator) -> FigureBlock:
        rows = self._rows(indicator)
        lines = [self._line(indicator, row, above) for row, above in zip(rows, [None, *rows], strict=False)]
        whole, beside = self._whole(indicator, rows)
        return FigureBlock(
            indicator, lines, whole, unit_of(indicator), beside, *self._among_others(indicator)
        )

    def _rows(self, indicator: Indicator) -> list[FiledFigure]:
        """What was filed, by service, its parts in the charter's order."""
        rows = {figure.place: figure for figure in self.figures if figure.place.indicator == indicator.key}
        services = list(dict.fromkeys(place.service for place in rows))
        order = in_charter_order(self.report.cycle.charter, {place.cell for place in rows})
        places = sorted(rows, key=lambda place: (services.index(place.service), order.index(place.cell)))
        return [rows[place] for place in places]

    def _whole(
        self, indicator: Indicator, rows: Sequence[FiledFigure]
    ) -> tuple[Reading | None, list[Beside]]:
        """The total of several services, and the counts that others made of the whole organisation."""
        if any(row.place == (indicator.key, None, "") for row in rows):
            return None, []  # it stands among the lines
        reading = whole_reading(indicator, rows)
        counts = [
            count
            for count in self.facts.references
            if count.indicator_key == indicator.key and count.service is None and not count.cell
        ]
        several = len({row.place.service for row in rows}) > 1
        beside = [_beside(reading or Reading(status=""), count) for count in counts]
        return (reading if several or beside else None), beside

    def _line(self, indicator: Indicator, figure: FiledFigure, above: FiledFigure | None) -> FigureLine:
        place, reading, before = figure.place, Reading.of_figure(figure), self.before.get(figure.place)
        said = above is not None and above.place.service == place.service
        return FigureLine(
            where=self._where(place),
            cell=self._cell(place) if said else "",
            reading=reading,
            text=said_value(indicator, reading.value, reading.choice),
            unit=unit_of(indicator),
            change=change_text(change_of(indicator.value, reading, before)),
            before=before,
            before_text=said_value(indicator, before.value, before.choice) if before else "",
            kept=figure.secretariat_only,
            figure=figure,
            beside=[_beside(reading, count) for count in self.facts.references if _place_of(count) == place],
        )

    def _where(self, place: FigurePlace) -> str:
        service = self.services.get(place.service, place.service) if place.service else ""
        return ", ".join(filter(None, (service, self._cell(place)))) or _("The whole organisation")

    def _cell(self, place: FigurePlace) -> str:
        return cell_title(self.report.cycle.charter, place.cell) if place.cell else ""

    def _among_others(self, indicator: Indicator) -> tuple[Sparkline | None, str]:
        """The drawing over the cycles with the other members behind, and the place among them."""
        if indicator.value in (ValueType.YES_NO, ValueType.CHOICE):
            return None, ""
        readings = whole_readings(indicator, self.facts.submitted)
        own = readings.pop(self.report.organisation_id, {})
        if not any(reading.known for reading in own.values()):
            return None, ""
        names = {row.organisation.pk: row.organisation for row in self.facts.submitted}
        return self._chart(indicator, own, readings, names), self._place(indicator, own, readings)

    def _chart(
        self,
        indicator: Indicator,
        own: Mapping[int, Reading],
        others: Mapping[int, Mapping[int, Reading]],
        names: Mapping[int, Organisation],
    ) -> Sparkline:
        cycles = self.facts.cycles
        series = [_series(self.report.organisation.name, own, cycles)]
        series += [_series(names[pk].name, readings, cycles, peer=True) for pk, readings in others.items()]
        goals = self.facts.pledge.targets.all() if self.facts.pledge else ()
        return Sparkline(
            name=f"spark-{indicator.key}",
            title=indicator.title,
            steps=[_step(cycle) for cycle in cycles],
            series=series,
            targets=[
                Target(goal.value, _("pledged"))
                for goal in goals
                if goal.indicator_key == indicator.key and goal.value is not None
            ],
            suffix=f"{NO_BREAK}%" if indicator.value == ValueType.SHARE else "",
        )

    def _place(
        self, indicator: Indicator, own: Mapping[int, Reading], others: Mapping[int, Mapping[int, Reading]]
    ) -> str:
        now = self.report.cycle_id
        mine = _known(own.get(now))
        values = [value for readings in others.values() if (value := _known(readings.get(now))) is not None]
        if mine is None or not values:
            return ""
        if indicator.direction == Direction.LOWER:
            place = 1 + sum(value < mine for value in values)
            return _("%(place)d of %(of)d, lowest first") % {"place": place, "of": len(values) + 1}
        place = 1 + sum(value > mine for value in values)
        return _("%(place)d of %(of)d, highest first") % {"place": place, "of": len(values) + 1}


def _known(reading: Reading | None) -> Decimal | None:
    return reading.value if reading is not None and reading.known else None


def _place_of(count: ReferenceCount) -> FigurePlace:
    return FigurePlace(count.indicator_key, count.service.slug if count.service else None, count.cell)


def _beside(reading: Reading, count: ReferenceCount) -> Beside:
    value = _known(reading)
    if value is None:
        return Beside(count, "", far=False)
    return Beside(count, apart_text(apart(value, count.value)), far_apart(value, count.value))


def _series(
    name: str, readings: Mapping[int, Reading], cycles: Sequence[Cycle], *, peer: bool = False
) -> Series:
    points = [_point(place, readings[cycle.pk]) for place, cycle in enumerate(cycles) if cycle.pk in readings]
    return Series(name, points, peer=peer)


def _point(place: int, reading: Reading) -> Point:
    if not reading.known:
        return Point(place, None, breaks_before=reading.broken, note=status_text(reading.status))
    return Point(
        place,
        reading.value,
        lower=reading.lower,
        upper=reading.upper,
        estimate=reading.estimate,
        breaks_before=reading.broken,
        reason=reading.reason,
    )


def _step(cycle: Cycle) -> Step:
    return Step(short_cycle(cycle))

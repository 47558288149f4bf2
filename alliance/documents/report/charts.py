"""The lines on paper: a commitment's figures over the cycles, with breaks, estimates and what was pledged."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from alliance.documents.report.facts import ReportFacts
from alliance.documents.report.figure_cells import organisation_reading_of
from alliance.documents.report.pdf_model import PdfChart
from alliance.enums import Gap, IndicatorType, ValueType
from alliance.figure_fields import FigurePlace
from alliance.models import Cycle, Indicator, Measure, PublishedPledge
from alliance.queries.local_dates import day_of
from alliance.queries.public.indicator_lines import (
    PledgedValue,
    has_line,
    line_chart,
    line_title,
    reading_point,
)
from alliance.queries.public.readings import Reading
from alliance.queries.public.report_content import ReportContent
from alliance.queries.public.wording import name_in_language
from portal.kernel.charts import Point, Series
from portal.kernel.text import to_print

MAX_CHARTS = 2  # of one commitment: what was pledged, and the first figure with a history
MAX_SERIES = 6
_WIDTH, _HEIGHT = 700, 190

Readings = Sequence[Reading | None]
# without a report: why; else what stood in each corrected place before
Period = tuple[Cycle, ReportContent | None, str, ReportContent]
_EMPTY = ReportContent()


def charts_of(
    source: ReportFacts, measures: Sequence[Measure], pledge: PublishedPledge | None
) -> list[PdfChart]:
    """The indicators with a history that were pledged a value, else the first one with a history."""
    goals: dict[str, list[PledgedValue]] = {}
    for target in pledge.targets if pledge else ():
        if pledge and target["indicator"] and target["value"] is not None:
            goals.setdefault(target["indicator"], []).append(_goal(pledge, target))
    indicators = [
        each
        for measure in measures
        for each in measure.indicators.all()
        if each.type == IndicatorType.FIGURE and has_line(each)
    ]
    indicators.sort(key=lambda each: each.key not in goals)
    charts: list[PdfChart] = []
    for indicator in indicators:
        if charts and (len(charts) == MAX_CHARTS or indicator.key not in goals):
            break
        series = _series(source, indicator)
        if series:
            charts.append(_chart(source, indicator, series, goals.get(indicator.key, [])))
    return charts


def _goal(pledge: PublishedPledge, target: Mapping[str, Any]) -> PledgedValue:
    """What was pledged and by when; what becomes of it later does not change the paper."""
    due_on = date.fromisoformat(target["due_on"]) if target["due_on"] else None
    return PledgedValue(Decimal(target["value"]), _("pledged"), day_of(pledge.signed_at), due_on)


def _periods(source: ReportFacts) -> list[Period]:
    """Every period from the first report to this one, those without a report too: nothing is joined across them."""
    reports: list[Period] = [
        (cycle, report, "", report.before_corrections) for cycle, report in source.history
    ]
    missing: list[Period] = [(cycle, None, gap, _EMPTY) for cycle, gap in source.missing]
    return [
        *sorted([*reports, *missing], key=lambda period: period[0].starts_on),
        (source.cycle, source.current, "", source.corrected),
    ]


def _series(source: ReportFacts, indicator: Indicator) -> list[Series]:
    """A line for the organisation, or for each service where nothing is added up; none without a history."""
    periods = _periods(source)
    whole: Readings = [
        organisation_reading_of(report, indicator) if report else Reading(status=gap)
        for _cycle, report, gap, _before in periods
    ]
    if _known(whole) > 1:
        replaced = [organisation_reading_of(before, indicator) for *_others, before in periods]
        return [Series("", _points(indicator, whole, replaced))]
    counted_series = []
    for service in source.document["services"][:MAX_SERIES]:
        place = FigurePlace(indicator.key, service["slug"])
        readings: Readings = [
            report.reading(place) if report else Reading(status=gap)
            for _cycle, report, gap, _before in periods
        ]
        if _known(readings):
            replaced = [before.reading(place) for *_others, before in periods]
            points = _points(indicator, readings, replaced)
            counted_series.append((_known(readings), Series(to_print(name_in_language(service)), points)))
    return (
        [series for _count, series in counted_series]
        if any(count > 1 for count, _series in counted_series)
        else []
    )


def _known(readings: Readings) -> int:
    return sum(reading is not None and reading.has_value for reading in readings)


def _points(indicator: Indicator, readings: Readings, replaced: Readings) -> list[Point]:
    """A point for each period, with what a correction replaced; a report without the figure was not asked for it."""
    not_asked = Reading(status=Gap.NOT_ASKED)
    return [
        _point(indicator, place, reading or not_asked, before)
        for place, (reading, before) in enumerate(zip(readings, replaced, strict=True))
    ]


def _point(indicator: Indicator, position: int, reading: Reading, before: Reading | None) -> Point:
    point = reading_point(indicator, position, reading, before)
    return replace(point, reason=to_print(" ".join(point.reason.split())), was=to_print(point.was))


def _chart(
    source: ReportFacts, indicator: Indicator, series: Sequence[Series], goals: Sequence[PledgedValue]
) -> PdfChart:
    cycles = [cycle for cycle, *_others in _periods(source)]
    drawing = line_chart(
        f"line-{indicator.key}",
        line_title(indicator, to_print(source.organisation.name), cycles),
        indicator,
        cycles,
        series,
        goals,
        width=_WIDTH,
        height=_HEIGHT,
    )
    named_lines = [each if each.name else replace(each, name=indicator.title) for each in series]
    of_all = not any(each.name for each in series)
    unit = _("in per cent") if indicator.value == ValueType.SHARE else str(indicator.get_unit_display())
    parts = [unit, _("The whole organisation") if of_all else _("by service")]
    parts += [_("a ring: corrected")] if drawing.has_corrections else []
    parts += [_("a scale of proportions")] if drawing.is_log else []
    return PdfChart(
        file=f"{drawing.name}.svg",
        title=indicator.title,
        note=", ".join(part for part in parts if part),
        words=replace(drawing, series=named_lines).words,
        drawing=drawing,
    )

"""The lines on paper: a commitment's figures over the cycles, with breaks, estimates and what was pledged."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from alliance.documents.report_cells import whole_of
from alliance.documents.report_paper import Chart
from alliance.documents.report_source import Source
from alliance.documents.report_words import printable
from alliance.enums import IndicatorType, ValueType
from alliance.figure_fields import FigurePlace
from alliance.models import Cycle, Indicator, Measure, PublishedPledge
from alliance.queries.public.readings import Reading
from alliance.queries.public.report_facts import Facts
from alliance.queries.public.wording import named, period_words, status_text, unit_of
from portal.kernel.charts import LineChart, Point, Series, Step, Target
from portal.kernel.numerals import NO_BREAK
from portal.kernel.templatetags.portal_ui import figure

MOST_CHARTS = 2  # of one commitment: what was pledged, and the first figure with a history
MOST_LINES = 6
_OF_NUMBERS = (ValueType.COUNT, ValueType.AMOUNT, ValueType.SHARE, ValueType.DURATION)
_WIDTH, _HEIGHT = 700, 190

Readings = Sequence[Reading | None]


def charts_of(source: Source, measures: Sequence[Measure], pledge: PublishedPledge | None) -> list[Chart]:
    """The indicators with a history that were pledged a value, else the first one with a history."""
    goals = _goals(pledge)
    asked = [
        one
        for measure in measures
        for one in measure.indicators.all()
        if one.type == IndicatorType.FIGURE and one.value in _OF_NUMBERS
    ]
    asked.sort(key=lambda one: one.key not in goals)
    drawn: list[Chart] = []
    for indicator in asked:
        if drawn and (len(drawn) == MOST_CHARTS or indicator.key not in goals):
            break
        series = _series(source, indicator)
        if series:
            drawn.append(_chart(source, indicator, series, goals.get(indicator.key, [])))
    return drawn


def _goals(pledge: PublishedPledge | None) -> Mapping[str, list[Decimal]]:
    goals: dict[str, list[Decimal]] = {}
    for target in pledge.targets if pledge else ():
        if target["indicator"] and target["value"] is not None:
            goals.setdefault(target["indicator"], []).append(Decimal(target["value"]))
    return goals


def _reports(source: Source) -> list[tuple[Cycle, Facts]]:
    return [*source.history, (source.cycle, source.now)]


def _series(source: Source, indicator: Indicator) -> list[Series]:
    """A line for the organisation, or for each service where nothing is added up; none without a history."""
    reports = _reports(source)
    whole: Readings = [whole_of(facts, indicator) for _cycle, facts in reports]
    if _known(whole) > 1:
        return [Series("", _points(whole))]
    lines = []
    for service in source.document["services"][:MOST_LINES]:
        readings: Readings = [
            facts.reading(FigurePlace(indicator.key, service["slug"])) for _cycle, facts in reports
        ]
        if _known(readings):
            lines.append((_known(readings), Series(printable(named(service)), _points(readings))))
    return [line for _count, line in lines] if any(count > 1 for count, _line in lines) else []


def _known(readings: Readings) -> int:
    return sum(reading is not None and reading.known for reading in readings)


def _points(readings: Readings) -> list[Point]:
    return [_point(place, reading) for place, reading in enumerate(readings) if reading is not None]


def _point(place: int, reading: Reading) -> Point:
    reason = printable(" ".join(reading.reason.split()))
    if not reading.known:
        note = status_text(reading.status, withheld=reading.withheld)
        return Point(place, None, breaks_before=reading.broken, reason=reason, note=note)
    return Point(
        place,
        reading.value,
        lower=reading.lower,
        upper=reading.upper,
        estimate=reading.estimate,
        breaks_before=reading.broken,
        reason=reason,
    )


def _chart(source: Source, indicator: Indicator, series: Sequence[Series], goals: Sequence[Decimal]) -> Chart:
    unit, share = str(indicator.get_unit_display()), indicator.value == ValueType.SHARE
    drawing = LineChart(
        name=f"line-{indicator.key}",
        title=indicator.title,
        steps=[_step(cycle) for cycle, _facts in _reports(source)],
        series=series,
        targets=[Target(goal, _pledged(goal, indicator)) for goal in goals],
        suffix=f"{NO_BREAK}%" if share else "",
        width=_WIDTH,
        height=_HEIGHT,
    )
    named_lines = [one if one.name else replace(one, name=indicator.title) for one in series]
    of_all = not any(one.name for one in series)
    parts = [_("in per cent") if share else unit, _("The whole organisation") if of_all else _("by service")]
    return Chart(
        file=f"{drawing.name}.svg",
        title=indicator.title,
        note=", ".join(part for part in parts if part),
        words=replace(drawing, series=named_lines).words,
        drawing=drawing,
    )


def _pledged(goal: Decimal, indicator: Indicator) -> str:
    return f"{_('pledged')}: {figure(goal, unit_of(indicator))}"


def _step(cycle: Cycle) -> Step:
    part, year = period_words(cycle.starts_on, cycle.ends_on)
    return Step(part, year, cycle.title) if part else Step(year, full=cycle.title)

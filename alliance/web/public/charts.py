"""The charts of the public area, made from what was read: suns, lines over the cycles, pairs of bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.enums import Gap, VerdictValue
from alliance.models import Commitment, Cycle, Indicator
from alliance.queries.public.best_lines import best_series
from alliance.queries.public.indicator_lines import (
    PledgedValue,
    line_chart,
    line_title,
    reading_point,
)
from alliance.queries.public.readings import Reading, ReadingSeries
from alliance.queries.public.references import CountsByPlace
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS, VerdictMatrix
from alliance.queries.public.wording import month_range, period_labels
from portal.kernel.charts import (
    Bar,
    BarChart,
    BeadRay,
    BeadSun,
    LineChart,
    Point,
    Ray,
    Series,
    SunMark,
)
from portal.kernel.web import address_of

MAX_NAMED_SERIES = 6  # lines with a name of their own; more stay grey behind them
MAX_PLEDGED_VALUES = 6  # drawn as rules; the list beside the chart has them all


def level_names() -> Mapping[int, str]:
    """The words of the levels in a drawing."""
    return _level_names(get_language())


@lru_cache(maxsize=16)
def _level_names(language: str | None) -> Mapping[int, str]:
    del language  # the active one: a list has a drawing in each row
    return {VERDICT_LEVELS[str(value)]: str(value.label).lower() for value in VerdictValue}


def member_sun(
    name: str,
    title: str,
    verdicts: Mapping[str, str],
    commitments: Sequence[Commitment],
    *,
    has_text_alternative: bool = False,
) -> SunMark:
    """A member's sun; `has_text_alternative` where no text beside it has the verdicts."""
    rays = [
        Ray(
            VERDICT_LEVELS[verdicts.get(commitment.key, VerdictValue.NOT_DUE)],
            f"{commitment.code} {commitment.short}"
            if has_text_alternative and commitment.key in verdicts
            else "",
        )
        for commitment in commitments
    ]
    return SunMark(name=name, title=title, rays=rays, size=48, level_names=level_names())


def cycle_sun(matrix: VerdictMatrix) -> BeadSun:
    """The large sun: a ray for each commitment, a bead for each member's verdict."""
    rays = [
        BeadRay(
            commitment.code,
            commitment.short,
            [
                VERDICT_LEVELS[value]
                for value, count in matrix.tallies[commitment.key].counts
                for _ in range(count)
            ]
            if commitment.key in matrix.tallies
            else [],
        )
        for commitment in matrix.commitments
    ]
    cycle = matrix.cycle
    part, year = period_labels(cycle.starts_on, cycle.ends_on)
    return BeadSun(
        name="sun",
        title=f"{_('Verdicts by commitment')}, {cycle.title}",
        rays=rays,
        level_names=level_names(),
        centre=(year, month_range(cycle.starts_on, cycle.ends_on)) if part else (year,),
    )


@dataclass(frozen=True, slots=True)
class DrawnLines:
    """What an indicator's chart is drawn from: its lines, over which cycles (the earliest first), whose they are."""

    indicator: Indicator
    series: Sequence[ReadingSeries]
    cycles: Sequence[Cycle]
    name: str  # of whom, as the drawing's title says it
    pledged_values: Sequence[PledgedValue] = ()
    counts: CountsByPlace = field(default_factory=dict)  # what others counted, drawn beside the lines

    def chart(self, name: str, *, in_amounts: bool = False, is_file: bool = False) -> LineChart:
        """The drawing; of many lines, the best are named, else the highest. A file has no links."""
        named = {id(series) for series in self._named}
        lines = [
            _line(self.indicator, each, self.cycles, peer=id(each) not in named, is_linked=not is_file)
            for each in self.series
        ]
        return line_chart(
            name,
            line_title(self.indicator, self.name, self.cycles),
            self.indicator,
            self.cycles,
            [*lines, *self._counted_lines()],
            self.pledged_values[:MAX_PLEDGED_VALUES],
            unit=self.indicator.get_unit_display(),
            in_amounts=in_amounts,
        )

    @property
    def _named(self) -> Sequence[ReadingSeries]:
        return best_series(self.indicator, self.series, self.cycles, MAX_NAMED_SERIES)

    def _counted_lines(self) -> list[Series]:
        """By observer a line of what it counted; its points are joined as those of a member are."""
        places = {cycle.pk: place for place, cycle in enumerate(self.cycles)}
        points: dict[str, dict[int, Decimal]] = {}
        for series in self.series:
            for cycle in self.cycles:
                for count in self.counts.get((series.organisation.pk, series.service_id, cycle.pk), ()):
                    name = _("%(name)s, counted by %(observer)s") % {
                        "name": series.name,
                        "observer": count.observer,
                    }
                    points.setdefault(name, {})[places[cycle.pk]] = count.value
        return [
            Series(name, [Point(x, value) for x, value in sorted(by_place.items())])
            for name, by_place in points.items()
        ]


def _line(
    indicator: Indicator,
    series: ReadingSeries,
    cycles: Sequence[Cycle],
    *,
    peer: bool,
    is_linked: bool,
) -> Series:
    points = [
        reading_point(
            indicator,
            place,
            reading,
            reading.before_correction,
            _url(indicator, series, cycle, reading) if is_linked else "",
        )
        for place, cycle in enumerate(cycles)
        if (reading := series.readings.get(cycle.pk))
    ]
    return Series(series.name, points, peer=peer)


def _url(indicator: Indicator, series: ReadingSeries, cycle: Cycle, reading: Reading) -> str:
    """Where a reading comes from: its place in the report, the notice instead of one; the cycle where none was due."""
    if reading.status == Gap.NO_REPORT:
        return address_of("public:cycle", cycle.slug)
    report = address_of("public:report", series.organisation.slug, cycle.slug)
    return f"{report}#measure-{indicator.measure.key}"


def count_chart(
    name: str,
    title: str,
    own: tuple[str, Decimal | None, str],
    reference_counts: Sequence[tuple[str, Decimal]],
) -> BarChart:
    """A member's own count, filled (or why it is not there), above what others counted, outlined."""
    label, value, silence = own
    bars = [Bar(label, value, note=silence)]
    bars += [Bar(other, count, outlined=True) for other, count in reference_counts]
    return BarChart(name=name, title=title, bars=bars)

"""A ranking as rows: place, name, both figures on one scale, the change in words; and what it says in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import Direction, ValueType
from alliance.models import Cycle, Indicator, Organisation, Service
from alliance.queries.public.counted_units import counted_text
from alliance.queries.public.indicator_lines import line_title
from alliance.queries.public.rankings import COMPARED, Course, RankedSeries, Ranking, change_over
from alliance.queries.public.references import reference_counts_of
from alliance.queries.public.user_spans import UserSpan, number_to_rate, rate_spans
from alliance.queries.public.wording import (
    change_text,
    rounded_value,
    short_cycle,
    text_before_correction,
    unit_of,
)
from alliance.web.public.comparison_cells import ComparedCell, compared_cell
from portal.kernel.charts import Dumbbell, DumbbellChart
from portal.kernel.text import NO_BREAK


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One line of the ranking, ready to be shown."""

    line: RankedSeries
    place: str
    notes: Sequence[str]
    drawing: SafeString
    cell: ComparedCell  # of the last cycle
    change: str
    course: str
    rate: str  # for each million users, where their number is published


def ranked_view(
    ranking: Ranking,
    lines: Sequence[RankedSeries],
    indicator: Indicator,
    cycles: Sequence[Cycle],
    *,
    names: str,
    in_amounts: bool = False,
) -> dict[str, Any]:
    """These lines of a ranking with their drawings, and the sentence about all of them."""
    chart = ranked_chart(
        lines, indicator, cycles, names=names, in_amounts=in_amounts, scale_of=ranking.ranked
    )
    ids = [line.series.organisation.pk for line in lines]
    counts = reference_counts_of(indicator, cycles[-1:], ids)
    references = {(pk, service): rows for (pk, service, _cycle), rows in counts.items()}
    spans = rate_spans(indicator, cycles[-1], [line.series for line in lines])
    return {
        "ranked": [
            RankedRow(
                line,
                _place(line),
                _notes(line),
                drawing,
                compared_cell(indicator, cycles[-1], [line.last], references.get(_owner(line), ())),
                change_text(change_over(indicator, line)),
                _course_text(line.course),
                _rate(line, spans.get(_owner(line))),
            )
            for line, drawing in zip(lines, chart.row_drawings(), strict=True)
        ],
        "ranked_chart": chart,
        "summary": _summary(ranking, indicator),
        "first_cycle": short_cycle(cycles[0]),
        "last_cycle": short_cycle(cycles[-1]),
        "first": cycles[0],
        "last": cycles[-1],
        "unit": unit_of(indicator),
        "is_span": len(cycles) > 1,
        "has_rates": bool(spans),
    }


def ranked_chart(
    lines: Sequence[RankedSeries],
    indicator: Indicator,
    cycles: Sequence[Cycle],
    *,
    names: str,
    in_amounts: bool = False,
    scale_of: Sequence[RankedSeries] = (),
) -> DumbbellChart:
    """These lines of a ranking as one drawing; `names` says of whom it is.

    On the scale of `scale_of`, which is the whole ranking where these are a page of it.
    """
    return DumbbellChart(
        name="ranked",
        title=line_title(indicator, names, cycles),
        rows=[_dumbbell(indicator, line) for line in lines],
        others=_extent(indicator, scale_of),
        first_name=short_cycle(cycles[0]) if len(cycles) > 1 else "",
        last_name=short_cycle(cycles[-1]),
        suffix=f"{NO_BREAK}%" if indicator.value == ValueType.SHARE else "",
        in_amounts=in_amounts,
    )


def _owner(line: RankedSeries) -> tuple[int, int | None]:
    return line.series.organisation.pk, line.series.service_id


def _rate(line: RankedSeries, span: UserSpan | None) -> str:
    value = number_to_rate(line.last, span)
    return span.rate(value) if span and value is not None else ""


def _dumbbell(indicator: Indicator, line: RankedSeries) -> Dumbbell:
    last = line.last
    return Dumbbell(
        name=line_name(line.series.organisation, line.series.service),
        last=rounded_value(indicator, last.value) or Decimal(0),
        first=rounded_value(indicator, line.first.value) if line.first else None,
        lower=last.lower,
        upper=last.upper,
        estimate=last.estimate,
        worse=line.course == Course.WORSE,
        is_interrupted=bool(line.missed),
        broken=line.course == Course.BROKEN,
        was=text_before_correction(indicator, last, last.before_correction),
    )


def _extent(indicator: Indicator, lines: Sequence[RankedSeries]) -> list[Decimal]:
    """The least and the largest that these lines have to show: a scale is made of no more."""
    readings = [reading for line in lines for reading in (line.last, line.first) if reading]
    values = [reading.value for reading in readings if reading.value is not None]
    bounds = [bound for line in lines for bound in (line.last.lower, line.last.upper) if bound is not None]
    ends = [rounded_value(indicator, end(values)) for end in (min, max) if values]
    ends += [end(bounds) for end in (min, max) if bounds]
    return [end for end in ends if end is not None]


def line_name(organisation: Organisation, service: Service | None) -> str:
    """What a line is called where it stands alone: the service, in brackets its member; else the member.

    A service that is called as its member is named once.
    """
    if service is None or service.name == organisation.name:
        return organisation.name
    return f"{service.name} ({organisation.name})"


def _place(line: RankedSeries) -> str:
    return "" if line.place is None else f"{line.place}=" if line.is_tied else str(line.place)


def _notes(line: RankedSeries) -> list[str]:
    notes = []
    if line.broken_in:
        reason = line.series.readings[line.broken_in.pk].reason
        words = _("definition changed in %(cycle)s") % {"cycle": short_cycle(line.broken_in)}
        notes.append(f"{words}: {reason}" if reason else words)
    if line.missed:
        missed = ", ".join(short_cycle(cycle) for cycle in line.missed)
        notes.append(_("no figure in %(cycles)s") % {"cycles": missed})
    if line.last.estimate:
        notes.append(_("an estimate"))
    if line.last.is_partial:
        notes.append(_("%(parts)s of %(of)s services") % {"parts": line.last.parts, "of": line.last.of})
    return notes


def _course_text(course: Course) -> str:
    words = {
        Course.BETTER: _("better"),
        Course.WORSE: _("worse"),
        Course.UNCLEAR: _("unclear, within its bounds"),
        Course.BROKEN: _("not compared"),
        Course.NEW: _("no earlier figure"),
    }
    return words.get(course, "")


def _summary(ranking: Ranking, indicator: Indicator) -> str:
    """What the ranking says in a few sentences: how many became better, who is best and who is last."""
    sentences = []
    compared = ranking.count(*COMPARED)
    if compared:
        facts = {"all": compared}
        if indicator.direction == Direction.NEUTRAL:
            facts |= {"rose": ranking.count(Course.ROSE), "fell": ranking.count(Course.FELL)}
            words = ngettext(
                "Of %(all)d that can be compared, %(rose)d rose and %(fell)d fell.",
                "Of %(all)d that can be compared, %(rose)d rose and %(fell)d fell.",
                compared,
            )
        else:
            facts |= {"better": ranking.count(Course.BETTER), "worse": ranking.count(Course.WORSE)}
            words = ngettext(
                "Of %(all)d that can be compared, %(better)d became better and %(worse)d worse.",
                "Of %(all)d that can be compared, %(better)d became better and %(worse)d worse.",
                compared,
            )
        sentences.append(words % facts)
        if same := ranking.count(Course.SAME):
            sentences.append(_("Unchanged: %(n)d.") % {"n": same})
        if unclear := ranking.count(Course.UNCLEAR):
            sentences.append(_("Unclear, within the bounds of an estimate: %(n)d.") % {"n": unclear})
    if len({line.place for line in ranking.ranked}) > 1:  # without a good side nobody has one
        best, worst = ranking.ranked[0], ranking.ranked[-1]
        names = {
            "best": _names_at(best, ranking),
            "best_value": figure_words(indicator, best.last.value, is_estimate=best.last.estimate),
            "worst": _names_at(worst, ranking),
            "worst_value": figure_words(indicator, worst.last.value, is_estimate=worst.last.estimate),
        }
        text = _("Best: %(best)s, %(best_value)s. Last: %(worst)s, %(worst_value)s.") % names
        sentences.append(text.replace("..", "."))  # a unit may end with a full stop of its own: «17 шт.»
    return " ".join(sentences)


def _names_at(line: RankedSeries, ranking: Ranking) -> str:
    """The name of a line, and how many share its place."""
    name = line_name(line.series.organisation, line.series.service)
    others = sum(each.place == line.place for each in ranking.ranked) - 1
    return _("%(name)s and %(n)s more") % {"name": name, "n": others} if others else name


def figure_words(indicator: Indicator, value: Decimal | None, *, is_estimate: bool) -> str:
    """A figure with its unit, as it is shown: "≈ 3.5 hours"."""
    shown = rounded_value(indicator, value) or Decimal(0)
    return (f"≈{NO_BREAK}" if is_estimate else "") + counted_text(shown, indicator.unit)

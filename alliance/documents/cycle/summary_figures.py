"""The figures of a cycle over its members: how many gave each, and those of each chapter that can be drawn."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.documents.cells import reading_text
from alliance.documents.charter import CharterIndicator
from alliance.documents.cycle.detail_sheets import MemberFiling
from alliance.documents.cycle.facts import CycleFacts, IndicatorReadings
from alliance.documents.cycle.summary_model import CoverageTable, MemberChart
from alliance.enums import FigureStatus, ValueType
from alliance.queries.public.wording import text_before_correction
from portal.kernel.charts import Bar, BarChart
from portal.kernel.text import NO_BREAK, format_number, to_print

MAX_BARS = 12  # of one chart; the workbook has them all
_WITHHELD, _ESTIMATE, _NONE, _EARLIER = "withheld", "estimate", "none", "earlier"
_COLUMNS = (
    FigureStatus.REPORTED,
    _ESTIMATE,
    _WITHHELD,
    FigureStatus.NOT_MEASURED,
    FigureStatus.NOT_APPLICABLE,
    FigureStatus.DECLINED,
    _NONE,
)
_WIDTH = 700


def has_earlier_versions(facts: CycleFacts) -> bool:
    """Whether a report answers to an earlier version of the charter than the cycle."""
    return any(filing.earlier_version is not None for filing in facts.filings)


def _columns(facts: CycleFacts) -> Sequence[str]:
    return (*_COLUMNS, _EARLIER) if has_earlier_versions(facts) else _COLUMNS


def coverage_header(facts: CycleFacts) -> list[str]:
    """The heads of the columns, the indicator's first; that of earlier versions where a report answers to one."""
    words = {
        _ESTIMATE: _("of these estimates"),
        _WITHHELD: _("Withheld"),
        _NONE: _("No figure"),
        _EARLIER: _("Earlier version"),
    }
    return [
        _("Indicator"),
        *(words[name] if name in words else str(FigureStatus(name).label) for name in _columns(facts)),
    ]


def coverage_of(facts: CycleFacts) -> list[CoverageTable]:
    """For each chapter with figures, how many of the members with a published report gave each of them."""
    tables = []
    for chapter in facts.charter.chapters:
        entries = facts.charter.figures_of(chapter)
        if entries:
            rows = [(to_print(entry.heading), _counts(facts, entry)) for entry in entries]
            tables.append(CoverageTable(to_print(chapter.title), rows))
    return tables


def _counts(facts: CycleFacts, entry: CharterIndicator) -> list[str]:
    counts: Counter[str] = Counter()
    for filing in facts.filings:
        if filing.has_filed:
            counts.update(_statuses(filing, facts.readings.get((filing.slug, entry.indicator.key))))
    return [format_number(Decimal(counts[name])) if counts[name] else "–" for name in _columns(facts)]


def _statuses(filing: MemberFiling, whole: IndicatorReadings | None) -> list[str]:
    """What the member gave; of services without a total, whatever the first that has a value says.

    A report on an earlier version of the charter lacks what that did not ask, what cannot be compared with it, and
    what is asked of those alone that chose a measure.
    """
    if whole is None:
        return [_NONE if filing.earlier_version is None else _EARLIER]
    readings = [reading for _name, reading in whole.services] or [whole.total]
    reading = next((each for each in readings if each.has_value or each.choice), readings[0])
    if reading.withheld:
        return [_WITHHELD]
    if reading.status not in FigureStatus.values:
        return [_NONE]
    estimate = reading.estimate and reading.status == FigureStatus.REPORTED
    return [reading.status, _ESTIMATE] if estimate else [reading.status]


def charts_of(facts: CycleFacts) -> list[MemberChart]:
    """Of each chapter the quantity that most members know, the members side by side; none of a single member."""
    charts = []
    for position, chapter in enumerate(facts.charter.chapters, 1):
        bars = {
            entry.indicator.key: _bars(facts, entry)
            for entry in facts.charter.figures_of(chapter)
            if entry.is_quantity and entry.has_whole
        }
        key = max(bars, key=lambda each: len(bars[each]), default=None)
        if key is not None and len(bars[key]) > 1:
            charts.append(_chart(position, facts.charter.by_key[key], bars[key]))
    return charts


def _bars(facts: CycleFacts, entry: CharterIndicator) -> list[Bar]:
    """The known values, the largest first."""
    bars = []
    for filing in facts.filings:
        whole = facts.readings.get((filing.slug, entry.indicator.key))
        if whole is None or whole.services or not whole.total.has_value:
            continue
        text = reading_text(entry.indicator, whole.total)
        text = f"≈{NO_BREAK}{text}" if whole.total.estimate else text
        before = whole.total.before_correction
        was = to_print(text_before_correction(entry.indicator, whole.total, before))
        bars.append(Bar(to_print(filing.name), whole.total.value, value_text=text, was=was))
    return sorted(bars, key=lambda bar: bar.value or 0, reverse=True)


def _chart(position: int, entry: CharterIndicator, bars: list[Bar]) -> MemberChart:
    drawing = BarChart(
        name=f"members-{position}",
        title=entry.indicator.title,
        bars=bars[:MAX_BARS],
        suffix=f"{NO_BREAK}%" if entry.indicator.value == ValueType.SHARE else "",
        width=_WIDTH,
    )
    if len(bars) > MAX_BARS:
        shown = _("the %(shown)d largest of %(known)d") % {"shown": MAX_BARS, "known": len(bars)}
    else:
        shown = ngettext("%(known)d number is known", "%(known)d numbers are known", len(bars)) % {
            "known": len(bars)
        }
    marks = _("a ring: corrected") if drawing.has_corrections else ""
    note = ", ".join(filter(None, (entry.unit, shown, marks)))
    return MemberChart(
        f"{drawing.name}.svg", to_print(entry.indicator.title), to_print(note), drawing.words, drawing
    )

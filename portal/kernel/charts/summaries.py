"""A line chart as text and as a table, for people who do not see it."""

from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from .breaks import breaks_in
from .drawing import Table
from .numbers import NO_VALUE
from .series import Point, Series, Step, Target


class _SeriesChart(Protocol):
    @property
    def steps(self) -> Sequence[Step]: ...
    @property
    def series(self) -> Sequence[Series]: ...
    @property
    def targets(self) -> Sequence[Target]: ...
    @property
    def suffix(self) -> str: ...
    @property
    def decimals(self) -> int | None: ...


def series_words(chart: _SeriesChart) -> str:
    """Where each own series begins and ends, then the breaks and the targets."""
    own = [series for series in chart.series if not series.peer]
    sentences = [_series_sentence(series, chart) for series in own]
    for change in breaks_in(own):
        facts = {"step": chart.steps[change.x].name, "names": ", ".join(change.names)}
        start = _("Definition changed before %(step)s: %(names)s.") % facts
        sentences.append(f"{start} {change.reason}".strip())
    sentences += [target.label for target in chart.targets]
    return " ".join(sentence if sentence.endswith(".") else f"{sentence}." for sentence in sentences)


def _series_sentence(series: Series, chart: _SeriesChart) -> str:
    if not series.present:
        return " ".join([_("%(name)s: no figures.") % {"name": series.name}, *_gap_sentences(series, chart)])
    first, last = series.present[0], series.present[-1]
    values = {
        "name": series.name,
        "to": last.text(chart.suffix, chart.decimals),
        "last": chart.steps[last.x].name,
    }
    if first is last:
        return " ".join([_("%(name)s: %(to)s in %(last)s.") % values, *_asides(series, chart)])
    values |= {"from": first.text(chart.suffix, chart.decimals), "first": chart.steps[first.x].name}
    sentence = _("%(name)s: %(from)s in %(first)s, %(to)s in %(last)s.") % values
    return " ".join([sentence, *_asides(series, chart)])


def _asides(series: Series, chart: _SeriesChart) -> list[str]:
    """What a line does not show by itself: values that were corrected, and why there is none."""
    corrected = [
        _("%(step)s corrected, was %(value)s.") % {"step": chart.steps[point.x].name, "value": point.was}
        for point in series.corrected
    ]
    return [*corrected, *_gap_sentences(series, chart)]


def _gap_sentences(series: Series, chart: _SeriesChart) -> list[str]:
    """Why there is no value, for each reason with the steps that it holds for."""
    steps_by_note: dict[str, list[str]] = {}
    for point in series.gaps:
        steps_by_note.setdefault(point.note, []).append(chart.steps[point.x].name)
    return [f"{note}: {', '.join(steps)}." for note, steps in steps_by_note.items()]


def series_table(chart: _SeriesChart) -> Table:
    """A row for each step, a column for each series, peers included."""
    columns = [{point.x: point for point in series.points} for series in chart.series]
    rows = [
        [step.name, *(_cell(column.get(index), chart) for column in columns)]
        for index, step in enumerate(chart.steps)
    ]
    urls = [
        ["", *(column[index].url if index in column else "" for column in columns)]
        for index, _step in enumerate(chart.steps)
    ]
    has_urls = any(url for row in urls for url in row)
    return Table([_("Period"), *(series.name for series in chart.series)], rows, urls if has_urls else ())


def point_words(series: Series, point: Point, chart: _SeriesChart) -> str:
    """All that a point says: whose it is, of which step, its value or why there is none, why it is not compared."""
    text = f"{series.name}, {chart.steps[point.x].name}: {_cell(point, chart)}"
    return f"{text}. {point.reason}" if point.breaks_before and point.reason else text


def _cell(point: Point | None, chart: _SeriesChart) -> str:
    if point is None:
        return NO_VALUE
    bounds = point.bounds_text(chart.suffix, chart.decimals)
    text = point.note if point.y is None and point.note else point.text(chart.suffix, chart.decimals)
    asides = [bounds, point.note if point.y is not None else ""]
    asides.append(_("corrected, was %(value)s") % {"value": point.was} if point.was else "")
    asides.append(_("Definition changed") if point.breaks_before else "")
    asides = [aside for aside in asides if aside]
    return f"{text} ({'; '.join(asides)})" if asides else text

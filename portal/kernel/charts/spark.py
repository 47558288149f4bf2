"""The sparkline: one bold series before its thin grey peers, small enough for a grid of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from .breaks import breaks_in
from .drawing import Drawing, Table
from .numbers import format_short, round_to
from .palette import SERIES_PRINT
from .paths import Plane, SeriesPaths, series_paths
from .scales import Scale, stack, ticks_for
from .series import Series, Step, Target
from .shapes import disc
from .summaries import series_table, series_words
from .text_metrics import cut, width_of

SIZE = 13
TOP, BELOW, LEFT = 12, 24, 6


@dataclass(frozen=True)
class SparkWord:
    """A word beside the last point or at the end of a target."""

    y: int | float
    text: str
    kind: str


@dataclass(frozen=True)
class SparkLayout:
    """All geometry of a sparkline, ready for the template."""

    left: int
    right: int | float
    bottom: int
    paths: Sequence[SeriesPaths]
    dots: str
    last: str
    last_hollow: bool
    colour: str
    breaks: Sequence[int | float]
    targets: Sequence[int | float]
    words: Sequence[SparkWord]
    words_x: int | float
    first_step: str
    last_step: str
    empty: bool


@dataclass(frozen=True, kw_only=True)
class Sparkline(Drawing):
    """The own series is the one that is not a peer; its last value is written at its end."""

    template: ClassVar[str] = "spark.svg"

    steps: Sequence[Step]
    series: Sequence[Series]
    targets: Sequence[Target] = ()
    suffix: str = ""
    decimals: int | None = None
    width: int = 280
    height: int = 110

    @property
    def own(self) -> Series:
        return next((series for series in self.series if not series.peer), Series("", []))

    @property
    def words(self) -> str:
        return self.description or series_words(self)

    @cached_property
    def table(self) -> Table:
        return series_table(self)

    @cached_property
    def layout(self) -> SparkLayout:
        points = self.own.present
        texts = []
        if points:
            text = points[-1].value_text or format_short(points[-1].y or Decimal(0), self.suffix)
            texts.append(f"≈ {text}" if points[-1].estimate else text)
        texts += [cut(target.label, self.width * 0.3, SIZE) for target in self.targets]
        right = self.width - max((width_of(text, SIZE, bold=True) for text in texts), default=0) - 14
        plane = self._plane(right)
        order = sorted(self.series, key=lambda series: not series.peer)
        return SparkLayout(
            left=LEFT,
            right=round_to(right),
            bottom=self.height - BELOW,
            paths=[series_paths(series, plane, 0) for series in order],
            dots="".join(disc(*plane.place(point), 2.6) for point in points[:-1]) if plane.step > 10 else "",
            last=disc(*plane.place(points[-1]), 4.6) if points else "",
            last_hollow=bool(points) and points[-1].estimate,
            colour=SERIES_PRINT[0],
            breaks=[round_to(plane.x_of(change.x) - plane.step / 2) for change in breaks_in([self.own])],
            targets=[round_to(plane.y_of(target.value)) for target in self.targets],
            words=self._place_words(texts, plane),
            words_x=round_to(right + 10),
            first_step=self.steps[0].name if len(self.steps) > 1 else "",
            last_step=self.steps[-1].name if self.steps else "",
            empty=not any(series.present for series in self.series),
        )

    def _plane(self, right: float) -> Plane:
        values = [value for series in self.series for point in series.points for value in point.values]
        ticks = ticks_for([*values, *(target.value for target in self.targets)], 4)
        step = (right - LEFT - 8) / max(1, len(self.steps) - 1)
        scale = Scale(ticks[0], ticks[-1], self.height - BELOW - 2, TOP)
        single = len(self.steps) == 1
        return Plane(lambda x: right - 4 if single else LEFT + 4 + x * step, scale, step)

    def _place_words(self, texts: Sequence[str], plane: Plane) -> list[SparkWord]:
        own = [plane.place(self.own.present[-1])[1]] if self.own.present else []
        positions = [y - 8 for y in [*own, *(plane.y_of(target.value) for target in self.targets)]]
        tops = stack(positions, [16] * len(positions), 0, self.height - BELOW + 6, 0)
        kinds = ["value"] * len(own) + ["target"] * len(self.targets)
        return [
            SparkWord(round_to(top + 12.5), text, kind)
            for top, text, kind in zip(tops, texts, kinds, strict=True)
        ]

"""A drawing with its title above and its source below, on white: for a file, which has no page around it."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.utils.safestring import SafeString

from .drawing import Drawing, Table
from .dumbbells import DumbbellChart
from .lines import LineChart
from .text_metrics import wrap

MARGIN = 20
SIZE, LINE = 16, 22
SOURCE_SIZE, SOURCE_LINE = 12, 16


@dataclass(frozen=True, kw_only=True)
class CaptionedDrawing(Drawing):
    """The drawing inside keeps its own size, title and words; `source` says where it comes from."""

    template: ClassVar[str] = "captioned.svg"

    drawing: LineChart | DumbbellChart
    source: str

    @property
    def table(self) -> Table:
        return self.drawing.table

    @property
    def inner(self) -> SafeString:
        return self.drawing.svg

    @cached_property
    def width(self) -> int:
        return self.drawing.size[0] + 2 * MARGIN

    @cached_property
    def height(self) -> int | float:
        return self.source_lines[-1][0] + MARGIN

    @cached_property
    def title_lines(self) -> list[tuple[int, str]]:
        """The lines of the title, each with its place."""
        lines = wrap(self.title, self.width - 2 * MARGIN, SIZE, most=2, bold=True)
        return [(MARGIN + LINE * number, line) for number, line in enumerate(lines, 1)]

    @cached_property
    def top(self) -> int:
        return self.title_lines[-1][0] + MARGIN

    @cached_property
    def source_lines(self) -> list[tuple[int | float, str]]:
        lines = wrap(self.source, self.width - 2 * MARGIN, SOURCE_SIZE, most=3)
        foot = self.top + self.drawing.size[1] + MARGIN
        return [(foot + SOURCE_LINE * number, line) for number, line in enumerate(lines)]

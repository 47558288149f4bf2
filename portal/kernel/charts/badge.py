"""A badge: two short texts side by side, for a page of somebody else."""

from dataclasses import dataclass
from typing import ClassVar

from portal.kernel.charts.drawing import Drawing, Table
from portal.kernel.charts.text_metrics import width_of

_SIZE, _PADDING = 12, 8


@dataclass(frozen=True, kw_only=True)
class Badge(Drawing):
    """`label` is whose badge it is, `text` what it says."""

    template: ClassVar[str] = "badge.svg"

    label: str
    text: str
    size: int = _SIZE
    height: int = 24

    @property
    def label_width(self) -> int:
        return round(width_of(self.label, _SIZE)) + 2 * _PADDING

    @property
    def text_width(self) -> int:
        return round(width_of(self.text, _SIZE, bold=True)) + 2 * _PADDING

    @property
    def width(self) -> int:
        return self.label_width + self.text_width

    @property
    def label_x(self) -> float:
        return self.label_width / 2

    @property
    def text_x(self) -> float:
        return self.label_width + self.text_width / 2

    @property
    def table(self) -> Table:
        return Table((self.label,), ((self.text,),))

"""The small sun that marks a row: one ray for each point of the record, as long as its level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import cos, pi, sin

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .drawing import Drawing, Table
from .numbers import round_to
from .palette import LEVELS, MARK_PRINT
from .shapes import disc

# where the rays of a mark of 48 px end, by level; level 0 is a dot
_MARK_ENDS = (0.0, 12.4, 12.8, 16.0, 19.4, 23.0)
_MARK_START = 9.4


@dataclass(frozen=True)
class Ray:
    """One ray of a mark: its level (0 outside the scale, 1 to 5) and the words for it."""

    level: int
    label: str = ""


@dataclass(frozen=True)
class MarkShape:
    """All rays of one level in one path."""

    level: int
    d: str
    colour: str
    width: int | float


@dataclass(frozen=True, kw_only=True)
class SunMark(Drawing):
    """A small sun whose rays are as long as their levels; the first points up, the others go clockwise."""

    rays: Sequence[Ray]
    size: int = 32
    level_names: Mapping[int, str]

    @property
    def words(self) -> str:
        named = [f"{ray.label}: {self.level_names[ray.level]}" for ray in self.rays if ray.label]
        return self.description or ", ".join(named)

    @cached_property
    def table(self) -> Table:
        return Table(["", _("Level")], [[ray.label, self.level_names[ray.level]] for ray in self.rays])

    @cached_property
    def svg(self) -> SafeString:
        """Without a template, and its rays drawn once: a page may show hundreds of marks."""
        words = self.words
        return format_html(
            _MARK,
            size=self.size,
            name=self.name,
            title=self.title,
            described=format_html(" {}-desc", self.name) if words else "",
            description=format_html('<desc id="{}-desc">{}</desc>', self.name, words) if words else "",
            rays=_rays_svg(tuple(ray.level for ray in self.rays)),
        )

    @property
    def shapes(self) -> Sequence[MarkShape]:
        return _shapes(tuple(ray.level for ray in self.rays))


_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="drawing sun" viewBox="0 0 48 48" width="{size}" height="{size}"'
    ' role="img" aria-labelledby="{name}-title{described}" fill="none">'
    '<title id="{name}-title">{title}</title>{description}{rays}'
    '<circle class="sun-core" cx="24" cy="24" r="6.2" fill="#f2a922"/></svg>'
)
_DOT = '<path class="sun-dot level-{}" d="{}" fill="{}"/>'
_RAY = '<path class="sun-ray level-{}" d="{}" stroke="{}" stroke-width="{}" stroke-linecap="round"{}/>'


@lru_cache(maxsize=4096)
def _rays_svg(levels: Sequence[int]) -> SafeString:
    """The rays of every mark with these levels."""
    rays = []
    for shape in _shapes(levels):
        if shape.level == 0:
            rays.append(format_html(_DOT, shape.level, shape.d, shape.colour))
        else:
            dashes = format_html(' stroke-dasharray="{}"', "0.1 4") if shape.level == 1 else ""
            rays.append(format_html(_RAY, shape.level, shape.d, shape.colour, shape.width, dashes))
    return format_html_join("", "{}", ((ray,) for ray in rays))


def _shapes(levels: Sequence[int]) -> Sequence[MarkShape]:
    """One shape for each level that occurs."""
    return [_shape(levels, level) for level in LEVELS if level in levels]


def _shape(levels: Sequence[int], level: int) -> MarkShape:
    width = min(3.4, 2 * pi * _MARK_START / len(levels) * 0.62)
    paths = []
    for turn in (index / len(levels) for index, ray_level in enumerate(levels) if ray_level == level):
        if level == 0:
            paths.append(disc(*_at(turn, 11.5), 1.0, digits=2))
        else:
            (x, y), (to_x, to_y) = _at(turn, _MARK_START), _at(turn, _MARK_ENDS[level])
            paths.append(f"M{round_to(x, 2)} {round_to(y, 2)}L{round_to(to_x, 2)} {round_to(to_y, 2)}")
    return MarkShape(level, "".join(paths), MARK_PRINT[level], round_to(width, 2))


def _at(turn: float, radius: float) -> tuple[float, float]:
    return 24 + radius * sin(2 * pi * turn), 24 - radius * cos(2 * pi * turn)

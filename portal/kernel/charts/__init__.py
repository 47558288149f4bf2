"""Charts drawn on the server: plain data in, geometry in dataclasses, SVG and a table out."""

from .bars import Bar, BarChart
from .changes import Change, ChangeChart
from .drawing import Drawing, Table
from .lines import LineChart
from .marks import Ray, SunMark
from .series import Point, Series, Step, Target
from .shares import Share, ShareBar
from .spark import Sparkline
from .suns import BeadRay, BeadSun

__all__ = [
    "Bar",
    "BarChart",
    "BeadRay",
    "BeadSun",
    "Change",
    "ChangeChart",
    "Drawing",
    "LineChart",
    "Point",
    "Ray",
    "Series",
    "Share",
    "ShareBar",
    "Sparkline",
    "Step",
    "SunMark",
    "Table",
    "Target",
]

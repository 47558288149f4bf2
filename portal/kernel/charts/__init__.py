"""Charts drawn on the server: plain data in, geometry in dataclasses, SVG and a table out.

It reads no database; colours for the web are in static/css/charts.css.
"""

from portal.kernel.charts.badge import Badge
from portal.kernel.charts.bars import Bar, BarChart
from portal.kernel.charts.captioned import CaptionedDrawing
from portal.kernel.charts.changes import Change, ChangeChart
from portal.kernel.charts.days import DayBand, DayChart, DayCurve, NamedDay
from portal.kernel.charts.drawing import Drawing, Table
from portal.kernel.charts.dumbbells import Dumbbell, DumbbellChart
from portal.kernel.charts.lines import LineChart
from portal.kernel.charts.palette import LEVELS, MARK_PRINT, ON_TILE_PRINT, TILE_PRINT
from portal.kernel.charts.series import Point, Series, Step, Target
from portal.kernel.charts.shares import Share, ShareBar
from portal.kernel.charts.spark import Sparkline
from portal.kernel.charts.sun_mark import Ray, SunMark
from portal.kernel.charts.sunburst import BeadRay, BeadSun
from portal.kernel.charts.target_tracks import TargetTrack, TrackKind, TrackPoint

__all__ = [
    "LEVELS",
    "MARK_PRINT",
    "ON_TILE_PRINT",
    "TILE_PRINT",
    "Badge",
    "Bar",
    "BarChart",
    "BeadRay",
    "BeadSun",
    "CaptionedDrawing",
    "Change",
    "ChangeChart",
    "DayBand",
    "DayChart",
    "DayCurve",
    "Drawing",
    "Dumbbell",
    "DumbbellChart",
    "LineChart",
    "NamedDay",
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
    "TargetTrack",
    "TrackKind",
    "TrackPoint",
]

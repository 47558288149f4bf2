"""Bar charts drawn by the spreadsheet itself, from the rows beside them."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from portal.kernel.documents.workbooks.content import Bars
from portal.kernel.documents.workbooks.styles import number_format

ROW_PIXELS = 20  # a row of a sheet
_AROUND, _BAR, _WIDTH = 130, 24, 760
_INK, _QUIET, _GRID = "#13212B", "#475862", "#D5DCDD"


def chart_rows(bars: int) -> int:
    """How many rows of a sheet a chart of so many bars covers, with a margin below it."""
    return -(-_height(bars) // ROW_PIXELS) + 2


def _height(bars: int) -> int:
    return _AROUND + _BAR * bars


def add_bars(workbook: Workbook, worksheet: Worksheet, bars: Bars, below: int) -> None:
    """Draw the chart; its rows are counted from the row `below` the headings."""
    first, last = below + bars.first, below + bars.last
    stacked = {"subtype": "stacked"} if len(bars.series) > 1 else {}
    chart: Any = workbook.add_chart({"type": "bar", **stacked})
    for series in bars.series:
        chart.add_series(
            {
                "name": series.name,
                "categories": [worksheet.name, first, bars.names, last, bars.names],
                "values": [worksheet.name, first, series.column, last, series.column],
                "fill": {"color": series.colour.upper()},
                "border": {"color": _QUIET, "width": 0.5},
                "gap": 40,
                **({} if stacked else {"data_labels": {"value": True, "font": {"color": _INK, "size": 9}}}),
            }
        )
    _dress(chart, bars, legend=bool(stacked))
    size = {"width": _WIDTH, "height": _height(last - first + 1)}
    chart.set_size(size)
    worksheet.insert_chart(first, bars.column, chart, {"description": bars.description, "object_position": 3})


def _dress(chart: Any, bars: Bars, *, legend: bool) -> None:
    """Title, axes and legend: names from above downwards, and the numbers from nought."""
    chart.set_title({"name": bars.title, "name_font": {"size": 12, "color": _INK}, "overlay": False})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "line": {"color": _QUIET}})
    chart.set_x_axis(
        {
            "min": 0,
            "num_format": number_format(bars.style),
            "num_font": {"size": 9, "color": _QUIET},
            "major_gridlines": {"visible": True, "line": {"color": _GRID}},
            "label_position": "high",
        }
    )
    chart.set_legend({"position": "bottom"} if legend else {"none": True})

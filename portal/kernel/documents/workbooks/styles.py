"""Cell styles: every style has a name, and a unit may follow it after a slash ("count/hours")."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from portal.kernel.charts import LEVELS, ON_TILE_PRINT, TILE_PRINT

_INK, _QUIET, _ACCENT, _WARM, _RULE = "#13212B", "#475862", "#0A5A6C", "#FDF3DD", "#D5DCDD"
_TOP: dict[str, Any] = {"valign": "top"}
_WRAPPED: dict[str, Any] = {**_TOP, "text_wrap": True}
_NUMBERS = {"count": "#,##0", "number": "#,##0.0##############", "share": "0%", "share_of": "0.0#%"}

_STYLES: dict[str, dict[str, Any]] = {
    "text": _WRAPPED,
    "line": _TOP,
    "strong": {**_WRAPPED, "bold": True},
    "name": {**_TOP, "bold": True},
    "quiet": {**_WRAPPED, "font_color": _QUIET, "italic": True},
    "exact": {**_TOP, "num_format": "@", "font_color": _QUIET, "align": "right"},
    "truth": {**_TOP, "align": "center"},
    "date": {**_TOP, "num_format": "yyyy-mm-dd", "align": "left"},
    "moment": {**_TOP, "num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "link": {**_WRAPPED, "font_color": _ACCENT, "underline": 1},
    "title": {"bold": True, "font_size": 16, "font_color": _INK},
    "lead": {"font_color": _QUIET},
    "notice": {"bold": True, "font_color": "#774600", "bg_color": _WARM},
    "group": {"bold": True, "font_color": _ACCENT, "bottom": 2, "bottom_color": _ACCENT, **_WRAPPED},
    "head": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": _INK,
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
        "border_color": _QUIET,
    },
    **{name: {**_TOP, "num_format": number} for name, number in _NUMBERS.items()},
    # the ramp of judgements: a colour beside the word, never instead of it
    **{
        f"level{level}": {
            **_WRAPPED,
            "bg_color": TILE_PRINT[level].upper(),
            "font_color": ON_TILE_PRINT[level].upper(),
            "border": 1,
            "border_color": _RULE,
        }
        for level in LEVELS
    },
}


class Styles:
    """The styles that one workbook uses, each made when it is first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        cell_format = self._made.get(name)
        if cell_format is None:
            cell_format = self._made[name] = self.workbook.add_format(properties(name))
        return cell_format


def properties(name: str) -> dict[str, Any]:
    """The parts of a style."""
    plain, _slash, unit = name.partition("/")
    style = _STYLES[plain]
    return {**style, "num_format": number_format(name)} if unit else style


def number_format(name: str) -> str:
    """How a style writes numbers."""
    plain, _slash, unit = name.partition("/")
    number = _NUMBERS.get(plain, "General")
    return f'{number}"\u00a0{unit.replace(chr(34), "")}"' if unit else number

"""What a block of cells comes to that is pasted into the grid: the cells that are taken, and which are not, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kernel.text import format_figure

_MOST_SKIPPED = 20  # that are named one by one

Table = Sequence[Sequence[str]]


@dataclass
class _Skipped:
    """Cells that were left out for one reason; the first of them stands in this line."""

    line: int
    text: str
    why: str
    count: int = 0

    def __str__(self) -> str:
        words = {"line": self.line, "text": self.text[:40], "why": self.why}
        more = self.count - 1
        if not more:
            return _("line %(line)d, “%(text)s”: %(why)s") % words
        sentence = ngettext(
            "line %(line)d, “%(text)s” and one more cell: %(why)s",
            "line %(line)d, “%(text)s” and %(more)s more cells: %(why)s",
            more,
        )
        return sentence % {**words, "more": format_figure(more)}


@dataclass
class PastedBlock:
    """What a block comes to. `cells` are for the page: name, text, what is stored there, what its reader saw."""

    rows: int
    columns: int
    cells: list[tuple[str, str, str, str]] = field(default_factory=list)
    skipped: dict[tuple[str, str], _Skipped] = field(default_factory=dict)  # by reason, and by label
    at: str = ""  # the name of the first cell that was skipped and has a place
    erasing: int = 0  # cells that put a reason, such as “n/a”, in the place of a number
    unseen: int = 0  # cells that are taken, and stand on another page or in a service that is not shown

    def skip(self, line: int, text: str, why: str, at: str = "", *, count: int = 1, label: str = "") -> None:
        """Note that so many cells have no place or cannot be taken; the first stands in this line.

        One sentence says it of all cells with the same reason, or of those that a label names.
        """
        if count:
            self.at = self.at or at
            self.skipped.setdefault((why, label), _Skipped(line, text, why)).count += count

    def to_json(self) -> dict[str, Any]:
        sentences = [str(each) for each in self.skipped.values()]
        more = len(sentences) - _MOST_SKIPPED
        listed = sentences[:_MOST_SKIPPED]
        count = sum(each.count for each in self.skipped.values())
        text = _("%(taken)d taken, %(skipped)d skipped.")
        return {
            "cells": self.cells,
            "title": _("Pasted %(rows)d × %(columns)d cells.") % {"rows": self.rows, "columns": self.columns},
            "text": " ".join(
                filter(
                    None,
                    [
                        text % {"taken": len(self.cells), "skipped": count},
                        self._erasing_text,
                        self._unseen_text,
                    ],
                )
            ),
            "skipped": [*listed, _("and %(n)d more") % {"n": more}] if more > 0 else listed,
            "at": self.at,
        }

    @property
    def _erasing_text(self) -> str:
        if not self.erasing:
            return ""
        sentence = ngettext(
            "%(n)s of them erases a number or a choice that stood there: undo the paste if that was not meant.",
            "%(n)s of them erase numbers or choices that stood there: undo the paste if that was not meant.",
            self.erasing,
        )
        return sentence % {"n": format_figure(self.erasing)}

    @property
    def _unseen_text(self) -> str:
        if not self.unseen:
            return ""
        sentence = ngettext(
            "%(n)s of them goes into a row or service that this page does not show.",
            "%(n)s of them go into rows or services that this page does not show.",
            self.unseen,
        )
        return sentence % {"n": format_figure(self.unseen)}

"""The cells of an uploaded workbook, read in a process without rights and handed over as plain text."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from portal.kernel.errors import DomainError
from portal.kernel.files.uploads.inspection import inspect
from portal.kernel.files.uploads.refusals import refusal_text
from portal.kernel.inspection import Refusal
from portal.kernel.text import format_figure, worded_later
from portal.kernel.text import sentence as _

MergedRange = tuple[int, int, int, int]  # first row and column, last row and column


class WorkbookCell(NamedTuple):
    """What a cell holds; `kind` as `portal.kernel.inspection.workbook_cells` names it."""

    kind: str
    text: str
    is_formula: bool = False

    @property
    def has_no_result(self) -> bool:
        """Whether it has a formula that no program has computed; one that gave an empty text has a result."""
        return self.is_formula and not self.text and self.kind != "s"


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet: its cells by row from 1 and column from 0, without the empty ones."""

    name: str
    is_hidden: bool
    merged: Sequence[MergedRange]
    hidden_rows: Collection[int]
    hidden_columns: Collection[int]
    rows: dict[int, dict[int, WorkbookCell]] = field(default_factory=dict)


def read_workbook(content: bytes, *, rows: int, cells: int, sheet: str | None = None) -> list[WorkbookSheet]:
    """The sheets with their cells; of more rows or cells than these the workbook is refused.

    With `sheet` one alone is read, and the others are not counted: the one of this name, else the first that is shown,
    has cells and is not too large. Raises DomainError for a workbook that cannot be read, and when none can be read
    now.
    """
    try:
        inspected = inspect("cells", content, rows=rows, cells=cells, sheet=sheet)
        if not inspected.files:
            raise Refusal("unreadable")
        return _sheets(inspected.files[0][1])
    except Refusal as refusal:
        if refusal.code == "too-many-rows":
            message = _(
                "The workbook has more than can be read here: at most %(rows)s rows with %(cells)s cells. "
                "Delete what is not needed, or split the workbook."
            )
            limits = {"rows": rows, "cells": cells}
            numbers = {name: worded_later(partial(format_figure, most)) for name, most in limits.items()}
            raise DomainError(message % numbers, field="file") from refusal
        worded = partial(refusal_text, refusal.code, refusal.place)
        raise DomainError(worded_later(worded), field="file") from refusal


def _sheets(answer: bytes) -> list[WorkbookSheet]:
    """The answer is that of a process that has read a file of strangers: it is held to the form."""
    try:
        head, *lines = answer.decode().split("\n")
        sheets = [_sheet(facts) for facts in json.loads(head)]
        for line in lines:
            sheet, row, column, kind, text, is_formula = json.loads(line)
            cell = WorkbookCell(str(kind), str(text), bool(is_formula))
            sheets[sheet].rows.setdefault(int(row), {})[int(column)] = cell
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Refusal("unreadable") from error
    return sheets


def _sheet(facts: Mapping[str, object]) -> WorkbookSheet:
    merged, rows, columns = facts["merged"], facts["hidden_rows"], facts["hidden_columns"]
    if not isinstance(merged, list) or not isinstance(rows, list) or not isinstance(columns, list):
        raise TypeError("no lists")
    return WorkbookSheet(
        str(facts["name"]),
        bool(facts["hidden"]),
        [(int(top), int(left), int(bottom), int(right)) for top, left, bottom, right in merged],
        {int(row) for row in rows},
        {int(column) for column in columns},
    )

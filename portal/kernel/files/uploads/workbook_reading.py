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
from portal.kernel.text import worded_later


class WorkbookCell(NamedTuple):
    """What a cell holds; `kind` as `portal.kernel.inspection.workbook_cells` names it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet: its cells by row from 1 and column from 0, without the empty ones."""

    name: str
    is_hidden: bool
    merged: Sequence[str]
    hidden_rows: Collection[int]
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
        worded = partial(refusal_text, refusal.code, refusal.place)
        raise DomainError(worded_later(worded), field="file") from refusal


def _sheets(answer: bytes) -> list[WorkbookSheet]:
    """The answer is that of a process that has read a file of strangers: it is held to the form."""
    try:
        head, *lines = answer.decode().split("\n")
        sheets = [_sheet(facts) for facts in json.loads(head)]
        for line in lines:
            sheet, row, column, kind, text = json.loads(line)
            sheets[sheet].rows.setdefault(int(row), {})[int(column)] = WorkbookCell(str(kind), str(text))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Refusal("unreadable") from error
    return sheets


def _sheet(facts: Mapping[str, object]) -> WorkbookSheet:
    merged, hidden = facts["merged"], facts["hidden_rows"]
    if not isinstance(merged, list) or not isinstance(hidden, list):
        raise TypeError("no lists")
    return WorkbookSheet(
        str(facts["name"]), bool(facts["hidden"]), [str(ref) for ref in merged], {int(row) for row in hidden}
    )

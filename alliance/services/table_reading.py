"""From somebody's own table and what its names stand for to what it proposes for a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any

from django.utils.functional import Promise

from alliance.enums import ValueType
from alliance.figure_fields import FigurePlace
from alliance.report_proposals import CellRefusal, Proposal
from alliance.services.table_targets import TableTargets
from alliance.services.table_workbooks import read_table_workbook
from alliance.services.upload_reading import FileReading, ReadFile, column_name, figure_proposal
from alliance.validators.foreign_tables import ReadTable, Rows, TableSource, decode_table
from alliance.validators.table_plans import TableCell, TablePlan
from portal.kernel.errors import DomainError
from portal.kernel.text import format_figure, worded_later
from portal.kernel.text import sentence as _
from portal.kernel.text import sentence_of_number as ngettext

_SUMMED = (ValueType.COUNT, ValueType.AMOUNT)
_MOST_REFUSED = 2_000


def read_rows(content: bytes, source: TableSource) -> ReadTable:
    """The rows of a file read this way, for a person to say what they are. Raises DomainError for what is no table."""
    if content.startswith(b"PK"):
        return read_table_workbook(content, source)
    table = decode_table(content, source)
    return ReadTable(table.rows, table.source)


def read_table(reading: FileReading, rows: Rows, plan: TablePlan) -> ReadFile:
    """What the table proposes under a plan: a figure for each place, of several cells their sum.

    Cells that name no indicator are counted in a remark. Raises DomainError where so many cells are refused that the
    plan must be wrong.
    """
    place_of = cache(TableTargets(reading.frame).place_of)  # most cells share their names with others
    by_place: dict[FigurePlace, list[TableCell]] = {}
    refused: list[Proposal] = []
    passed = 0
    for cell in plan.cells(rows):
        place = place_of(tuple(plan.names.get(name.key, "") for name in cell.names), plan.service)
        if place is None:
            passed += 1
        elif isinstance(place, Promise):
            refusal = CellRefusal("value", _address(cell), cell.text[:200], place)
            refused.append(Proposal(label=_label(cell), refusals=[refusal]))
            if len(refused) > _MOST_REFUSED:
                message = _(
                    "More than %(most)s cells cannot be taken, the first of them %(cell)s: %(reason)s"
                )
                first = refused[0].refusals[0]
                facts = {
                    "most": worded_later(partial(format_figure, _MOST_REFUSED)),
                    "cell": first.address,
                    "reason": first.reason,
                }
                raise DomainError(message % facts)
        else:
            by_place.setdefault(place, []).append(cell)
    proposals = [_proposal(reading, plan, place, cells) for place, cells in by_place.items()]
    remarks: list[Promise] = []
    if passed:
        text = ngettext(
            "%(n)d cell was passed over: it is left out, or no indicator is named for it.",
            "%(n)d cells were passed over: they are left out, or no indicator is named for them.",
            passed,
        )
        remarks.append(text % {"n": passed})
    return ReadFile([*refused, *proposals], remarks=remarks)


def _proposal(
    reading: FileReading, plan: TablePlan, place: FigurePlace, cells: Sequence[TableCell]
) -> Proposal:
    if len(cells) == 1:
        return _single(reading, plan, place, cells[0])
    address = " + ".join(_address(cell) for cell in cells[:4]) + (" …" if len(cells) > 4 else "")
    label = _("sum of %(n)d cells") % {"n": len(cells)}
    indicator = reading.frame.indicator(place.indicator)
    try:
        if indicator is not None and indicator.value not in _SUMMED:
            raise DomainError(
                _("Several cells give this figure, and it cannot be summed. Leave out all but one.")
            )
        total = _Sum()
        for cell in cells:
            total.add(cell, plan)
    except DomainError as refusal:
        refusals = [
            CellRefusal("value", address, ", ".join(cell.text for cell in cells)[:200], refusal.message)
        ]
        return Proposal(place=place, label=label, refusals=refusals)
    return Proposal(
        place=place, label=label, values=total.values, addresses=dict.fromkeys(total.values, address)
    )


def _single(reading: FileReading, plan: TablePlan, place: FigurePlace, cell: TableCell) -> Proposal:
    address, label = _address(cell), _label(cell)
    indicator = reading.frame.indicator(place.indicator)
    is_number = indicator is not None and indicator.value not in (ValueType.YES_NO, ValueType.CHOICE)
    try:
        if (
            cell.text.endswith("%")
            and indicator is not None
            and indicator.value != ValueType.SHARE
            and is_number
        ):
            raise DomainError(_("This is per cent, and the indicator asks for none."))
        number = plan.number(cell.text) if is_number else None
    except DomainError as refusal:
        refused = CellRefusal("value", address, cell.text[:200], refusal.message)
        return Proposal(place=place, label=label, refusals=[refused])
    if number is None:  # a word: yes, no, a choice, or why there is no figure
        return figure_proposal(reading, place, {"value": (address, cell.text)}, label=label)
    values: dict[str, Any] = {"value": number.value}
    if number.estimate:
        values["estimate"] = True
    if number.lower is not None:
        values |= {"lower": number.lower, "upper": number.upper}
    return Proposal(place=place, label=label, values=values, addresses=dict.fromkeys(values, address))


@dataclass
class _Sum:
    """The numbers of several cells together; one rounded among them makes the sum an estimate with bounds."""

    value: Decimal = Decimal(0)
    lower: Decimal = Decimal(0)
    upper: Decimal = Decimal(0)
    estimate: bool = False
    has_bounds: bool = False

    def add(self, cell: TableCell, plan: TablePlan) -> None:
        """Raises DomainError for a cell without a number: what is summed without it is not the whole."""
        number = plan.number(cell.text)
        if number is None or cell.text.endswith("%"):
            message = _(
                "One of the cells that are summed has no number: %(address)s “%(text)s”. "
                "Choose “Leave out” for its row or column, or mend the cell."
            )
            raise DomainError(message % {"address": _address(cell), "text": cell.text[:40]})
        self.value += number.value
        self.lower += number.value if number.lower is None else number.lower
        self.upper += number.value if number.upper is None else number.upper
        self.estimate = self.estimate or number.estimate
        self.has_bounds = self.has_bounds or number.lower is not None

    @property
    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = {"value": self.value}
        if self.estimate:
            values["estimate"] = True
        if self.has_bounds:
            values |= {"lower": self.lower, "upper": self.upper}
        return values


def _address(cell: TableCell) -> str:
    return f"{column_name(cell.column)}{cell.row}"


def _label(cell: TableCell) -> str:
    return ", ".join(name.text for name in cell.names)[:200]

"""From somebody's own table and what its names stand for to what it proposes for a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any

from django.utils.functional import Promise

from alliance.enums import ValueType
from alliance.figure_fields import FIELDS, FigurePlace, ValueKind
from alliance.models import Indicator
from alliance.report_proposals import CellRefusal, Proposal
from alliance.services.form_sheets import SHEET_OF_FORM, is_sheet_of_form
from alliance.services.table_targets import CellTarget, TableTargets
from alliance.services.table_workbooks import read_table_workbook
from alliance.services.upload_cells import read_field
from alliance.services.upload_reading import FileReading, ReadFile, column_name
from alliance.validators.foreign_tables import ReadTable, Rows, TableSource, decode_table
from alliance.validators.table_plans import TableCell, TablePlan
from portal.kernel.errors import DomainError
from portal.kernel.text import format_figure, worded_later
from portal.kernel.text import sentence as _
from portal.kernel.text import sentence_of_number as ngettext

_SUMMED = (ValueType.COUNT, ValueType.AMOUNT)
_OF_SHARE = ("numerator", "denominator")  # of which those of parts come to those of the whole
_MOST_REFUSED = 2_000


def read_rows(content: bytes, source: TableSource) -> ReadTable:
    """The rows of a file read this way, for a person to say what they are. Raises DomainError for what is no table."""
    if content.startswith(b"PK"):
        return read_table_workbook(content, source)
    table = decode_table(content, source)
    remarks = [SHEET_OF_FORM] if any(map(is_sheet_of_form, table.rows)) else []
    return ReadTable(table.rows, table.source, remarks=remarks)


def read_table(reading: FileReading, rows: Rows, plan: TablePlan) -> ReadFile:
    """What the table proposes under a plan: a figure for each place, of several cells their sum.

    Rows that are filtered out, and cells that name no indicator, are counted in remarks. Raises DomainError where so
    many cells are refused that the plan must be wrong.
    """
    target_of = cache(TableTargets(reading.frame).target_of)  # most cells share their names with others
    by_place: dict[FigurePlace, dict[str, list[TableCell]]] = {}
    refused: list[Proposal] = []
    passed = 0
    for cell in plan.cells(rows):
        target = target_of(tuple(plan.names.get(name.key, "") for name in cell.names), plan.service)
        if target is None:
            passed += 1
        elif isinstance(target, CellTarget):
            by_place.setdefault(target.place, {}).setdefault(target.field, []).append(cell)
        else:
            refusal = CellRefusal("value", _address(cell), cell.text[:200], target)
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
    proposals = [_proposal(reading, plan, place, cells) for place, cells in by_place.items()]
    return ReadFile([*refused, *proposals], remarks=_remarks(plan.rows_left_out(rows), passed))


def _remarks(rows: int, cells: int) -> list[Promise]:
    """On the rows that a filter passed over, and the cells that name no indicator."""
    remarks: list[Promise] = []
    if rows:
        text = ngettext(
            "%(n)s row was passed over: its text is not among those that are read.",
            "%(n)s rows were passed over: their texts are not among those that are read.",
            rows,
        )
        remarks.append(text % {"n": worded_later(partial(format_figure, rows))})
    if cells:
        text = ngettext(
            "%(n)d cell was passed over: it is left out, or no indicator is named for it.",
            "%(n)d cells were passed over: they are left out, or no indicator is named for them.",
            cells,
        )
        remarks.append(text % {"n": cells})
    return remarks


def _proposal(
    reading: FileReading, plan: TablePlan, place: FigurePlace, cells: Mapping[str, Sequence[TableCell]]
) -> Proposal:
    """The figure that these cells give by field. A field of its own goes before what the cell of the value says."""
    values: dict[str, Any] = {}
    addresses: dict[str, str] = {}
    refusals = []
    for name, own in sorted(cells.items(), key=lambda each: each[0] != "value"):
        address = " + ".join(_address(cell) for cell in own[:4]) + (" …" if len(own) > 4 else "")
        try:
            given = _field_values(reading, plan, place, name, own)
        except DomainError as refusal:
            text = ", ".join(cell.text for cell in own)[:200]
            refusals.append(CellRefusal(name, address, text, refusal.message))
        else:
            values |= given
            addresses |= dict.fromkeys(given, address)
    own = cells.get("value") or next(iter(cells.values()))
    label = _label(own[0]) if len(own) == 1 else _("sum of %(n)d cells") % {"n": len(own)}
    return Proposal(place=place, label=label, values=values, addresses=addresses, refusals=refusals)


def _field_values(
    reading: FileReading, plan: TablePlan, place: FigurePlace, name: str, cells: Sequence[TableCell]
) -> Mapping[str, Any]:
    """What the cells of one field give; of several numbers their sum. Raises DomainError for what cannot be taken."""
    indicator = reading.frame.indicator(place.indicator)
    assert indicator is not None, "called for places of the report"
    if name == "value":
        if len(cells) == 1:
            return _value(reading, plan, indicator, cells[0])
    elif FIELDS[name].kind != ValueKind.NUMBER:
        if len({cell.text for cell in cells}) > 1:
            raise DomainError(_("Several cells give this field, and they differ. Leave out all but one."))
        return read_field(name, cells[0].text, indicator, reading.language)
    elif len(cells) == 1 or indicator.value not in FIELDS[name].value_types:  # which is refused there
        return _number_beside(reading, plan, indicator, name, cells[0])
    if indicator.value not in _SUMMED and name not in _OF_SHARE:
        raise DomainError(
            _("Several cells give this figure, and it cannot be summed. Leave out all but one.")
        )
    total = _Sum()
    for cell in cells:
        total.add(cell, plan)
    if name == "value":
        return total.values
    _refuse_rounded(total.estimate, cells[0])
    return {name: total.value}


def _number_beside(
    reading: FileReading, plan: TablePlan, indicator: Indicator, name: str, cell: TableCell
) -> Mapping[str, Any]:
    """A bound, a part or a whole: a number in full."""
    if cell.text.endswith("%") and name in _OF_SHARE:
        raise DomainError(_("This is per cent. The part and the whole of a share are numbers."))
    if cell.text.endswith("%") and indicator.value != ValueType.SHARE:
        raise DomainError(_("This is per cent, and the indicator asks for none."))
    number = plan.number(cell.text)
    if number is None or indicator.value not in FIELDS[name].value_types:  # which says what is wrong
        return read_field(name, cell.text, indicator, reading.language)
    _refuse_rounded(number.estimate, cell)
    return {name: number.value}


def _refuse_rounded(is_rounded: bool, cell: TableCell) -> None:
    if is_rounded:
        raise DomainError(_("Write the number in full instead of “%(text)s”.") % {"text": cell.text[:60]})


def _value(reading: FileReading, plan: TablePlan, indicator: Indicator, cell: TableCell) -> Mapping[str, Any]:
    is_number = indicator.value not in (ValueType.YES_NO, ValueType.CHOICE)
    if cell.text.endswith("%") and indicator.value != ValueType.SHARE and is_number:
        raise DomainError(_("This is per cent, and the indicator asks for none."))
    number = plan.number(cell.text) if is_number else None
    if number is None:  # a word: yes, no, a choice, or why there is no figure
        name = "choice" if indicator.value == ValueType.CHOICE else "value"
        return read_field(name, cell.text, indicator, reading.language)
    values: dict[str, Any] = {"value": number.value}
    if number.estimate:
        values["estimate"] = True
    if number.lower is not None:
        values |= {"lower": number.lower, "upper": number.upper}
    return values


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

"""From an uploaded file to what it proposes for a report, whatever kind of file it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from alliance.figure_csv import read_figure_table
from alliance.figure_fields import FIELDS, FigurePlace
from alliance.queries.report_frame import ReportFrame
from alliance.report_proposals import CellRefusal, Proposal
from alliance.services.form_layout import MAX_ROWS
from alliance.services.form_sheets import refuse_sheet_of_form
from alliance.services.upload_cells import read_field
from alliance.validators.numbers import ANY_LANGUAGE
from portal.kernel.errors import DomainError
from portal.kernel.files.uploads import WorkbookCell
from portal.kernel.text import is_storable, plain_decimal
from portal.kernel.text import sentence as _

_FIRST_DAY = datetime(1899, 12, 30)  # from which a spreadsheet counts days
_LONGEST_TIME = timedelta(days=366)  # as a day it would be one of the year 1900
# rows read, of so many; what they propose so far
ProgressHook = Callable[[int, int, Sequence[Proposal]], None]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file says. `taken_at`: when its answers were taken out of the report, where the file says so."""

    proposals: list[Proposal]
    taken_at: datetime | None = None
    left_empty: int = 0
    remarks: list[Promise] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a reader needs: the file, the report for which it is read, the reader's language, and whom to tell."""

    content: bytes
    frame: ReportFrame
    language: str
    progress: ProgressHook


def column_name(number: int) -> str:
    """The letters of a column as a spreadsheet has them; the first is 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def number_text(cell: WorkbookCell) -> str:
    """The digits of a cell with a number; of a share that is shown as per cent a hundred times as much, and the sign.

    Fifteen digits, as a spreadsheet shows at most: what lies behind them is how computers count (0.1 + 0.2).
    Raises DomainError for what is no finite number.
    """
    try:
        number = Decimal(f"{float(cell.text):.15g}")
    except ValueError:
        return cell.text
    if not number.is_finite():
        raise DomainError(_("This is not a number."))
    text = plain_decimal(number * 100 if cell.kind == "p" else number) or ""
    return f"{text}%" if cell.kind == "p" else text


def date_text(text: str) -> str:
    """The day of a cell that is shown as a date, which holds the number of the day; of a time its hours and minutes."""
    try:
        passed = timedelta(days=float(text))
        moment = _FIRST_DAY + passed
    except (ValueError, OverflowError):
        return text.strip()  # written out already
    if timedelta(0) <= passed < _LONGEST_TIME:
        hours, minutes = divmod(round(passed / timedelta(minutes=1)), 60)
        return f"{hours}:{minutes:02}"
    return moment.date().isoformat()


def figure_proposal(
    reading: FileReading, place: FigurePlace, cells: Mapping[str, tuple[str, str]], **others: Any
) -> Proposal:
    """The proposal of one figure from its cells: by field, each with its address and its text."""
    indicator = reading.frame.indicator(place.indicator)
    values: dict[str, Any] = {}
    refusals = []
    addresses = {name: address for name, (address, text) in cells.items() if text.strip()}
    for name, (address, text) in cells.items():
        try:
            given = read_field(name, text, indicator, reading.language) if indicator else {}
        except DomainError as refusal:
            refusals.append(CellRefusal(name, address, text[:200], refusal.message))
        else:
            values = {**given, **values} if name == "value" else {**values, **given}
            addresses |= {key: address for key in given if key not in addresses}
    return Proposal(place=place, values=values, addresses=addresses, refusals=refusals, **others)


def read_figures(reading: FileReading) -> ReadFile:
    """The figures of a CSV file in UTF-8 with the columns of the API. Raises DomainError where no table can be read."""
    try:
        text = reading.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("The text is not in %(encoding)s.")
        raise DomainError(message % {"encoding": "UTF-8"}) from error
    if not is_storable(text):
        raise DomainError(_("This text has a NUL character or half of a surrogate pair. Remove it."))
    refuse_sheet_of_form(text)
    table = read_figure_table(text, MAX_ROWS)
    if table.has_decimal_commas:  # whoever wrote them may write in another language than the reader's
        reading = replace(reading, language=ANY_LANGUAGE)
    proposals: list[Proposal] = []
    left_empty = 0
    reading.progress(0, len(table.rows), proposals)
    letters = {name: column_name(number) for number, name in enumerate(table.columns)}
    for count, (number, row) in enumerate(table.rows, 1):
        cells = {name: (f"{letters[name]}{number}", _as_text(row[name])) for name in FIELDS if name in row}
        place = FigurePlace(str(row.get("indicator", "")), row["service"] or None, str(row.get("cell", "")))
        if not cells:
            left_empty += 1
            continue
        version = row.get("version")
        proposals.append(
            figure_proposal(
                reading,
                place,
                cells,
                label=", ".join(filter(None, place)),
                version=version if isinstance(version, int) else None,
            )
        )
        if count % 500 == 0:
            reading.progress(count, len(table.rows), proposals)
    return ReadFile(proposals, left_empty=left_empty)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

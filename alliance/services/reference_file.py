"""From the bytes of a file of reference counts to its cells, by row and column."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError
from portal.kernel.text import format_figure, split_separator_line
from portal.kernel.text.strict_yaml import faulty_file_message

REQUIRED = ("organisation", "indicator", "period", "value", "observer", "source")
OPTIONAL = ("service", "breakdown")
MAX_FILE_SIZE = 2 * 1024 * 1024
MAX_ROWS = 20_000
MAX_FAULTS = 500


@dataclass(frozen=True, slots=True)
class ReferenceFault:
    """One fault: in which row (the heading is row 1) and column, where it is in one."""

    message: str
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        place = [_("row %(row)d") % {"row": self.row}] if self.row else []
        place += [_("column %(column)s") % {"column": self.column}] if self.column else []
        return f"{', '.join(place)}: {self.message}" if place else self.message


class ReferenceFaults(DomainError):
    """The file is refused; `faults` are all its faults, row by row."""

    def __init__(self, faults: Sequence[ReferenceFault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row))[:MAX_FAULTS]
        super().__init__(faulty_file_message(len(faults)))


@dataclass(slots=True)
class ReferenceFindings:
    """The faults that reading has come upon so far."""

    faults: list[ReferenceFault] = field(default_factory=list)

    def add(self, message: str, row: int = 0, column: str = "") -> None:
        self.faults.append(ReferenceFault(message, row, column))

    def raise_any(self) -> None:
        """Raise all of them at once, when there are any."""
        if self.faults:
            raise ReferenceFaults(self.faults)


Cells = Mapping[str, str]  # by column


def read_cells(raw: bytes, findings: ReferenceFindings) -> list[tuple[int, Cells]]:
    """The rows with their numbers, empty ones left out; raises at once where nothing can be read."""
    named, text = split_separator_line(_decoded(raw, findings))
    # a comma or a semicolon, whichever the heading has more of
    heading = (text.lstrip().splitlines() or [""])[0]
    separator = named or (";" if heading.count(";") > heading.count(",") else ",")
    rows = list(_numbered_rows(text, separator, findings))
    columns = _columns(rows[0][1] if rows else [], findings)
    findings.raise_any()
    if len(rows) == 1:
        findings.add(_("There is a header row but no row below it."))
    if len(rows) > MAX_ROWS + 1:
        findings.add(_("The file has more than %(most)s rows: split it.") % {"most": format_figure(MAX_ROWS)})
    findings.raise_any()
    return [(number, _cells_by_column(number, values, columns, findings)) for number, values in rows[1:]]


def _decoded(raw: bytes, findings: ReferenceFindings) -> str:
    if len(raw) > MAX_FILE_SIZE:
        findings.add(_("The file is larger than 2 MB."))
    elif b"\0" in raw:
        findings.add(_("The file contains binary data: it is not a CSV file."))
    findings.raise_any()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        findings.add(_("This is not UTF-8. Save the file in UTF-8 encoding."), row)
        raise ReferenceFaults(findings.faults) from error
    if not text.strip():
        findings.add(_("The file is empty."))
    findings.raise_any()
    return text


def _numbered_rows(text: str, separator: str, findings: ReferenceFindings) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, numbered as a spreadsheet numbers them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, values in enumerate(reader, 1):
            cells = [value.strip() for value in values]
            if any(cells):
                yield number, cells
    except csv.Error:
        findings.add(_("A quotation mark is not closed or is misplaced."), number + 1)


def _columns(heading: Sequence[str], findings: ReferenceFindings) -> list[str]:
    columns = [name.lower() for name in heading]
    for name in dict.fromkeys(columns):
        if name not in (*REQUIRED, *OPTIONAL):
            message = _("Unknown column. Known columns: %(known)s.")
            findings.add(message % {"known": ", ".join((*REQUIRED, *OPTIONAL))}, 1, name or "—")
        elif columns.count(name) > 1:
            findings.add(_("This column is repeated."), 1, name)
    for name in REQUIRED:
        if name not in columns:
            findings.add(_("This column is missing."), 1, name)
    return columns


def _cells_by_column(
    number: int, values: Sequence[str], columns: Sequence[str], findings: ReferenceFindings
) -> Cells:
    if len(values) > len(columns):
        findings.add(_("The row has more cells than the heading."), number)
    cells = dict.fromkeys(OPTIONAL, "") | dict(zip(columns, [*values, *[""] * len(columns)], strict=False))
    for name in REQUIRED:
        if not cells[name]:
            findings.add(_("This cell is empty."), number, name)
    return cells

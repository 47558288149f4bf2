"""Rows of a CSV file of a pack; its first line tells what separates the cells: a comma, a semicolon or a tab."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.kernel.text import split_separator_line
from practices.packs.faults import FileRefused, refuse


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it ends, below a line such as `sep=;`. Raises FileRefused for what is no CSV."""
    named, table = split_separator_line(text)
    skipped = int(bool(named))
    separator = named or max(",;\t", key=table.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(table, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num + skipped, cells
    except csv.Error as error:
        raise refuse(_("This line cannot be read as CSV."), reader.line_num + skipped) from error


def header_cells(beginning: str) -> list[str]:
    """The cells of the header, from the first lines of a text; none where they are no CSV."""
    try:
        return [cell.strip() for cell in next(csv_rows(beginning), (0, []))[1]]
    except FileRefused:
        return []

"""The table of figures that somebody fills in: what is stored, and a row for each figure that is still asked for."""

import csv
import io
from collections.abc import Iterator

from alliance_client.models import WholeReport

_PLACE = ("indicator", "service", "cell")


def table_to_fill_in(stored: str, report: WholeReport, *, parts: bool = False) -> str:
    """The stored figures with empty rows for the others; with `parts` also for what their breakdowns ask."""
    rows = list(csv.reader(io.StringIO(stored, newline="")))
    header = rows[0]
    columns = [header.index(name) for name in _PLACE]
    known = {tuple(row[column].removeprefix("'") for column in columns) for row in rows[1:]}
    buffer = io.StringIO()
    buffer.write(stored if stored.endswith("\n") else stored + "\r\n")
    writer = csv.writer(buffer)
    for place in _places(report, parts=parts):
        if place not in known:
            values = dict(zip(_PLACE, place, strict=True)) | {"version": "0"}
            writer.writerow([values.get(name, "") for name in header])
    return buffer.getvalue()


def _places(report: WholeReport, *, parts: bool) -> Iterator[tuple[str, str, str]]:
    for measure in report.measures:
        for figure in measure.figures:
            for service in figure.services:
                for cell in ("", *(figure.cells if parts else ())):
                    yield figure.key, service or "", cell

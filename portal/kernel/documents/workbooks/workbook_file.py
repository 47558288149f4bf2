"""A workbook while it is written: row by row to the disk, with nothing that a cell says taken for more than a text."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook


@contextmanager
def new_workbook(path: Path, *, title: str, author: str, dated: datetime) -> Iterator[Workbook]:
    """A workbook to be written at the path, closed afterwards; what it sets aside meanwhile goes beside it."""
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(str(path), options) as workbook:
        created_at = dated.replace(tzinfo=None, microsecond=0)
        workbook.set_properties({"title": title, "author": author, "created": created_at})
        workbook.set_size(2400, 1400)
        yield workbook

"""Tell a sheet of a report's form apart from a table that somebody else has made."""

import re
from collections.abc import Iterable

from portal.kernel.documents.workbooks import COLUMN_MARK
from portal.kernel.errors import DomainError
from portal.kernel.text import sentence as _

_HEAD = 20_000  # characters in which the keys of the columns stand
_MARK = re.compile(rf'(?:^|[,;\t|])"?{COLUMN_MARK}"?(?=[,;\t|\r\n])', re.MULTILINE)

SHEET_OF_FORM = _(
    "This is the form of a report. Upload it under “Upload”, as XLSX with all its sheets: "
    "then nobody has to say what its columns are."
)


def refuse_sheet_of_form(text: str) -> None:
    """Raise DomainError for a sheet of the form that was saved as CSV: it does not say of which report it is."""
    if _MARK.search(text[:_HEAD]):
        message = _(
            "This is one sheet of the form, saved as CSV. The other sheets are missing, and with them for which "
            "report it is. Open the form that you filled in, save it as XLSX, and upload that."
        )
        raise DomainError(message)


def is_sheet_of_form(texts: Iterable[str]) -> bool:
    """Whether one of the cells is the mark of a form's sheet."""
    return COLUMN_MARK in texts

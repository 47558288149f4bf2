"""What the form of a report as a workbook and its reader agree on: keys of rows and columns, facts of the form."""

import re
import zlib
from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from alliance.figure_fields import FIELDS, FigurePlace
from alliance.queries.report_frame import ReportFrame
from portal.kernel.errors import DomainError
from portal.kernel.text import format_figure

FORM_VERSION = "1"
# Of a form. Its reader takes more rows than have answers, and in each of them as many cells as there are columns.
MOST_ANSWERS = 15_000
MAX_ROWS, MAX_CELLS = 20_000, 400_000  # of a workbook, or a CSV, that comes back
HIDDEN = ("key", "version", "labels")
# columns that the form shows and nobody fills in
SHOWN = ("measure", "title", "service", "part", "unit", "last")
ANSWER = "value"  # a number, an answer, why there is none; or the text
# the fields of a figure that have columns of their own; a choice stands in the column of the answer
FIELD_COLUMNS = tuple(name for name in FIELDS if name not in ("value", "choice"))
COLUMNS = (*HIDDEN, *SHOWN, ANSWER, *FIELD_COLUMNS, "language", "disclosure", "guidance")
BETWEEN_LANGUAGES = " / "  # the labels of one thing, in a form that has several languages
# facts of the form
FORMAT, ORGANISATION, ORGANISATION_NAME, CYCLE, CYCLE_TITLE = (
    "format", "organisation", "organisation-name", "cycle", "cycle-title",
)  # fmt: skip
CHARTER, CHARTER_VERSION, TAKEN_AT, LANGUAGE = "charter", "charter-version", "taken-at", "language"
LABELS = ("title", "service", "part")
_FIGURE, _TEXT, _PLEDGE = "figure", "text", "pledge"
_MARKS = re.compile(r"\W")


def figure_key(place: FigurePlace) -> str:
    return "|".join((_FIGURE, place.indicator, place.service or "", place.cell))


def text_key(indicator: str) -> str:
    return f"{_TEXT}|{indicator}"


def pledge_key(record: UUID) -> str:
    return f"{_PLEDGE}|{record}"


def labels_digest(labels: Sequence[str]) -> str:
    """Ties the hidden key of a row to what the row shows: both can be parted by sorting a part of the columns."""
    return f"{zlib.crc32('|'.join(_MARKS.sub('', text).casefold() for text in labels).encode()):08x}"


def refuse_too_many_answers(frame: ReportFrame) -> None:
    """Raises DomainError where a report asks for more than one form may have: what is made can be read back."""
    if (count := frame.answer_count) > MOST_ANSWERS:
        message = _(
            "This report asks for %(count)s answers, and a form may have %(most)s. Take the figures as CSV, and upload "
            "the parts of that file that you fill in, at most %(rows)s rows at a time."
        )
        numbers = {"count": count, "most": MOST_ANSWERS, "rows": MAX_ROWS}
        raise DomainError(message % {name: format_figure(number) for name, number in numbers.items()})


def form_refusal(frame: ReportFrame) -> str:
    """Why a report has no form to fill in; empty where it has one."""
    try:
        refuse_too_many_answers(frame)
    except DomainError as refusal:
        return str(refusal)
    return ""


def parse_key(key: str) -> tuple[FigurePlace | None, str, str]:
    """The place, the narrative or the pledge that a row is about. Raises DomainError for what is no key."""
    kind, *parts = key.split("|")
    if kind == _FIGURE and len(parts) == 3:
        return FigurePlace(parts[0], parts[1] or None, parts[2]), "", ""
    if kind == _TEXT and len(parts) == 1:
        return None, parts[0], ""
    if kind == _PLEDGE and len(parts) == 1:
        return None, "", parts[0]
    raise DomainError("key")

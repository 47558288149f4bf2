"""What the form of a report as a workbook and its reader agree on: keys of rows and columns, facts of the form."""

import re
import zlib
from collections.abc import Sequence
from uuid import UUID

from alliance.figure_fields import FIELDS, FigurePlace
from portal.kernel.errors import DomainError

FORM_VERSION = "1"
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

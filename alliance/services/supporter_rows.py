"""What is wrong with one row of a file of supporters, and its values as they would be stored."""

import re
from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils import translation

from alliance.enums import SupporterKind
from alliance.services.supporter_file import Cells
from alliance.validators.addresses import canonical_address
from portal.kernel import clock
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_name, clean_optional_name

_MOST = {
    "name": 200,
    "region": 100,
    "town": 100,
    "website": 200,
    "email": 254,
    "signatory": 150,
    "office": 150,
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})")
DAY_FIRST, MONTH_FIRST = "day", "month"
OPTIONAL = frozenset({"town", "website", "acceded_on", "signatory", "office"})  # columns that may be empty
_is_url = URLValidator(schemes=["http", "https"])


class RowFault(Exception):
    """Why the row cannot be taken: the column, and what is wrong as a word that the page explains."""

    def __init__(self, column: str, fault: str) -> None:
        super().__init__(f"{column}: {fault}")
        self.column, self.fault = column, fault

    @property
    def key(self) -> str:
        """The kind of fault, for one choice for all of its rows."""
        return fault_key(self.column, self.fault)


def fault_key(column: str, fault: str) -> str:
    """What is wrong in which column, as one word of an address or of the name of a field."""
    return f"{column}.{fault}"


def can_be_replaced(column: str, fault: str) -> bool:
    """Whether one value may stand in all cells that are wrong in this way.

    An optional cell is emptied; a region or a kind that is missing may be the same for all. Names and e-mails are each
    row's own; the order of dates and unknown words for kinds have choices that keep what the cells say.
    """
    if column in OPTIONAL:
        return fault != "date-order"
    return fault == "empty" and column in ("region", "kind")


def kinds_by_word() -> dict[str, str]:
    """The kinds by what a file may call them: their key, and their name in each language, in small letters."""
    words = {kind.value: kind.value for kind in SupporterKind}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words |= {str(kind.label).lower(): kind.value for kind in SupporterKind}
    return words


def checked_values(cells: Cells, kinds: Mapping[str, str], date_order: str, today: date) -> dict[str, str]:
    """The values of the row as they would be stored. Raises RowFault for the first that is wrong."""
    for column, most in _MOST.items():
        if len(cells[column]) > most:
            raise RowFault(column, "too-long")
    values = {
        "name": _name(cells, "name"),
        "kind": _kind(cells["kind"], kinds),
        "region": _name(cells, "region"),
        "town": _name(cells, "town", is_optional=True),
        "website": _website(cells["website"]),
        "email": _email(cells["email"]),
        "acceded_on": _day(cells["acceded_on"], date_order, today).isoformat(),
        "signatory": _name(cells, "signatory", is_optional=True),
        "office": _name(cells, "office", is_optional=True),
    }
    return values


def _name(cells: Cells, column: str, *, is_optional: bool = False) -> str:
    text = cells[column]
    if not text and not is_optional:
        raise RowFault(column, "empty")
    try:
        return clean_optional_name(text) if is_optional else clean_name(text)
    except DomainError as error:
        raise RowFault(column, "letters") from error


def _kind(text: str, kinds: Mapping[str, str]) -> str:
    if not text:
        raise RowFault("kind", "empty")
    kind = kinds.get(text.lower())
    if kind is None:
        raise RowFault("kind", "kind")
    return kind


def _website(text: str) -> str:
    if not text:
        return ""
    address = text if "://" in text else f"https://{text}"
    try:
        _is_url(address)
    except ValidationError as error:
        raise RowFault("website", "website") from error
    return address


def _email(text: str) -> str:
    if not text:
        raise RowFault("email", "empty")
    address = canonical_address(text)
    try:
        validate_email(address)
    except ValidationError as error:
        raise RowFault("email", "email") from error
    return address


def _day(text: str, date_order: str, today: date) -> date:
    """The day; of an empty cell today. A date with slashes says nothing of its order, which is chosen for all."""
    if not text:
        return today
    if match := _ISO.fullmatch(text):
        parts = match.groups()
    elif match := _DOTTED.fullmatch(text):
        parts = match.groups()[::-1]
    elif match := _SLASHED.fullmatch(text):
        if not date_order:
            raise RowFault("acceded_on", "date-order")
        first, second, year = match.groups()
        year = year if len(year) == 4 else f"20{year}"
        parts = (year, second, first) if date_order == DAY_FIRST else (year, first, second)
    else:
        raise RowFault("acceded_on", "date")
    try:
        day = date(*(int(part) for part in parts))
    except ValueError as error:
        raise RowFault("acceded_on", "date") from error
    if day.year < clock.YEARS[0]:
        raise RowFault("acceded_on", "date")
    if day > today:
        raise RowFault("acceded_on", "future")
    return day

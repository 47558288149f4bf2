"""One cell of the grid of all figures: what it shows, how that differs from the last period, what was typed over it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from alliance.enums import FigureStatus, ValueType
from alliance.figure_fields import FigurePlace
from alliance.models import Indicator
from alliance.queries.public.wording import status_text, value_text
from alliance.web.forms.numbers import NumberField
from portal.kernel.text import NO_BREAK, format_change

_MULTIPLE = 10  # from so many times the last period on, a change is said as a multiple


class CellMark(StrEnum):
    """Why somebody should look at a cell."""

    NONE = ""
    EMPTY = "empty"
    CARRIED = "carried"
    WARNING = "warning"
    ERROR = "error"


class TypedCell(NamedTuple):
    """What was typed and not saved; `faults`: in its details, by field."""

    text: str
    message: str
    is_conflict: bool = False
    faults: Mapping[str, str] = {}


class Change(NamedTuple):
    """The difference from the last period; `kind`: "same" where nothing changed, "broken" where nothing is compared."""

    text: str = ""
    kind: str = ""


@dataclass(slots=True)
class GridCell:
    """A figure in its place."""

    prefix: str
    owner: str
    owner_pk: int
    text: str
    version: int
    status: str
    mark: CellMark
    is_estimate: bool
    is_quantity: bool
    last: str
    change: Change
    typed: TypedCell | None
    figure_place: FigurePlace

    @property
    def value(self) -> str:
        """What the field has: what was typed, else what is stored."""
        return self.typed.text if self.typed else self.text

    @property
    def read(self) -> str:
        """What its reader saw: the version, and a digest of the text."""
        return f"{self.version}.{digest_of(self.text)}"

    @property
    def for_script(self) -> list[str | bool]:
        """What a page needs to draw it anew, as it is without what was typed: the page knows what that is."""
        return [self.read, self.text, self.stored_kind, self.change.text, self.change.kind, self.is_estimate]

    @property
    def kind(self) -> str:
        """How it is drawn: as an error where something was typed that is not saved."""
        return "error" if self.typed else self.stored_kind

    @property
    def stored_kind(self) -> str:
        """How it is drawn, in words of which it may have two: its mark, and that it has no number."""
        marks = [] if self.mark in (CellMark.NONE, CellMark.EMPTY) else [self.mark.value]
        if self.status and self.status != FigureStatus.REPORTED:
            marks.append("none")
        elif not self.is_quantity:
            marks.append("words")
        return " ".join(marks)


def digest_of(text: str) -> str:
    """Tells what was typed from what was shown."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:6]


def word_of(status: str) -> str:
    """What a cell has in the place of a number: the reason why there is none; nothing of a reported figure."""
    return "" if status == FigureStatus.REPORTED else status_text(status).lower()


def shown_text(indicator: Indicator, figure: Any) -> str:
    """The figure as its cell has it, to be read back; nothing of one without a value or a reason for having none."""
    if figure is None:
        return ""
    if figure.status != FigureStatus.REPORTED:
        return word_of(figure.status)
    text = value_text(indicator, figure.value, figure.choice)
    if text or figure.value is None:
        return text
    return str(NumberField().prepare_value(figure.value))


def cell_change(indicator: Indicator, figure: Any, last: Any, *, is_broken: bool = False) -> Change:
    """Points of a share, per cent of other numbers, multiples of those that grew much; `≠` of what is not compared."""
    if figure is not None and (is_broken or figure.definition_changed):
        return Change("≠", "broken")
    now, before = (figure.value if figure else None), (last.values.value if last else None)
    if now is None or before is None or indicator.value in (ValueType.YES_NO, ValueType.CHOICE):
        return Change()
    is_share = indicator.value == ValueType.SHARE
    if now == before:
        return Change(_points("0") if is_share else "0", "same" if now else "")
    if is_share:
        return Change(_points(format_change(now - before)))
    if not before:
        return Change(format_change(now))
    if before > 0 and now / before >= _MULTIPLE:
        return Change(f"×{NO_BREAK}{round(now / before)}")
    return Change(format_change(_rounded((now - before) * 100 / abs(before)), "%"))


def _points(change: str) -> str:
    """A difference of two shares, in one line."""
    return (_("%(change)s p.") % {"change": change}).replace(" ", NO_BREAK)


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1) if abs(number) >= 1 else Decimal("0.1"))

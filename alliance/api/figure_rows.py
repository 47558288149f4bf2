"""Rows of figures as a program sends them: each finds its place, or is named with what is wrong in it."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import ValueType
from alliance.models import Indicator
from alliance.queries.figure_places import FigurePlaces
from alliance.queries.report_frame import ReportFrame
from alliance.services.figure_columns import FigureRow
from alliance.services.reports import FigureInput
from alliance.validators.figures import Place
from portal.kernel.api.problems import Fault, Problem, pointer_to
from portal.kernel.errors import DomainError
from portal.kernel.numerals import written

MOST_FAULTS = 100  # are named; somebody who has more reads no further
_SHARE, _RANGE = ("numerator", "denominator"), ("lower", "upper")


def read_rows(frame: ReportFrame, sent: Sequence[Mapping[str, Any]]) -> list[FigureRow]:
    """The rows in their places; raises the Problem that names every wrong cell."""
    places, rows, faults = FigurePlaces(frame), [], []
    seen: set[Place] = set()
    for number, row in enumerate(sent):
        try:
            rows.append(_row(places, row, seen))
        except DomainError as refusal:
            faults.append(fault_in(frame, number, row, refusal.field or "", str(refusal)))
    _refuse(faults)
    return rows


def refuse_shapes(frame: ReportFrame, sent: Any, errors: Any) -> None:
    """Raise the Problem for rows that are not of the right shape; other faults are the body's own."""
    found = errors.get("figures") if isinstance(errors, Mapping) else None
    if isinstance(found, Mapping) and "non_field_errors" not in found:
        wrong = [(int(number), one) for number, one in found.items()]
        _refuse([fault for number, one in wrong for fault in _of_shape(frame, sent, number, one)])


def overtaken(frame: ReportFrame, sent: Sequence[Mapping[str, Any]], mine: Sequence[FigureRow]) -> Problem:
    """The Problem for rows that somebody else has changed meanwhile."""
    places = {_place_of(row): number for number, row in enumerate(sent)}
    said = _("Somebody saved this while you were typing.")
    faults = []
    for row in mine:
        number = places[row.indicator.key, row.service.slug if row.service else None, row.cell]
        faults.append(fault_in(frame, number, sent[number], "version", said))
    return Problem("conflict", _("Nothing was saved."), errors=faults[:MOST_FAULTS])


def fault_in(frame: ReportFrame, number: int, row: Any, field: str, said: str) -> Fault:
    """One wrong cell: by its pointer, and in words as somebody finds it in a table."""
    words = _("Row %(number)s: %(place)s: %(said)s")
    values = {"number": written(Decimal(number + 1)), "place": _in_words(frame, row), "said": said}
    pointer = pointer_to("figures", str(number), *([field] if field else []))
    return Fault(field, words % values, pointer)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Problem("invalid", _("Nothing was saved."), errors=faults[:MOST_FAULTS])


def _of_shape(frame: ReportFrame, sent: Any, number: int, errors: Any) -> Iterator[Fault]:
    row = sent["figures"][number]
    for field, said in errors.items():
        name = "" if field == "non_field_errors" else field
        yield fault_in(frame, number, row, name, " ".join(map(str, said)))


def _in_words(frame: ReportFrame, row: Any) -> str:
    """The key of the indicator, the name of the service, the key of the part; as far as they were sent."""
    if not isinstance(row, Mapping):
        return "–"
    slug = row.get("service")
    service = frame.service(slug) if isinstance(slug, str) else None
    parts = (row.get("indicator"), service.name if service else slug, row.get("cell"))
    return ", ".join(part[:130] for part in parts if isinstance(part, str) and part) or "–"


def _place_of(row: Mapping[str, Any]) -> Place:
    return row["indicator"], row["service"], row["cell"]


def _row(places: FigurePlaces, sent: Mapping[str, Any], seen: set[Place]) -> FigureRow:
    place = _place_of(sent)
    slot = places.find(place)
    if place in seen:
        raise DomainError(_("Another row is for the same place."), field="indicator")
    seen.add(place)
    _suits(slot.indicator, sent)
    given = FigureInput(**{name: sent[name] for name in FigureInput.__dataclass_fields__})
    given.fields()  # refuses what no text may hold
    return FigureRow(slot.indicator, slot.service, slot.cell, given, sent["version"])


def _suits(indicator: Indicator, sent: Mapping[str, Any]) -> None:
    """Refuse what the indicator's type cannot take at all; what is merely wrong is saved, and found."""
    of_words = indicator.value in (ValueType.YES_NO, ValueType.CHOICE)
    if sent["choice"] and indicator.value != ValueType.CHOICE:
        raise DomainError(_("There is nothing to choose here: give a value."), field="choice")
    if sent["choice"] and sent["choice"] not in {one["key"] for one in indicator.choices}:
        raise DomainError(_("Choose one of the listed answers."), field="choice")
    if sent["value"] is not None and indicator.value == ValueType.CHOICE:
        raise DomainError(_("Choose one of the listed answers."), field="value")
    if indicator.value == ValueType.YES_NO and sent["value"] not in (None, 0, 1):
        raise DomainError(_("Answer yes or no."), field="value")
    unfit = [name for name in _SHARE if indicator.value != ValueType.SHARE and sent[name] is not None]
    unfit += [name for name in _RANGE if of_words and sent[name] is not None]
    unfit += ["estimate"] if of_words and sent["estimate"] else []
    if unfit:
        raise DomainError(_("A figure of this type has none."), field=unfit[0])

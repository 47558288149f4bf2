"""Rows that a program sends in bulk: each fault by its pointer, and in words as somebody finds it in a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.api import Fault, Problem, pointer_to
from portal.kernel.text import format_number

MOST_FAULTS = 100  # are named; somebody who has more reads no further


@dataclass(frozen=True, slots=True)
class SentRows:
    """The rows of a body under their name, and the place of a row in words."""

    name: str
    words_of: Callable[[Mapping[str, Any]], str]

    def fault(self, number: int, row: Any, field: str, text: str) -> Fault:
        """One wrong cell of the row with this number, counted from 0."""
        message = _("Row %(number)s: %(place)s: %(problem)s")
        place = self.words_of(row) if isinstance(row, Mapping) else ""
        values = {"number": format_number(Decimal(number + 1)), "place": place or "–", "problem": text}
        pointer = pointer_to(self.name, str(number), *([field] if field else []))
        return Fault(field, message % values, pointer)

    def refuse_shapes(self, sent: Any, errors: Any) -> None:
        """Raise the Problem for rows that are not of the right shape; other faults are the body's own."""
        row_errors = errors.get(self.name) if isinstance(errors, Mapping) else None
        if not isinstance(row_errors, Mapping) or "non_field_errors" in row_errors:
            return
        faults = []
        for number, shape_errors in row_errors.items():
            row = sent[self.name][int(number)]
            for field, messages in shape_errors.items():
                name = "" if field == "non_field_errors" else field
                faults.append(self.fault(int(number), row, name, " ".join(map(str, messages))))
        refuse(faults)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise the Problem that names the faults, when there are any."""
    if faults:
        raise Problem("invalid", _("Nothing was saved."), errors=faults[:MOST_FAULTS])


def conflict_problem(faults: Sequence[Fault]) -> Problem:
    """The Problem for rows that somebody else has changed meanwhile."""
    return Problem("conflict", _("Nothing was saved."), errors=faults[:MOST_FAULTS])

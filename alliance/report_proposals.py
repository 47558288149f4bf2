"""What a file proposes for a report: for each place the values that it gives, each with its cell.

Every reader of files makes these, whatever the file looks like; comparing, showing and saving know no more than this.
A value that the file leaves empty is absent: nothing is ever emptied by a file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, Self

from django.utils.functional import Promise

from alliance.figure_fields import FIELDS, FigurePlace, ValueKind
from portal.kernel.text import from_stored, to_stored


class CellRefusal(NamedTuple):
    """One cell that cannot be taken: which value it gives, where it stands, what it holds, and why not."""

    field: str
    address: str
    text: str
    reason: str | Promise

    def says_the_same(self, other: "CellRefusal") -> bool:
        """Whether both read alike in the active language."""
        return (*self[:3], str(self.reason)) == (*other[:3], str(other.reason))


class CellCount(NamedTuple):
    """How many cells of a file were recognised, of how many that say something."""

    recognised: int = 0
    filled: int = 0

    def plus(self, other: "CellCount") -> "CellCount":
        """Both together."""
        return CellCount(self.recognised + other.recognised, self.filled + other.filled)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The values that a file gives for one place.

    Exactly one of `place`, `narrative` and `pledge` names the place; all of them are empty for a row that names
    nothing the report asks for, which has a refusal. `values` are by field of a figure, or `text` and `language`.
    `version` is that of the answer which the file was made from: 0 for none, None where the file does not say.
    """

    place: FigurePlace | None = None
    narrative: str = ""  # key of an indicator
    pledge: str = ""  # record of a pledge beyond the charter
    label: str | Promise = ""  # how the file names the row
    values: Mapping[str, Any] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)  # by field
    refusals: Sequence[CellRefusal] = ()
    version: int | None = None
    is_hidden: bool = False  # the row is hidden in the file

    @property
    def cells(self) -> "CellCount":
        """Its cells that say something."""
        refused_cells = {refusal.address for refusal in self.refusals}
        filled = refused_cells.union(self.addresses.values())
        return CellCount(len(filled - refused_cells), len(filled))

    @property
    def address(self) -> str:
        """The cell to look at: the first one that is refused, else the first one that says something."""
        if self.refusals:
            return self.refusals[0].address
        return next(iter(self.addresses.values()), "")

    def to_json(self) -> dict[str, Any]:
        """Plain data; decimals as strings, sentences in each language."""
        values = {
            name: str(value) if isinstance(value, Decimal) else value for name, value in self.values.items()
        }
        return {
            "place": list(self.place) if self.place else None,
            "narrative": self.narrative,
            "pledge": self.pledge,
            "label": to_stored(self.label),
            "values": values,
            "addresses": dict(self.addresses),
            "refusals": [[*refusal[:3], to_stored(refusal.reason)] for refusal in self.refusals],
            "version": self.version,
            "is_hidden": self.is_hidden,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(
            **{
                **data,
                "place": FigurePlace(*data["place"]) if data["place"] else None,
                "values": {name: _typed(name, value) for name, value in data["values"].items()},
                "label": from_stored(data["label"]),
                "refusals": [
                    CellRefusal(name, address, text, from_stored(reason))
                    for name, address, text, reason in data["refusals"]
                ],
            }
        )


def _typed(name: str, value: Any) -> Any:
    is_number = name in FIELDS and FIELDS[name].kind == ValueKind.NUMBER
    return Decimal(value) if is_number and value is not None else value

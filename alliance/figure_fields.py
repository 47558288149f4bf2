"""The fields of a figure: the one table that forms, API, documents and exports are made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.enums import Disclosure, FigureStatus, ValueType
from portal.kernel.text import clean_text, plain_decimal, refuse_long, refuse_too_many_digits

ALL_TYPES = frozenset(ValueType.values)
QUANTITIES = ALL_TYPES - {ValueType.YES_NO.value, ValueType.CHOICE.value}  # what is more or less
_SHARE, _CHOICE = frozenset({ValueType.SHARE.value}), frozenset({ValueType.CHOICE.value})


class ValueKind(StrEnum):
    """What a field holds, in plain data."""

    STATUS = "status"  # a FigureStatus
    NUMBER = "number"  # a decimal, or None
    FLAG = "flag"
    CHOICE = "choice"  # the key of one of the indicator's choices
    LINE = "line"  # one line of text
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """How one field is named, stored and published.

    `label` is used in forms, `heading` over a column of a table or an export. `explains` names the flag whose reason
    this text is: the two are side by side. Without `survives_withholding` a withheld figure is published with the
    field's default.
    """

    kind: ValueKind
    label: str | Promise
    heading: str | Promise
    max_length: int = 0
    value_types: frozenset[str] = ALL_TYPES  # of the indicators that have it
    explains: str = ""
    survives_withholding: bool = False


STATUS, NUMBER, FLAG, CHOICE, LINE, TEXT = ValueKind


def _spec(
    kind: ValueKind, label: str | Promise, heading: str | Promise = "", **others: Any
) -> dict[str, FieldSpec]:
    return {"spec": FieldSpec(kind, label, heading or label, **others)}


@dataclass(frozen=True, slots=True)
class FigureValues:
    """The values of one figure, numbers as decimals. A field that is added here needs its column in `FigureColumns`."""

    status: str = field(
        default=FigureStatus.REPORTED.value,
        metadata=_spec(STATUS, _("Status"), survives_withholding=True),
    )
    # a yes is 1 and a no is 0; a share is in per cent
    value: Decimal | None = field(
        default=None, metadata=_spec(NUMBER, _("Value"), value_types=ALL_TYPES - _CHOICE)
    )
    choice: str = field(default="", metadata=_spec(CHOICE, _("Choice"), max_length=60, value_types=_CHOICE))
    numerator: Decimal | None = field(
        default=None, metadata=_spec(NUMBER, _("Part"), _("Numerator"), value_types=_SHARE)
    )
    denominator: Decimal | None = field(
        default=None, metadata=_spec(NUMBER, _("Whole"), _("Denominator"), value_types=_SHARE)
    )
    lower: Decimal | None = field(
        default=None, metadata=_spec(NUMBER, _("Lower bound"), value_types=QUANTITIES)
    )
    upper: Decimal | None = field(
        default=None, metadata=_spec(NUMBER, _("Upper bound"), value_types=QUANTITIES)
    )
    estimate: bool = field(
        default=False,
        metadata=_spec(FLAG, _("Estimate"), value_types=QUANTITIES),
    )
    method: str = field(default="", metadata=_spec(TEXT, _("How it was counted"), max_length=4000))
    # also the answer to a warning
    note: str = field(
        default="", metadata=_spec(TEXT, _("Note for the reviewer"), _("Note"), max_length=4000)
    )
    reason: str = field(
        default="", metadata=_spec(LINE, _("Why there is no figure"), _("Reason"), max_length=500)
    )
    definition_changed: bool = field(
        default=False,
        metadata=_spec(FLAG, _("Definition changed"), survives_withholding=True),
    )
    definition_note: str = field(
        default="",
        metadata=_spec(
            TEXT, _("What changed"), _("Why it changed"), max_length=4000, explains="definition_changed"
        ),
    )

    @property
    def is_reported(self) -> bool:
        return self.status == FigureStatus.REPORTED

    # --- as it is typed and compared ---

    def cleaned(self) -> Self:
        """The values as they are stored: texts composed, with plain line ends; a share worked out from part and whole.

        A part above its whole gives no share: it is stored as it was typed, and the checks report it.
        Raises DomainError with the field for a text that cannot be stored, and for a number of too many digits.
        """
        for name in _DECIMALS:
            if (number := getattr(self, name)) is not None:
                refuse_too_many_digits(number, field=name)
        changed: dict[str, Any] = {
            name: _cleaned(name, text) for name in _WORDS if (text := getattr(self, name))
        }
        part, whole = self.numerator, self.denominator
        if part is not None and whole and 0 <= part <= whole:
            changed["value"] = (part * 100 / whole).quantize(Decimal("0.01")).normalize()
        return replace(self, **changed)

    def changed_from(self, figure_values: "FigureValues") -> list[str]:
        """The names of the fields whose values differ from those of the other."""
        if self == figure_values:
            return []
        return [name for name in FIELDS if getattr(self, name) != getattr(figure_values, name)]

    # --- in the next period ---

    def carried_over(self, value_type: str) -> Self:
        """What may still hold in the next period, of an indicator with this type of value.

        An answer, or why there is none, and how it was counted; never a number. A note explains the figure of one
        period, and a change of the definition was one since the period before that: neither is carried over.
        """
        if not self.is_reported:
            return type(self)(status=self.status, reason=self.reason, method=self.method)
        if value_type in QUANTITIES:
            return type(self)(method=self.method)
        return type(self)(value=self.value, choice=self.choice, method=self.method)

    # --- as it is published and read back ---

    def withheld(self) -> Self:
        """What may still be published of a figure that is withheld."""
        return type(self)(
            **{name: getattr(self, name) for name, spec in FIELDS.items() if spec.survives_withholding}
        )

    def to_document(self) -> dict[str, Any]:
        """Plain data for submissions and publications: decimals as strings."""
        document = dict(zip(FIELDS, _VALUES(self), strict=True))
        for name in _DECIMALS:
            if document[name] is not None:
                document[name] = plain_decimal(document[name])
        return document

    @classmethod
    def from_document(cls, row: Mapping[str, Any]) -> Self:
        """The values that `to_document` wrote; a field that is younger than the document has its default."""
        values = [row.get(name, default) for name, default in _DEFAULT_ITEMS]
        for place in _DECIMAL_PLACES:
            if values[place] is not None:
                values[place] = Decimal(values[place])
        return cls(*values)

    # --- as columns ---

    @classmethod
    def of(cls, source: object) -> Self:
        """The values of anything with their names as attributes: a figure of a working copy, a published one."""
        return cls(*_VALUES(source))

    def as_columns(self) -> dict[str, Any]:
        """The values by the names of their columns."""
        return {name: getattr(self, name) for name in FIELDS}


FIELDS: Mapping[str, FieldSpec] = {each.name: each.metadata["spec"] for each in fields(FigureValues)}
DEFAULTS: Mapping[str, Any] = {each.name: each.default for each in fields(FigureValues)}
_VALUES = attrgetter(*FIELDS)  # a report may have fifteen hundred figures, and each page reads all of them


def names_of(*kinds: ValueKind) -> tuple[str, ...]:
    """The fields of these kinds, in the order of the table."""
    return tuple(name for name, spec in FIELDS.items() if spec.kind in kinds)


_DECIMALS = names_of(NUMBER)
_WORDS = names_of(STATUS, CHOICE, LINE, TEXT)
_DEFAULT_ITEMS = tuple(DEFAULTS.items())  # in the order of the fields, as `FigureValues` takes them
_DECIMAL_PLACES = tuple(place for place, name in enumerate(FIELDS) if name in _DECIMALS)
# fields with columns of their own beside status, value and choice: numbers, flags, each with its explanation, texts
NUMBER_COLUMNS = tuple(name for name in _DECIMALS if name != "value")
FLAG_COLUMNS = names_of(FLAG)
EXPLANATIONS: Mapping[str, str] = {spec.explains: name for name, spec in FIELDS.items() if spec.explains}
TEXT_COLUMNS = tuple(name for name in names_of(LINE, TEXT) if not FIELDS[name].explains)


def _cleaned(name: str, text: str) -> str:
    cleaned, limit = clean_text(text, field=name), FIELDS[name].max_length
    return refuse_long(cleaned, limit, field=name) if limit else cleaned


# --- Figures in their places -----------------------------------------------------------------


class FigurePlace(NamedTuple):
    """The place of a figure in a report, in keys."""

    indicator: str
    service: str | None  # None for the whole organisation
    cell: str = ""  # of a breakdown; empty for the total

    @classmethod
    def of(cls, figure: Any) -> Self:
        """The place of a figure with its `indicator`, its `service` or None, and its `cell`."""
        return cls(figure.indicator.key, figure.service.slug if figure.service else None, figure.cell)


class FiledFigure(NamedTuple):
    """One figure of a submission or a publication, of a report that is given elsewhere."""

    place: FigurePlace
    values: FigureValues
    withheld: bool = False  # from the public: the values show no more than that
    secretariat_only: bool = False  # it has values, which the public does not read
    disclosure_reason: str = ""

    @classmethod
    def from_document(cls, row: Mapping[str, Any]) -> Self:
        """The figure as a submission, a working copy or a publication writes it."""
        return cls(
            FigurePlace(row["indicator"], row["service"], row["cell"]),
            FigureValues.from_document(row),
            row.get("withheld", False),
            row.get("disclosure") == Disclosure.SECRETARIAT,
            row.get("disclosure_reason", ""),
        )


def filed_figures(document: Mapping[str, Any]) -> list[FiledFigure]:
    """The figures of a submission or of a published report, in its order; an empty document has none."""
    return [FiledFigure.from_document(row) for row in _figure_rows(document)]


def _figure_rows(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for measure in document.get("measures", ()):
        yield from measure["figures"]


class FiguresByPlace(Mapping[FigurePlace, FiledFigure]):
    """The figures of a submission or of a published report by their place; each is read when somebody asks for it.

    A report may have fifteen hundred, and a page compares a few of them.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._rows = {
            FigurePlace(row["indicator"], row["service"], row["cell"]): row for row in _figure_rows(document)
        }
        self._read: dict[FigurePlace, FiledFigure] = {}

    def __getitem__(self, place: FigurePlace) -> FiledFigure:
        if place not in self._read:
            self._read[place] = FiledFigure.from_document(self._rows[place])
        return self._read[place]

    def __iter__(self) -> Iterator[FigurePlace]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, place: object) -> bool:
        return place in self._rows

    @cached_property
    def numbers(self) -> Mapping[FigurePlace, Decimal]:
        """The numbers that are reported."""
        return {
            place: Decimal(row["value"])
            for place, row in self._rows.items()
            if row.get("value") is not None and row.get("status", DEFAULTS["status"]) == FigureStatus.REPORTED
        }

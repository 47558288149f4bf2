"""What a version says, as pages show it: choices in words, keys by their titles, nothing that is empty."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from practices.enums import Actor
from practices.fields import FIELD, FIELDS, Field, Group, Type, fields_of
from practices.queries import taxonomy


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a method: `by` is the code of who takes it, `actor` the word for that."""

    text: str
    by: str
    actor: str


@dataclass(frozen=True, slots=True)
class Effect:
    """A number before and after."""

    what: str
    unit: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Named:
    """A key with its title in the charters in force; the key itself where they do not have it."""

    key: str
    title: str
    code: str = ""
    commitment: str = ""  # the key of a measure's commitment


@dataclass(frozen=True)
class Reading:
    """The content of a version for templates: `reading.values.limits`, `reading.has.policy`."""

    content: Mapping[str, Any]

    @cached_property
    def values(self) -> dict[str, Any]:
        """By field, as people read it; what is empty is not there."""
        return {
            field.key: _SHOWN[field.holds](field, self.content[field.key])
            for field in FIELDS
            if self.content.get(field.key)
        }

    @cached_property
    def has(self) -> dict[str, bool]:
        """By group, whether anything is said in it."""
        return {group.value: any(field.key in self.values for field in fields_of(group)) for group in Group}

    def texts(self, *keys: str) -> list[tuple[Field, str]]:
        """The fields of these that say something, each with its text."""
        return [(FIELD[key], self.values[key]) for key in keys if key in self.values]


def _as_it_is(field: Field, value: Any) -> Any:
    del field
    return value


def _choice(field: Field, value: str) -> Any:
    assert field.choices is not None
    return field.choices(value)  # compares as its code, reads as its label


def _choices(field: Field, values: list[str]) -> list[Any]:
    return [_choice(field, value) for value in values]


def _named(field: Field, keys: list[str]) -> list[Named]:
    if field.key == "harms":
        harms = taxonomy.harms()
        return [Named(key, harms[key].title if key in harms else key) for key in keys]
    if field.key == "languages":
        return [Named(key, taxonomy.language_name(key)) for key in keys]
    measures = taxonomy.measures()
    return [_measure(key, measures.get(key)) for key in keys]


def _measure(key: str, measure: Any) -> Named:
    if measure is None:
        return Named(key, key)
    return Named(key, measure.title, measure.code, measure.commitment.key)


def _steps(field: Field, rows: list[Mapping[str, str]]) -> list[Step]:
    del field
    return [Step(row["text"], row["by"], str(Actor(row["by"]).label)) for row in rows]


def _effects(field: Field, rows: list[Mapping[str, str]]) -> list[Effect]:
    del field
    return [
        Effect(row["what"], row.get("unit", ""), Decimal(row["before"]), Decimal(row["after"]))
        for row in rows
    ]


_SHOWN: Mapping[Type, Callable[[Field, Any], Any]] = {
    Type.LINE: _as_it_is,
    Type.TEXT: _as_it_is,
    Type.ONE: _choice,
    Type.SOME: _choices,
    Type.KEYS: _named,
    Type.DATE: lambda field, value: date.fromisoformat(value),
    Type.NUMBER: lambda field, value: Decimal(value),
    Type.SHARE: lambda field, value: Decimal(value),
    Type.STEPS: _steps,
    Type.EFFECTS: _effects,
}

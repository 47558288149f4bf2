"""What a practice says, in JSON: a schema made of the table of its fields."""

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from practices.enums import Actor
from practices.fields import FIELDS, Field, Type

_STRING = {"type": "string"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


_SHAPES: Mapping[Type, Callable[[Field], dict[str, Any]]] = {
    Type.LINE: lambda field: _STRING,
    Type.TEXT: lambda field: {**_STRING, "description": "Markdown"},
    Type.ONE: lambda field: {**_STRING, "enum": _values(field)},
    Type.SOME: lambda field: _list({**_STRING, "enum": _values(field)}),
    Type.KEYS: lambda field: _list(_STRING),
    Type.DATE: lambda field: {**_STRING, "format": "date"},
    Type.NUMBER: lambda field: {**_STRING, "format": "decimal"},
    Type.SHARE: lambda field: {**_STRING, "format": "decimal"},
    Type.STEPS: lambda field: _list(_object(text=_STRING, by={**_STRING, "enum": Actor.values})),
    Type.EFFECTS: lambda field: _list(_object(what=_STRING, unit=_STRING, before=_STRING, after=_STRING)),
}


def _values(field: Field) -> list[str]:
    assert field.choices is not None
    return list(field.choices.values)


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def shape_of(*fields: Field) -> dict[str, Any]:
    """The schema of an object with these fields; what is empty is not there."""
    return {
        "type": "object",
        "properties": {field.key: _SHAPES[field.holds](field) for field in fields},
        "additionalProperties": False,
    }


@extend_schema_field(shape_of(*FIELDS))
class Content(serializers.Field):
    """The fields of a practice in their order, without those that are empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {field.key: value[field.key] for field in FIELDS if field.key in value}

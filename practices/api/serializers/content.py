"""The content of a practice in JSON: a schema made from the table of its fields."""

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from practices.enums import ClassOutcome, StepBy
from practices.fields import FIELDS, Field, FieldType

_STRING = {"type": "string"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


_SCHEMAS: Mapping[FieldType, Callable[[Field], dict[str, Any]]] = {
    FieldType.LINE: lambda field: _STRING,
    FieldType.TEXT: lambda field: {**_STRING, "description": "Markdown"},
    FieldType.CHOICE: lambda field: {**_STRING, "enum": _values(field)},
    FieldType.CHOICES: lambda field: _list({**_STRING, "enum": _values(field)}),
    FieldType.KEYS: lambda field: _list(_STRING),
    FieldType.DATE: lambda field: {**_STRING, "format": "date"},
    FieldType.NUMBER: lambda field: {**_STRING, "format": "decimal"},
    FieldType.SHARE: lambda field: {**_STRING, "format": "decimal"},
    FieldType.STEPS: lambda field: _list(_object(text=_STRING, by={**_STRING, "enum": StepBy.values})),
    FieldType.EFFECTS: lambda field: _list(
        _object(what=_STRING, unit=_STRING, before=_STRING, after=_STRING)
    ),
    FieldType.CLASSES: lambda field: _list(
        _object(
            key=_STRING,
            title=_STRING,
            outcome={**_STRING, "enum": ClassOutcome.values},
            meaning=_STRING,
            follows=_STRING,
        )
    ),
    FieldType.EXAMPLES: lambda field: _list(_object(**{"class": _STRING, "text": _STRING})),
    FieldType.SCORES: lambda field: _list(
        _object(
            name=_STRING,
            precision=_STRING,
            recall=_STRING,
            rows=_STRING,
            on=_STRING,
            by=_STRING,
            **{"class": _STRING},
        )
    ),
}


def _values(field: Field) -> list[str]:
    assert field.choices is not None
    return list(field.choices.values)


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def schema_of(*fields: Field) -> dict[str, Any]:
    """The schema of an object with these fields; empty ones are left out."""
    return {
        "type": "object",
        "properties": {field.key: _SCHEMAS[field.field_type](field) for field in fields},
        "additionalProperties": False,
    }


@extend_schema_field(schema_of(*FIELDS))
class ContentField(serializers.Field):
    """The fields of a practice in their order, without those that are empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {field.key: value[field.key] for field in FIELDS if field.key in value}

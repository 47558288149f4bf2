"""The values of a figure in JSON: a field for each of the table's, as it is read and as it is sent."""

from typing import Any

from rest_framework import serializers

from alliance.enums import FigureStatus
from alliance.figure_fields import DEFAULTS, FIELDS, ValueKind
from alliance.models import Figure
from portal.kernel.api import DecimalStringField, StrictBooleanField, StrictSerializer, TextField

_HELP = {"value": "1 for yes, 0 for no; a share is a percentage."}


def output_field(name: str, number: type[serializers.Field] = DecimalStringField) -> serializers.Field:
    """The field as it is read; `number` is how decimals are written."""
    kind = FIELDS[name].kind
    if kind == ValueKind.STATUS:
        return serializers.ChoiceField(choices=FigureStatus.values)
    if kind == ValueKind.NUMBER:
        return number(allow_null=True)
    return serializers.BooleanField() if kind == ValueKind.FLAG else serializers.CharField()


def input_field(name: str) -> serializers.Field:
    """The field as it is sent; what is left out has the table's default."""
    spec = FIELDS[name]
    options: dict[str, Any] = {"default": DEFAULTS[name], "help_text": _HELP.get(name)}
    if spec.kind == ValueKind.STATUS:
        return serializers.ChoiceField(choices=FigureStatus.values, **options)
    if spec.kind == ValueKind.NUMBER:
        return DecimalStringField(allow_null=True, **options)
    if spec.kind == ValueKind.FLAG:
        return StrictBooleanField(**options)
    return TextField(column=(Figure, name), allow_blank=True, max_length=spec.max_length, **options)


class FigureValuesSerializer(StrictSerializer):
    """Base of serializers of a figure: the fields of the figure table are read from `cell`."""

    @staticmethod
    def value_field(name: str) -> serializers.Field:
        return output_field(name)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields: dict[str, serializers.Field] = {}
        for name, declared in super().get_fields().items():
            fields[name] = declared
            if name == "cell":
                fields |= {value: self.value_field(value) for value in FIELDS}
        return fields

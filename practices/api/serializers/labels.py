"""The label in JSON: in every row, under the names of TLP 2.0."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.kernel.api import StrictSerializer
from practices.enums import Label


@extend_schema_field({"type": "string", "enum": [str(label.label) for label in Label]})
class TlpField(serializers.Field):
    """`TLP:CLEAR` to `TLP:RED`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **{"source": "label", **kwargs})

    def to_representation(self, value: str) -> str:
        return str(Label(value).label)


class LabelledSerializer(StrictSerializer):
    """A row with a label, which comes first, whichever fields are asked for."""

    always_sent = ("tlp",)

    tlp = TlpField()

"""The label in JSON: in every row, under the names of TLP 2.0."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.kernel.api import StrictSerializer
from practices.enums import Label

_LABELS = {str(label.label): label.value for label in Label}
# of what is about a working group, which has no label
NULLABLE_TLP = {"type": ["string", "null"], "enum": [*_LABELS, None]}


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


@extend_schema_field({"type": "string", "enum": list(_LABELS)})
class TlpInputField(serializers.Field):
    """A label, as answers write it."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in _LABELS:
            message = _("There are: %(names)s.") % {"names": ", ".join(_LABELS)}
            raise serializers.ValidationError(message)
        return _LABELS[data]

    def to_representation(self, value: Any) -> Any:
        return str(Label(value).label)

"""What somebody follows, in JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import UTCDateTimeField
from practices.api.serializers.labels import NULLABLE_TLP, LabelledSerializer
from practices.enums import Label


@extend_schema_serializer(component_name="FollowedSubject")
class FollowedSerializer(LabelledSerializer):
    """A practice, a request or a working group that you follow."""

    tlp = serializers.SerializerMethodField(help_text="Null for a working group.")
    kind = serializers.ChoiceField(choices=["practice", "request", "group"])
    key = serializers.UUIDField(source="subject.key")
    title = serializers.CharField()
    since = UTCDateTimeField()

    @extend_schema_field(NULLABLE_TLP)
    def get_tlp(self, row: Any) -> str | None:
        label = getattr(row.subject, "label", "")
        return str(Label(label).label) if label else None

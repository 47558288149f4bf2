"""Cycles in JSON."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.enums import CycleState
from portal.kernel.api import StrictSerializer, TranslatedField, UTCDateTimeField


class CharterNameSerializer(StrictSerializer):
    """A charter, by key and version."""

    key = serializers.SlugField()
    version = serializers.IntegerField()


@extend_schema_serializer(component_name="Cycle")
class CycleSerializer(StrictSerializer):
    """A reporting period, and the charter that its reports follow."""

    slug = serializers.SlugField()
    title = TranslatedField("title")
    state = serializers.ChoiceField(
        choices=[state.value for state in CycleState if state != CycleState.PLANNED]
    )
    charter = CharterNameSerializer()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    due_on = serializers.DateField()
    published_at = UTCDateTimeField(allow_null=True)

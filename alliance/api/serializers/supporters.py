"""Supporters in JSON."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.enums import SupporterKind
from portal.kernel.api import StrictSerializer


@extend_schema_serializer(component_name="Supporter")
class SupporterSerializer(StrictSerializer):
    """An organisation that has acceded to a charter as a supporter. Its name is in the language that it gave."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in SupporterKind])
    region = serializers.CharField()
    town = serializers.CharField()
    website = serializers.CharField()
    charter = serializers.SlugField(source="charter.key")
    charter_version = serializers.IntegerField(source="charter.version")
    acceded_on = serializers.DateField()

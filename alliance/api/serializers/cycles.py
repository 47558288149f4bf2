"""Cycles in JSON."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.enums import CycleState
from portal.kernel.api.fields import Moment, Strict, Texts


class CharterNameSerializer(Strict):
    """Which version of which charter."""

    key = serializers.SlugField()
    version = serializers.IntegerField()


@extend_schema_serializer(component_name="Cycle")
class CycleSerializer(Strict):
    """A reporting period, and the charter that its reports answer."""

    slug = serializers.SlugField()
    title = Texts("title")
    state = serializers.ChoiceField(
        choices=[state.value for state in CycleState if state != CycleState.PLANNED]
    )
    charter = CharterNameSerializer()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    due_on = serializers.DateField()
    published_at = Moment(allow_null=True)

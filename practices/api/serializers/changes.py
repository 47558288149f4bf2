"""The feed of practices in JSON."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import FeedSerializer, StrictSerializer, UTCDateTimeField
from practices.api.serializers.labels import TlpField
from practices.enums import PracticeState


@extend_schema_serializer(component_name="PracticeChange")
class PracticeChangeSerializer(StrictSerializer):
    """Something happened to a practice that you may read; its state is that of now, and its label for what happened."""

    tlp = TlpField(source="handling_label")
    change = serializers.CharField(source="kind", help_text="The name of the event, as in webhooks.")
    practice = serializers.UUIDField(source="practice.key")
    state = serializers.ChoiceField(source="practice.state", choices=PracticeState.values)
    at = UTCDateTimeField()
    url = serializers.SerializerMethodField(
        help_text="The URL of the practice, to be read with the same token."
    )

    def get_url(self, row: Any) -> str:
        return settings.ORIGIN + reverse("api:practice", args=[row.practice.key])


@extend_schema_serializer(component_name="PracticeChangeFeed")
class PracticeChangeFeedSerializer(FeedSerializer):
    """A page of the feed of practices."""

    results = PracticeChangeSerializer(many=True)

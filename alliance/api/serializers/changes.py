"""The feed of the public record in JSON."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.publications import PublicationHeadSerializer
from portal.kernel.api import FeedSerializer, StrictSerializer


@extend_schema_serializer(component_name="Change")
class ChangeSerializer(StrictSerializer):
    """A publication as a change of the record."""

    publication = PublicationHeadSerializer()
    url = serializers.SerializerMethodField(help_text="The URL of the publication with its document.")
    figures_given = serializers.IntegerField(help_text="How many figures hold since this publication.")
    figures_ended = serializers.IntegerField(
        help_text="How many figures do not hold any more since this publication."
    )
    figures = serializers.SerializerMethodField(
        help_text="The URL of the figures that this publication gave and that still hold."
    )

    def get_url(self, row: Any) -> str:
        return settings.ORIGIN + reverse("api:publication", args=[row.publication.number])

    def get_figures(self, row: Any) -> str:
        return f"{settings.ORIGIN}{reverse('api:figure-list')}?publication={row.publication.number}"


@extend_schema_serializer(component_name="ChangeFeed")
class ChangeFeedSerializer(FeedSerializer):
    """A page of the feed of the public record."""

    results = ChangeSerializer(many=True)

"""Publications in JSON: their place in the record, and where their exact bytes are."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import PublishedTranslations, StrictSerializer, UTCDateTimeField
from portal.kernel.publishing import read_publication


class AttachedSerializer(StrictSerializer):
    """A file that was published with it."""

    name = serializers.CharField()
    sha256 = serializers.CharField()
    bytes = serializers.IntegerField()
    media_type = serializers.CharField()


@extend_schema_serializer(component_name="PublicationHead")
class PublicationHeadSerializer(StrictSerializer):
    """One publication of the record, without its body."""

    number = serializers.IntegerField()
    type = serializers.CharField()
    record = serializers.CharField(help_text="The same for all revisions of the same thing.")
    revision = serializers.IntegerField()
    previous = serializers.IntegerField(source="previous_id", allow_null=True)
    published_at = UTCDateTimeField()
    languages = serializers.ListField(child=serializers.CharField())
    title = PublishedTranslations()
    sha256 = serializers.CharField(help_text="Of exactly the bytes at `body`.")
    body = serializers.SerializerMethodField(help_text="Where the exact bytes are.")

    def get_body(self, row: Any) -> str:
        return settings.ORIGIN + reverse("public:publication-body", args=[row.number])


@extend_schema_serializer(component_name="Publication")
class PublicationSerializer(PublicationHeadSerializer):
    """One publication with its document."""

    attachments = AttachedSerializer(many=True)
    document = serializers.SerializerMethodField(help_text="What its bytes say.")

    def get_document(self, row: Any) -> dict[str, Any]:
        return dict(read_publication(row))

"""Publications in JSON: their number in the record, and the URL of their exact bytes."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import PublishedTranslations, StrictSerializer, UTCDateTimeField
from portal.kernel.publishing import read_publication


class AttachedSerializer(StrictSerializer):
    """A file attached to a publication."""

    name = serializers.CharField()
    sha256 = serializers.CharField()
    bytes = serializers.IntegerField()
    media_type = serializers.CharField()


@extend_schema_serializer(component_name="PublicationHead")
class PublicationHeadSerializer(StrictSerializer):
    """A publication, without its document."""

    number = serializers.IntegerField()
    type = serializers.CharField()
    record = serializers.CharField(help_text="The identifier of the record; the same for all its revisions.")
    revision = serializers.IntegerField()
    previous = serializers.IntegerField(source="previous_id", allow_null=True)
    published_at = UTCDateTimeField()
    languages = serializers.ListField(child=serializers.CharField())
    title = PublishedTranslations()
    sha256 = serializers.CharField(help_text="The SHA-256 of the exact bytes at `body`.")
    body = serializers.SerializerMethodField(help_text="The URL of the exact bytes.")
    page = serializers.SerializerMethodField(help_text="The URL of its public page.")
    link = serializers.CharField(
        help_text="Its link of the chain: the SHA-256 of the link before it and of `sha256`."
    )

    def get_page(self, row: Any) -> str:
        return settings.ORIGIN + reverse("public:publication", args=[row.number])

    def get_body(self, row: Any) -> str:
        return settings.ORIGIN + reverse("public:publication-body", args=[row.number])


@extend_schema_serializer(component_name="Publication")
class PublicationSerializer(PublicationHeadSerializer):
    """A publication, with its document."""

    attachments = AttachedSerializer(many=True)
    document = serializers.SerializerMethodField(help_text="The document as JSON.")

    def get_document(self, row: Any) -> dict[str, Any]:
        return dict(read_publication(row))

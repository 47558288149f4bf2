"""A token in JSON, without its secret."""

from rest_framework import serializers

from portal.kernel.api import StrictSerializer, TranslatedField, UTCDateTimeField


class TokenSerializer(StrictSerializer):
    """The token of the request: its owner, organisation, scopes and dates."""

    name = serializers.CharField()
    person = serializers.CharField(source="person.name")
    organisation = serializers.SlugField(source="organisation.slug")
    organisation_name = TranslatedField("name", source="organisation")
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = UTCDateTimeField()
    expires_at = UTCDateTimeField()

"""A token in JSON: what its bearer may know of it, which is not itself."""

from rest_framework import serializers

from portal.kernel.api import StrictSerializer, TranslatedField, UTCDateTimeField


class TokenSerializer(StrictSerializer):
    """The token that the request carries: its owner, and its scopes."""

    name = serializers.CharField()
    person = serializers.CharField(source="person.name")
    organisation = serializers.SlugField(source="organisation.slug")
    organisation_name = TranslatedField("name", source="organisation")
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = UTCDateTimeField()
    expires_at = UTCDateTimeField()

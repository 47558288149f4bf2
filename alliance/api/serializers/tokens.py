"""A token in JSON, without its secret."""

from typing import Any, ClassVar

from rest_framework import serializers

from portal.kernel.api import StrictSerializer, TranslatedField, UTCDateTimeField


class TokenSerializer(StrictSerializer):
    """The token of the request: its owner, organisation, scopes and dates."""

    example: ClassVar[Any] = {
        "name": "Nightly figures",
        "person": "Pavel Orlov",
        "organisation": "ivory-cloud",
        "organisation_name": {"en": "Ivory Cloud", "ru": "Айвори Клауд"},
        "scopes": ["read", "reports:write"],
        "created_at": "2026-07-01T08:00:00Z",
        "expires_at": "2026-09-29T21:00:00Z",
    }

    name = serializers.CharField()
    person = serializers.CharField(source="person.name")
    organisation = serializers.SlugField(source="organisation.slug")
    organisation_name = TranslatedField("name", source="organisation")
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = UTCDateTimeField()
    expires_at = UTCDateTimeField()

"""Members and their services in JSON."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.enums import REPORTING_KINDS, OrganisationState
from alliance.models import Organisation
from portal.kernel.api import StrictSerializer, TranslatedField


class OwnedServiceSerializer(StrictSerializer):
    """A service, with the dates between which the member owned it."""

    slug = serializers.SlugField(source="service.slug")
    name = TranslatedField("name", source="service")
    sort = TranslatedField("sort", source="service")
    since = serializers.DateField(source="starts_on")
    until = serializers.DateField(source="ends_on", allow_null=True)


class FormerNameSerializer(StrictSerializer):
    """A former name, with the date until which it was used."""

    name = TranslatedField("name")
    until = serializers.DateField()


@extend_schema_serializer(component_name="Member")
class MemberSerializer(StrictSerializer):
    """A member or associate, present or former."""

    example: ClassVar[Any] = {
        "slug": "ivory-cloud",
        "name": {"en": "Ivory Cloud", "ru": "Айвори Клауд"},
        "sector": {"en": "Storage", "ru": "Хранение данных"},
        "kind": "member",
        "state": "active",
        "website": "https://ivory-cloud.example/",
        "since": "2025-01-15",
        "until": None,
        "successor": None,
        "merged_on": None,
        "services": [
            {
                "slug": "ivory-cloud",
                "name": {"en": "Ivory Cloud", "ru": "Айвори Клауд"},
                "sort": {"en": "Storage", "ru": "Хранение"},
                "since": "2025-01-15",
                "until": None,
            }
        ],
        "former_names": [],
    }

    slug = serializers.SlugField(help_text="The member's identifier in URLs; former slugs still work.")
    name = TranslatedField("name")
    sector = TranslatedField("sector")
    kind = serializers.ChoiceField(choices=[kind.value for kind in REPORTING_KINDS])
    state = serializers.ChoiceField(choices=[state.value for state in OrganisationState])
    website = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.SerializerMethodField(help_text="Its last day as a member; null while it is one.")
    successor = serializers.SlugField(source="successor.slug", default=None, allow_null=True)
    merged_on = serializers.DateField(allow_null=True, help_text="Since when it is part of its successor.")
    services = OwnedServiceSerializer(many=True, source="all_ownerships")
    former_names = FormerNameSerializer(many=True)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_until(self, member: Organisation) -> str | None:
        ends: Mapping[int, date] = self.context["ends"]
        ended_on = ends.get(member.pk)
        return (ended_on - timedelta(days=1)).isoformat() if ended_on else None

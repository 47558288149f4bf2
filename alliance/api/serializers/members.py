"""Members and their services in JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.enums import REPORTING_KINDS, OrganisationState
from portal.kernel.api import StrictSerializer, TranslatedField


class OwnedServiceSerializer(StrictSerializer):
    """A service and the days on which it was the member's."""

    slug = serializers.SlugField(source="service.slug")
    name = TranslatedField("name", source="service")
    sort = TranslatedField("sort", source="service")
    since = serializers.DateField(source="starts_on")
    until = serializers.DateField(source="ends_on", allow_null=True)


class FormerNameSerializer(StrictSerializer):
    """A name that the member bore until a day."""

    name = TranslatedField("name")
    until = serializers.DateField()


@extend_schema_serializer(component_name="Member")
class MemberSerializer(StrictSerializer):
    """A member or associate, those that have left among them."""

    slug = serializers.SlugField(help_text="Its permanent address; earlier ones lead to it.")
    name = TranslatedField("name")
    sector = TranslatedField("sector")
    kind = serializers.ChoiceField(choices=[kind.value for kind in REPORTING_KINDS])
    state = serializers.ChoiceField(choices=[state.value for state in OrganisationState])
    website = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    successor = serializers.SlugField(source="successor.slug", default=None, allow_null=True)
    services = OwnedServiceSerializer(many=True, source="all_ownerships")
    former_names = serializers.SerializerMethodField()

    def get_former_names(self, member: Any) -> list[dict[str, Any]]:
        return FormerNameSerializer(member.former_names.all(), many=True).data

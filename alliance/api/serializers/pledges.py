"""Pledges in JSON, as published."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.bases import MemberFactSerializer
from alliance.api.serializers.facts import CorrectedSerializer
from alliance.enums import DECIDED_TARGET_STATES, PledgeState
from portal.kernel.api import PublishedTranslations, StrictSerializer, UTCDateTimeField


class PledgedServiceSerializer(StrictSerializer):
    """A service that a pledge covers."""

    slug = serializers.SlugField()
    name = PublishedTranslations()


class TargetDecisionSerializer(StrictSerializer):
    """What the secretariat has decided of a target that no figure can decide."""

    state = serializers.ChoiceField(choices=[state.value for state in DECIDED_TARGET_STATES])
    reason = PublishedTranslations()
    decided_on = serializers.DateField()


class TargetSerializer(CorrectedSerializer):
    """A target of a pledge, with its date, and what it was before it was corrected."""

    text = serializers.CharField()
    due_on = serializers.CharField(allow_null=True)
    indicator = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    decision = TargetDecisionSerializer(allow_null=True, default=None)


@extend_schema_serializer(component_name="PublishedPledge")
class PledgeSerializer(MemberFactSerializer):
    """A published pledge of a member, to a commitment or beyond the charter."""

    record = serializers.UUIDField()
    revision = serializers.IntegerField()
    state = serializers.ChoiceField(choices=PledgeState.values)
    commitment = serializers.CharField(
        source="commitment_key", help_text="The key of the commitment; empty for a pledge beyond the charter."
    )
    charter_version = serializers.IntegerField(
        source="charter.version",
        default=None,
        allow_null=True,
        help_text="The version of the charter under whose keys it was published; none for a pledge beyond the charter.",
    )
    title = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField()
    services = PledgedServiceSerializer(many=True)
    measures = serializers.ListField(child=serializers.CharField())
    targets = TargetSerializer(many=True)
    signatory_name = serializers.CharField()
    signatory_office = serializers.CharField()
    signed_at = UTCDateTimeField()
    ended_reason = serializers.CharField()

"""Uses of a practice in JSON: who uses it, and with what result."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.facts import PlainDecimalField
from portal.kernel.api import StrictSerializer, UTCDateTimeField
from practices.api.serializers.labels import LabelledSerializer, TlpField
from practices.enums import AdoptionState, Comparison, ServiceKind
from practices.models import AdoptionResult


class UseStepSerializer(StrictSerializer):
    """A state of the use, with the date from which it applied."""

    state = serializers.ChoiceField(choices=AdoptionState.values)
    on = serializers.DateField()
    note = serializers.CharField()
    language = serializers.CharField()


class UseResultSerializer(StrictSerializer):
    """A result of the use: a number before and after, or a text."""

    key = serializers.UUIDField()
    what = serializers.CharField()
    unit = serializers.CharField()
    before = PlainDecimalField(allow_null=True)
    after = PlainDecimalField(allow_null=True)
    service_kind = serializers.ChoiceField(choices=["", *ServiceKind.values])
    comparison = serializers.ChoiceField(choices=["", *Comparison.values])
    counted = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    language = serializers.CharField()
    not_comparable_because = serializers.SerializerMethodField(
        help_text="Why it is not compared with results of other services, as the page says it; null where it is. "
        "Of several results of one effect in its unit, each service counts once, by its last."
    )

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_not_comparable_because(self, result: AdoptionResult) -> str | None:
        rule = self.context["comparison_rules"].get(result.adoption.practice_id)
        if rule is None:
            return _("You can no longer read this practice.")
        return rule.reason_against(result.adoption, result) or None


class EarlierUseResultSerializer(UseResultSerializer):
    """A result that was wrong, and why: it counts nowhere."""

    not_comparable_because = None  # takes the field away
    withdrawn_at = UTCDateTimeField()
    withdrawal_reason = serializers.CharField()
    withdrawal_language = serializers.CharField(help_text="Of the reason.")
    replaced_by = serializers.UUIDField(
        source="replaced_by.key",
        default=None,
        allow_null=True,
        help_text="The result in its place; null where it was withdrawn without one.",
    )


@extend_schema_serializer(component_name="PracticeUse")
class UseSerializer(LabelledSerializer):
    """The use of a practice by an organisation, for one service or as a whole. Each use has its own label."""

    tlp = TlpField(source="handling_label")
    key = serializers.UUIDField()
    organisation = serializers.SlugField(source="organisation.slug")
    service = serializers.SlugField(source="service.slug", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=AdoptionState.values)
    since = serializers.DateField()
    steps = UseStepSerializer(many=True, source="steps.all")
    results = UseResultSerializer(many=True, source="current_results")
    earlier_results = EarlierUseResultSerializer(
        many=True, help_text="Corrected or withdrawn, the last one first."
    )

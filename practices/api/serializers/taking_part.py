"""What readers add to a practice, in JSON: uses with their results."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import (
    DayField,
    DecimalStringField,
    StrictSerializer,
    TextField,
    TextLanguageField,
)
from practices.api.serializers.labels import TlpField, TlpInputField
from practices.api.serializers.uses import UseSerializer
from practices.enums import AdoptionState, Comparison, ServiceKind
from practices.models import AdoptionResult, AdoptionStep

# --- Uses --------------------------------------------------------------------------------------


class UseStepInputSerializer(StrictSerializer):
    """How far one is, since when, and a note on it."""

    example: ClassVar[Any] = {
        "state": "in_use",
        "on": "2026-09-01",
        "note": "On both services.",
        "language": "en",
    }

    state = serializers.ChoiceField(choices=AdoptionState.values)
    on = DayField()
    note = TextField(column=(AdoptionStep, "note"), allow_blank=True, default="")
    language = TextLanguageField()


class UseReadersInputSerializer(StrictSerializer):
    """The label of a use, and the organisations that it names; only those who may read the practice see it."""

    example: ClassVar[Any] = {"tlp": "TLP:GREEN", "organisations": []}

    tlp = TlpInputField()
    organisations = serializers.ListField(
        child=TextField(max_length=60),
        default=list,
        max_length=1000,
        help_text="By slug, for TLP:AMBER and TLP:AMBER+STRICT.",
    )


class UseReadersSerializer(StrictSerializer):
    """The label of a use, and the organisations that it names, by slug."""

    tlp = TlpField()
    organisations = serializers.ListField(child=serializers.SlugField())


class UseInputSerializer(UseStepInputSerializer):
    """A use of a practice, on one service or in the whole organisation."""

    example: ClassVar[Any] = {
        "service": "ivory-cloud",
        "state": "trial",
        "on": "2026-09-01",
        "note": "On one service first.",
        "language": "en",
    }

    service = TextField(
        max_length=60, allow_null=True, default=None, help_text="Null for the whole organisation."
    )
    readers = UseReadersInputSerializer(
        required=False, help_text="Who may know of it; by default those whom its page proposes."
    )


@extend_schema_serializer(component_name="OwnPracticeUse")
class OwnUseSerializer(UseSerializer):
    """A use of your own organisation."""

    practice = serializers.SerializerMethodField(help_text="Null where you may not read it any more.")
    readers = serializers.SerializerMethodField(
        help_text="The label and whom it names, as `readers/` takes them."
    )
    version = serializers.IntegerField(help_text="Moves with each change; send it as `If-Match`.")

    @extend_schema_field(UseReadersSerializer)
    def get_readers(self, use: Any) -> Any:
        slugs = self.context["slugs"]
        named = sorted(slugs[pk] for pk in use.reader_organisations if pk in slugs)
        return UseReadersSerializer({"label": use.label, "organisations": named}).data

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_practice(self, use: Any) -> str | None:
        key = self.context["readable"].get(use.practice_id)
        return str(key) if key else None


class ResultInputSerializer(StrictSerializer):
    """What came of it: numbers, words, or both."""

    example: ClassVar[Any] = {
        "what": "Unwanted contact",
        "unit": "per 10,000 first messages",
        "before": "12.4",
        "after": "7.1",
        "service_kind": "messenger",
        "comparison": "before_after",
        "counted": 10000,
        "starts_on": "2026-07-01",
        "ends_on": "2026-08-31",
        "note": "",
        "language": "en",
    }

    what = TextField(column=(AdoptionResult, "what"), allow_blank=True, default="")
    unit = TextField(column=(AdoptionResult, "unit"), allow_blank=True, default="")
    before = DecimalStringField(allow_null=True, default=None)
    after = DecimalStringField(allow_null=True, default=None)
    service_kind = serializers.ChoiceField(
        choices=["", *ServiceKind.values],
        default="",
        help_text="Results are compared among services of one kind.",
    )
    comparison = serializers.ChoiceField(
        choices=["", *Comparison.values], default="", help_text="With what the number after was compared."
    )
    counted = serializers.IntegerField(
        min_value=1,
        max_value=10**15 - 1,
        allow_null=True,
        default=None,
        help_text="How many were counted on each side of the comparison.",
    )
    starts_on = DayField(allow_null=True, default=None)
    ends_on = DayField(allow_null=True, default=None)
    note = TextField(column=(AdoptionResult, "note"), allow_blank=True, default="")
    language = TextLanguageField()


class ResultCorrectionInputSerializer(StrictSerializer):
    """Why a result is wrong, and the one in its place."""

    example: ClassVar[Any] = {
        "reason": "The wrong month was counted.",
        "replacement": ResultInputSerializer.example,
    }

    reason = TextField(column=(AdoptionResult, "withdrawal_reason"), help_text="Read by all who see the use.")
    replacement = ResultInputSerializer(
        allow_null=True,
        help_text="The whole result as it should be; null withdraws it with none in its place.",
    )

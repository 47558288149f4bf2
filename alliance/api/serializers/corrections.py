"""Corrections in JSON: the values of a published report, what should stand there, and the way of a proposal."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.figure_values import input_field
from alliance.enums import (
    CorrectionFinder,
    CorrectionState,
    CorrectionSubject,
    Side,
    Standing,
    VerdictValue,
)
from alliance.figure_fields import FIELDS
from alliance.models import Correction, CorrectionNote
from portal.kernel.api import (
    DayField,
    DecimalStringField,
    PublishedTranslations,
    StrictSerializer,
    TextField,
    TextLanguageField,
    TextsSerializer,
    UTCDateTimeField,
)

MOST_VALUES = 20
_PLACE = "figure~~~content-actioned~aurora-live~~"
_REASON = {"en": "A week was counted twice.", "ru": "Неделя была посчитана дважды."}


@extend_schema_field({"type": "object", "additionalProperties": {}})
class StoredValueField(serializers.JSONField):
    """A value as a publication has it, in the fields of its subject."""


class CorrectionItemSerializer(StrictSerializer):
    """One value: where it is, what stands there, and what should."""

    place = serializers.CharField(source="place.key")
    subject = serializers.ChoiceField(choices=CorrectionSubject.values)
    title = serializers.SerializerMethodField(help_text="What the value is called.")
    old = StoredValueField()
    new = StoredValueField()

    def get_title(self, item: Any) -> str:
        words = self.context.get("words")
        return words.title(item.place) if words is not None else ""


class CorrectionActSerializer(StrictSerializer):
    """What you may do now."""

    action = serializers.CharField()
    label = serializers.CharField()
    blocked = serializers.CharField(help_text="Why it is not possible yet; empty when it is.")


class CorrectionNoteSerializer(StrictSerializer):
    """A note that both sides read."""

    text = serializers.CharField()
    language = serializers.CharField()
    written_at = UTCDateTimeField()


@extend_schema_serializer(component_name="CorrectionRow")
class CorrectionRowSerializer(StrictSerializer):
    """A correction, without its values."""

    id = serializers.IntegerField(source="pk")
    report = serializers.IntegerField(source="report_id")
    organisation = serializers.SlugField(source="report.organisation.slug")
    cycle = serializers.SlugField(source="report.cycle.slug")
    side = serializers.ChoiceField(choices=Side.values, help_text="Who proposes it.")
    state = serializers.ChoiceField(choices=CorrectionState.values)
    respond_by = serializers.DateField(
        allow_null=True, help_text="Until when the other side agrees or objects."
    )
    check_verdicts_by = serializers.DateField(
        allow_null=True,
        help_text="Until when verdicts on its figures are looked at again; null where none are.",
    )
    published_as = serializers.IntegerField(allow_null=True, help_text="The number of its publication.")


@extend_schema_serializer(component_name="Correction")
class CorrectionSerializer(CorrectionRowSerializer):
    """A correction with its values, its notes, and what you may do."""

    of_publication = serializers.IntegerField(help_text="The publication that it corrects.")
    finder = serializers.ChoiceField(choices=CorrectionFinder.values, help_text="Who found it.")
    reason = PublishedTranslations()
    items = serializers.SerializerMethodField()
    file_name = serializers.CharField(help_text="Of the evidence, which its page has; empty for none.")
    proposed_at = UTCDateTimeField(allow_null=True)
    answered_at = UTCDateTimeField(allow_null=True)
    answer_name = serializers.CharField(help_text="Of who agreed or objected, as it is published.")
    answer_office = serializers.CharField()
    answer_reason = serializers.CharField()
    without_access = serializers.SerializerMethodField(
        help_text="Nobody who could answer for the member has access, or had when it was decided."
    )
    consented_at = UTCDateTimeField(
        allow_null=True, help_text="Of a verdict: when a second reviewer consented."
    )
    decided_at = UTCDateTimeField(allow_null=True)
    decision_reason = serializers.CharField()
    notes = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()
    version = serializers.IntegerField(help_text="Of the draft, for `If-Match`.")

    def get_without_access(self, correction: Correction) -> bool:
        return bool(self.context["without_access"])

    @extend_schema_field(CorrectionItemSerializer(many=True))
    def get_items(self, correction: Correction) -> Any:
        return CorrectionItemSerializer(self.context["items"], many=True, context=self.context).data

    @extend_schema_field(CorrectionNoteSerializer(many=True))
    def get_notes(self, correction: Correction) -> Any:
        return CorrectionNoteSerializer(self.context["notes"], many=True).data

    @extend_schema_field(CorrectionActSerializer(many=True))
    def get_actions(self, correction: Correction) -> Any:
        return CorrectionActSerializer(self.context["acts"], many=True).data


class CorrectableValueSerializer(StrictSerializer):
    """A published value that can be corrected."""

    place = serializers.CharField(help_text="Send it as the `place` of a correction.")
    subject = serializers.ChoiceField(choices=CorrectionSubject.values)
    title = serializers.CharField()
    value = StoredValueField(help_text="What stands there now, as a correction writes it.")
    withheld = serializers.BooleanField(help_text="Whether the public does not read it.")


class CorrectableValuesSerializer(StrictSerializer):
    """The values of one published report, in its order."""

    publication = serializers.IntegerField()
    standings = serializers.ListField(
        child=serializers.ChoiceField(choices=Standing.values),
        help_text="What a correction can make of the filing of the report.",
    )
    values = CorrectableValueSerializer(many=True)


# --- What is sent ------------------------------------------------------------------------------


class CorrectedFigureSerializer(StrictSerializer):
    """The fields of a figure that should be different; what is left out stays."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields: dict[str, serializers.Field] = {}
        for name in FIELDS:
            field = input_field(name)
            field.default, field.required = serializers.empty, False
            fields[name] = field
        return fields


class CorrectedVerdictSerializer(StrictSerializer):
    """A verdict and its reason; what is left out stays."""

    value = serializers.ChoiceField(choices=VerdictValue.values, required=False)
    reason = TextField(max_length=20_000, required=False)
    difference = TextField(max_length=20_000, allow_blank=True, required=False)


class CorrectedTargetSerializer(StrictSerializer):
    """A target of a pledge; what is left out stays."""

    text = TextField(max_length=300, required=False)
    value = DecimalStringField(allow_null=True, required=False)
    due_on = DayField(allow_null=True, required=False)


class CorrectedStandingSerializer(StrictSerializer):
    """How the report was filed; an exemption has a reason."""

    standing = serializers.ChoiceField(choices=Standing.values)
    reason = TextField(max_length=20_000, allow_blank=True, default="")


class CorrectedValueInputSerializer(StrictSerializer):
    """A value, and what should stand there: of its subject alone."""

    place = TextField(max_length=400)
    figure = CorrectedFigureSerializer(required=False)
    text = TextField(max_length=20_000, required=False, help_text="Of a text or a reply.")
    verdict = CorrectedVerdictSerializer(required=False)
    target = CorrectedTargetSerializer(required=False)
    standing = CorrectedStandingSerializer(required=False)


class CorrectionInputSerializer(StrictSerializer):
    """A correction as it is drafted: up to 20 values of one report."""

    example: ClassVar[Any] = {
        "values": [{"place": _PLACE, "figure": {"value": "1180"}}],
        "reason": _REASON,
        "finder": "member",
    }

    values = CorrectedValueInputSerializer(many=True, allow_empty=False, max_length=MOST_VALUES)
    reason = TextsSerializer(required=False, help_text="Public; a draft may lack it, a proposal may not.")
    finder = serializers.ChoiceField(
        choices=CorrectionFinder.values, required=False, help_text="Who found it; your own side by default."
    )


class OptionalReasonInputSerializer(StrictSerializer):
    """Why it is decided so; needed, and published, where the other side did not agree."""

    example: ClassVar[Any] = {"reason": "The logs show it."}

    reason = TextField(column=(Correction, "decision_reason"), max_length=2000, allow_blank=True, default="")


class PublicReasonInputSerializer(StrictSerializer):
    """A public reason, in every language."""

    example: ClassVar[Any] = {"reason": {"en": "The share is the same.", "ru": "Доля не изменилась."}}

    reason = TextsSerializer()


class CorrectionNoteInputSerializer(StrictSerializer):
    """A note that the other side reads."""

    example: ClassVar[Any] = {"text": "The log is attached to the draft.", "language": "en"}

    text = TextField(column=(CorrectionNote, "text"))
    language = TextLanguageField()

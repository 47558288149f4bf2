"""Second readings in JSON: what is asked, both verdicts on each measure, and how differences are settled."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.reports import ActionSerializer
from alliance.api.serializers.review_allocation import ReviewerSerializer
from alliance.enums import ReadingOutcome, SecondReadingState, VerdictValue
from alliance.models import InternalNote, SecondOpinion, SecondReading
from alliance.queries.second_readings import ReadingRow, withdrawal_note
from alliance.services.second_readings import Settlement
from alliance.workflows import SECOND_READING
from portal.kernel.api import (
    RowNumberField,
    StrictBooleanField,
    StrictSerializer,
    TextField,
    TextLanguageField,
    UTCDateTimeField,
)

_VALUES = [value.value for value in VerdictValue]
_MOST_MEASURES = 500


class OpinionSerializer(StrictSerializer):
    """The second reader's own verdict on one measure."""

    value = serializers.ChoiceField(choices=_VALUES)
    reason = serializers.CharField()
    language = serializers.CharField()
    given_at = UTCDateTimeField()
    verdict_value = serializers.ChoiceField(
        choices=["", *_VALUES], help_text="The reviewer's verdict when the reading was sent; empty before."
    )
    outcome = serializers.ChoiceField(
        choices=["", *ReadingOutcome.values], help_text="Of a difference: which verdict stands."
    )
    outcome_reason = serializers.CharField()


class ReadingMeasureSerializer(StrictSerializer):
    """A measure that is read for the second time."""

    key = serializers.SlugField(source="step.key")
    code = serializers.CharField(source="step.code")
    title = serializers.CharField(source="step.title", help_text="In the language of the request.")
    verdict = serializers.SerializerMethodField(
        help_text="The reviewer's, as it is now; null where there is none, or while you are to judge without seeing it."
    )
    opinion = serializers.SerializerMethodField(
        help_text="The reader's; null where there is none. Until it is sent the reader alone sees it."
    )
    upheld_verdict = serializers.SerializerMethodField(
        help_text=(
            "Which verdict the settlement has upheld; null where there is none, while you are to judge without seeing "
            "verdicts, and of settlements by version 0.1.0 where the verdict was given anew since."
        )
    )

    @extend_schema_field(serializers.ChoiceField(choices=_VALUES, allow_null=True))
    def get_verdict(self, row: ReadingRow) -> str | None:
        return str(row.verdict.value) if row.verdict and self.context["visible"].verdicts else None

    @extend_schema_field(OpinionSerializer(allow_null=True))
    def get_opinion(self, row: ReadingRow) -> Any:
        if row.opinion is None or not self.context["visible"].opinions:
            return None
        return OpinionSerializer(row.opinion).data

    @extend_schema_field(serializers.ChoiceField(choices=_VALUES, allow_null=True))
    def get_upheld_verdict(self, row: ReadingRow) -> str | None:
        return row.upheld_value if self.context["visible"].verdicts else None


@extend_schema_serializer(component_name="SecondReadingRow")
class SecondReadingRowSerializer(StrictSerializer):
    """A second reading in a list."""

    id = serializers.IntegerField(source="pk")
    report = serializers.IntegerField(source="report_id")
    organisation = serializers.SlugField(source="report.organisation.slug")
    cycle = serializers.SlugField(source="report.cycle.slug")
    state = serializers.ChoiceField(choices=SecondReadingState.values)
    reader = ReviewerSerializer()
    is_blind = serializers.BooleanField()
    request = serializers.CharField(help_text="What to look at.")
    asked_by = serializers.CharField(source="asked_by.name")
    asked_at = UTCDateTimeField()
    answered_at = UTCDateTimeField(allow_null=True)
    settled_at = UTCDateTimeField(allow_null=True)

    def to_representation(self, instance: Any) -> Any:
        data = super().to_representation(instance)
        return {**data, "reader": {"id": instance.reader.pk, "name": instance.reader.name}}


@extend_schema_serializer(component_name="SecondReadingDetail")
class SecondReadingDetailSerializer(SecondReadingRowSerializer):
    """A second reading with its measures, and the steps that you may take. Its rows are in the context."""

    withdrawal_reason = serializers.SerializerMethodField(
        help_text="The note with which it was withdrawn; empty where it was not, or ended with another act."
    )
    measures = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField())
    def get_withdrawal_reason(self, reading: SecondReading) -> str:
        note = withdrawal_note(self.context["view"].actor, reading)
        return note.text if note and self.context["visible"].verdicts else ""

    @extend_schema_field(ReadingMeasureSerializer(many=True))
    def get_measures(self, reading: SecondReading) -> Any:
        del reading
        return ReadingMeasureSerializer(self.context["rows"], many=True, context=self.context).data

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, reading: SecondReading) -> Any:
        return ActionSerializer(SECOND_READING.available(self.context["view"].actor, reading), many=True).data


class SecondReadingInputSerializer(StrictSerializer):
    """Who reads what for the second time."""

    example: ClassVar[Any] = {
        "reader": 8,
        "measures": ["age-checks"],
        "is_blind": True,
        "request": "Is the method still the same?",
    }

    reader = RowNumberField(help_text="A reviewer, by number.")
    measures = serializers.ListField(
        child=TextField(max_length=60),
        default=list,
        max_length=_MOST_MEASURES,
        help_text="By key; none: all of the report. Of a report that is not filed yet all of it is read.",
    )
    is_blind = StrictBooleanField(
        default=False, help_text="The reader sees no verdict on the report before sending theirs."
    )
    request = TextField(
        column=(SecondReading, "request"), allow_blank=True, default="", help_text="What to look at."
    )


class WithdrawReadingInputSerializer(StrictSerializer):
    """Why a second reading is withdrawn. It becomes a note on the report, which the secretariat alone reads.

    Without it nothing is noted, as for programs that were written for API 1.2, which had no reason.
    """

    example: ClassVar[Any] = {"reason": "She is away until May.", "language": "en"}

    reason = TextField(column=(InternalNote, "text"), max_length=2000, required=False)
    language = TextLanguageField()


class OpinionInputSerializer(StrictSerializer):
    """Your own verdict on a measure, as its second reader."""

    example: ClassVar[Any] = {"value": "limited", "reason": "One service is missing.", "language": "en"}

    value = serializers.ChoiceField(choices=_VALUES)
    reason = TextField(
        column=(SecondOpinion, "reason"),
        allow_blank=True,
        default="",
        help_text="Needed where you differ from the reviewer, or judge blind.",
    )
    language = TextLanguageField()


class SettlementSerializer(StrictSerializer):
    """What becomes of one difference."""

    measure = TextField(max_length=60)
    outcome = serializers.ChoiceField(choices=ReadingOutcome.values)
    reason = TextField(column=(SecondOpinion, "outcome_reason"), max_length=2000)
    verdict = serializers.ChoiceField(
        choices=_VALUES,
        required=False,
        help_text="The first verdict as you have read it: where it is another one by now, nothing is settled.",
    )


class SettlementsInputSerializer(StrictSerializer):
    """Which verdict stands, for every difference of the reading."""

    example: ClassVar[Any] = {
        "settlements": [{"measure": "age-checks", "outcome": "adopted", "reason": "The logs show it."}]
    }

    settlements = SettlementSerializer(many=True, allow_empty=False, max_length=_MOST_MEASURES)

    @staticmethod
    def settlements_in(data: Any) -> list[Settlement]:
        return [Settlement(**row) for row in data["settlements"]]

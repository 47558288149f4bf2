"""Questions, notes and findings of a review in JSON."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.filing import QuestionSerializer
from alliance.enums import FindingState
from alliance.models import Finding, FindingEntry, InternalNote, Question
from portal.kernel.api import (
    DayField,
    RowNumberField,
    StrictBooleanField,
    StrictSerializer,
    TextField,
    TextLanguageField,
    UTCDateTimeField,
)

MOST_FINDINGS = 1000  # named in one request


@extend_schema_serializer(component_name="DeskQuestion")
class DeskQuestionSerializer(QuestionSerializer):
    """A question to the member, with who asked it and which it follows."""

    asked_by = serializers.CharField(source="asked_by.name")
    follows = serializers.IntegerField(source="follows_id", allow_null=True)


class QuestionInputSerializer(StrictSerializer):
    """A question to the member, about a measure or the whole report."""

    example: ClassVar[Any] = {
        "text": "Does this count both services?",
        "language": "en",
        "measure": "detection",
    }

    text = TextField(column=(Question, "text"))
    language = TextLanguageField()
    measure = TextField(max_length=60, allow_null=True, default=None)
    follows = RowNumberField(
        allow_null=True, default=None, help_text="The question that it asks on, which is closed by it."
    )


@extend_schema_serializer(component_name="InternalNote")
class NoteSerializer(StrictSerializer):
    """A note among the secretariat; no member ever sees it."""

    id = serializers.IntegerField(source="pk")
    measure = serializers.SlugField(source="measure.key", default=None, allow_null=True)
    text = serializers.CharField()
    language = serializers.CharField()
    written_by = serializers.CharField(source="written_by.name")
    written_at = UTCDateTimeField()


class NoteInputSerializer(StrictSerializer):
    """A note on a measure, or on the whole report."""

    example: ClassVar[Any] = {"text": "Ask again in the autumn.", "language": "en", "measure": None}

    text = TextField(column=(InternalNote, "text"))
    language = TextLanguageField()
    measure = TextField(max_length=60, allow_null=True, default=None)


class FindingEntrySerializer(StrictSerializer):
    """What was said about a finding later."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    text = serializers.CharField(help_text="Of `edit` and `redraft` what the finding said before.")
    language = serializers.CharField()
    earlier_due_on = serializers.DateField(
        allow_null=True, help_text="Of one that got another date, its date until then."
    )


@extend_schema_serializer(component_name="ReviewFinding")
class FindingSerializer(StrictSerializer):
    """What a member has to do about a measure, until when."""

    id = serializers.IntegerField(source="pk")
    report = serializers.IntegerField(source="report_id")
    organisation = serializers.SlugField(source="organisation.slug")
    measure = serializers.SlugField(source="measure.key")
    state = serializers.ChoiceField(choices=FindingState.values)
    text = serializers.CharField()
    language = serializers.CharField()
    due_on = serializers.DateField()
    public = serializers.BooleanField()
    written_at = UTCDateTimeField()
    claimed_at = UTCDateTimeField(
        allow_null=True, help_text="When the member reported it done, and nobody has looked yet."
    )
    done_at = UTCDateTimeField(allow_null=True)
    withdrawn_at = UTCDateTimeField(allow_null=True)
    entries = FindingEntrySerializer(many=True, source="entries.all")


class FindingInputSerializer(StrictSerializer):
    """What has to be done about a measure by a day."""

    example: ClassVar[Any] = {
        "measure": "detection",
        "text": "Count the second service too.",
        "due_on": "2027-01-31",
        "public": True,
        "language": "en",
    }

    measure = TextField(max_length=60)
    text = TextField(column=(Finding, "text"))
    due_on = DayField()
    public = StrictBooleanField(default=False, help_text="Whether it is published beside the verdict.")
    language = TextLanguageField()


class FindingClaimInputSerializer(StrictSerializer):
    """What was done."""

    example: ClassVar[Any] = {"text": "The second service is counted since May.", "language": "en"}

    text = TextField(column=(FindingEntry, "text"))
    language = TextLanguageField()


class _FindingStepInputSerializer(StrictSerializer):
    """Base of what is decided about a finding: as it was read."""

    last_entry = RowNumberField(
        allow_null=True,
        help_text="The `id` of the last of its `entries`, as you have read it; null for none. With a later one: 409.",
    )


class FindingDoneInputSerializer(_FindingStepInputSerializer):
    """What was seen, if anything is to be said."""

    example: ClassVar[Any] = {"last_entry": 8, "text": "The counts are complete now.", "language": "en"}

    text = TextField(column=(FindingEntry, "text"), allow_blank=True, default="")
    language = TextLanguageField()


class FindingCarryInputSerializer(_FindingStepInputSerializer):
    """A later day, and why."""

    example: ClassVar[Any] = {
        "last_entry": None,
        "due_on": "2027-06-30",
        "text": "The audit comes in May.",
        "language": "en",
    }

    due_on = DayField()
    text = TextField(column=(FindingEntry, "text"))
    language = TextLanguageField()


class FindingWithdrawInputSerializer(_FindingStepInputSerializer):
    """Why nothing of it is to be done any more."""

    example: ClassVar[Any] = {
        "last_entry": None,
        "text": "It was meant for another measure.",
        "language": "en",
    }

    text = TextField(column=(FindingEntry, "text"))
    language = TextLanguageField()


class FindingEditInputSerializer(_FindingStepInputSerializer):
    """What it says from now on, as a whole."""

    example: ClassVar[Any] = {
        "last_entry": None,
        "text": "Count the second service too.",
        "due_on": "2027-02-28",
        "public": True,
        "language": "en",
    }

    text = TextField(column=(Finding, "text"))
    due_on = DayField()
    public = StrictBooleanField(help_text="Whether it is published beside the verdict.")
    language = TextLanguageField()


class FindingReopenInputSerializer(_FindingStepInputSerializer):
    """Why it is not done after all."""

    example: ClassVar[Any] = {
        "last_entry": 9,
        "text": "The second service is missing again.",
        "language": "en",
    }

    text = TextField(column=(FindingEntry, "text"))
    language = TextLanguageField()


class FindingRemindInputSerializer(StrictSerializer):
    """Of which findings to remind; those that cannot be reminded of now are left as they are."""

    example: ClassVar[Any] = {"findings": [3, 4]}

    findings = serializers.ListField(
        child=RowNumberField(),
        max_length=MOST_FINDINGS,
        allow_null=True,
        default=None,
        allow_empty=False,
        help_text="Null: all that are overdue.",
    )


class RemindedFindingsSerializer(StrictSerializer):
    """Of how many findings their members are reminded."""

    example: ClassVar[Any] = {"count": 2}

    count = serializers.IntegerField()

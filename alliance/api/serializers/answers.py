"""Texts of a report in JSON: as they are stored, and as they are sent."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from alliance.enums import Disclosure
from alliance.models import Answer
from portal.kernel.api import StrictSerializer, TextField, UTCDateTimeField, VersionField
from portal.kernel.text import LANGUAGES

MOST_TEXTS = 500
DISCLOSURES = [each.value for each in Disclosure]


class AnswerSerializer(StrictSerializer):
    """A stored text; its version is 0 when there is none yet."""

    text = serializers.CharField()
    language = serializers.CharField()
    disclosure = serializers.ChoiceField(choices=DISCLOSURES)
    disclosure_reason = serializers.CharField()
    carried_over = serializers.BooleanField(
        help_text="Carried over from the last period and not confirmed yet."
    )
    version = serializers.IntegerField()
    updated_at = UTCDateTimeField(allow_null=True)


class AnswerInputSerializer(StrictSerializer):
    """A text to save."""

    example: ClassVar[Any] = {"text": "We look for known material at upload.", "language": "en"}

    text = TextField(column=(Answer, "text"), allow_blank=True, max_length=100_000)
    language = serializers.ChoiceField(choices=LANGUAGES)


class StoredAnswerSerializer(AnswerSerializer):
    """A stored text with what it answers: the indicator, or the pledge beyond the charter."""

    indicator = serializers.SlugField(source="indicator.key", default=None, allow_null=True)
    pledge = serializers.UUIDField(source="pledge_record", allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        return {"indicator": fields.pop("indicator"), "pledge": fields.pop("pledge"), **fields}


class AnswerRowSerializer(AnswerInputSerializer):
    """A text to save among others: of an indicator, or of a pledge beyond the charter."""

    indicator = TextField(max_length=60, default=None, allow_null=True)
    pledge = serializers.UUIDField(
        default=None, allow_null=True, help_text="The record of the pledge, where the text answers one."
    )
    version = VersionField(
        allow_null=True,
        default=None,
        help_text="The version you read, 0 for none. When sent, a text that has changed since is not overwritten.",
    )


class AnswersInputSerializer(StrictSerializer):
    """Up to 500 texts; all are saved, or none."""

    example: ClassVar[Any] = {
        "answers": [
            {
                "indicator": "search-approach",
                "text": "We look for known material.",
                "language": "en",
                "version": 0,
            }
        ]
    }

    answers = AnswerRowSerializer(
        many=True,
        allow_empty=False,
        max_length=MOST_TEXTS,
        error_messages={"max_length": _("Send at most {max_length} rows at once.")},
    )


class SavedAnswersSerializer(StrictSerializer):
    """The number of texts that changed."""

    example: ClassVar[Any] = {"changed": 2}

    changed = serializers.IntegerField()


class DisclosureInputSerializer(StrictSerializer):
    """The disclosure, and the reason when it differs from what the charter proposes."""

    example: ClassVar[Any] = {"disclosure": "secretariat", "reason": "It would help offenders."}

    disclosure = serializers.ChoiceField(choices=DISCLOSURES)
    reason = TextField(column=(Answer, "disclosure_reason"), allow_blank=True, default="")

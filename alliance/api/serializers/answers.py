"""Texts of a report in JSON: as they are stored, and as they are sent."""

from rest_framework import serializers

from alliance.enums import Disclosure
from portal.kernel.api import StrictSerializer, TextField, UTCDateTimeField
from portal.kernel.text import LANGUAGES

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

    text = TextField(allow_blank=True, max_length=100_000)
    language = serializers.ChoiceField(choices=LANGUAGES)


class DisclosureInputSerializer(StrictSerializer):
    """The disclosure, and the reason when it differs from what the charter proposes."""

    disclosure = serializers.ChoiceField(choices=DISCLOSURES)
    reason = TextField(allow_blank=True, default="", max_length=500)

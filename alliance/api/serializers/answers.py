"""Texts of a report in JSON: as they are stored, and as they are sent."""

from rest_framework import serializers

from alliance.enums import Disclosure
from portal.kernel.api import StrictSerializer, TextField, UTCDateTimeField
from portal.kernel.text import LANGUAGES

DISCLOSURES = [each.value for each in Disclosure]


class AnswerSerializer(StrictSerializer):
    """A stored text; version 0 when there is none yet."""

    text = serializers.CharField()
    language = serializers.CharField()
    disclosure = serializers.ChoiceField(choices=DISCLOSURES)
    disclosure_reason = serializers.CharField()
    carried_over = serializers.BooleanField(help_text="From the last period, and not confirmed yet.")
    version = serializers.IntegerField()
    updated_at = UTCDateTimeField(allow_null=True)


class AnswerInputSerializer(StrictSerializer):
    """A text to be saved."""

    text = TextField(allow_blank=True, max_length=100_000)
    language = serializers.ChoiceField(choices=LANGUAGES)


class DisclosureInputSerializer(StrictSerializer):
    """Who reads it, and why that is not as the charter asks."""

    disclosure = serializers.ChoiceField(choices=DISCLOSURES)
    reason = TextField(allow_blank=True, default="", max_length=500)

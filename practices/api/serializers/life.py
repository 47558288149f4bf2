"""What became of a practice, in JSON: who uses it and with what result, what was said beneath it."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.facts import PlainDecimalField
from portal.kernel.api import StrictSerializer, UTCDateTimeField
from practices.api.serializers.labels import LabelledSerializer, TlpField
from practices.enums import AdoptionState


class UseStepSerializer(StrictSerializer):
    """In which state it was from which day on."""

    state = serializers.ChoiceField(choices=AdoptionState.values)
    on = serializers.DateField()
    note = serializers.CharField()
    language = serializers.CharField()


class UseResultSerializer(StrictSerializer):
    """What came of it: a number before and after, or words alone."""

    what = serializers.CharField()
    unit = serializers.CharField()
    before = PlainDecimalField(allow_null=True)
    after = PlainDecimalField(allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    language = serializers.CharField()


@extend_schema_serializer(component_name="PracticeUse")
class UseSerializer(LabelledSerializer):
    """An organisation takes it up, on one service or as a whole; the use has a label of its own."""

    key = serializers.UUIDField()
    organisation = serializers.SlugField(source="organisation.slug")
    service = serializers.SlugField(source="service.slug", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=AdoptionState.values)
    since = serializers.DateField()
    steps = UseStepSerializer(many=True, source="steps.all")
    results = UseResultSerializer(many=True, source="results.all")


@extend_schema_serializer(component_name="PracticePost")
class PostSerializer(StrictSerializer):
    """A question, or an answer to one; the text of one that was taken back or removed is empty."""

    tlp = TlpField(source="practice.label")
    key = serializers.UUIDField()
    answers = serializers.UUIDField(
        source="parent.key", default=None, allow_null=True, help_text="The question that it answers."
    )
    person = serializers.CharField(source="person.name")
    organisation = serializers.SlugField(source="organisation.slug")
    text = serializers.CharField(help_text="Markdown.")
    language = serializers.CharField()
    posted_at = UTCDateTimeField()
    edited_at = UTCDateTimeField(allow_null=True)
    accepted_at = UTCDateTimeField(allow_null=True)
    removed_at = UTCDateTimeField(allow_null=True)
    removed_reason = serializers.CharField()

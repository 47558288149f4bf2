"""The discussion of a practice in JSON: questions and answers."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import UTCDateTimeField
from practices.api.serializers.labels import LabelledSerializer, TlpField


@extend_schema_serializer(component_name="PracticePost")
class PostSerializer(LabelledSerializer):
    """A question, or an answer to one; the text is empty when it was withdrawn or removed."""

    tlp = TlpField(source="handling_label")
    key = serializers.UUIDField()
    answers = serializers.UUIDField(
        source="parent.key",
        default=None,
        allow_null=True,
        help_text="The question that this answers; null for a question.",
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

"""Discussions in JSON: questions and answers about a practice or a request, or in a working group."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import StrictSerializer, TextField, UTCDateTimeField
from practices.api.serializers.labels import NULLABLE_TLP, LabelledSerializer
from practices.enums import Label
from practices.models import Post, WorkingGroup


def label_of_post(post: Post) -> str:
    """The label by which a post is handled, which may be stricter than that of its subject; empty in a group."""
    subject = post.subject
    return "" if isinstance(subject, WorkingGroup) else post.label_beside(subject.label)


@extend_schema_serializer(component_name="PracticePost")
class PostSerializer(LabelledSerializer):
    """A question, or an answer to one; the text is empty when it was withdrawn or removed."""

    tlp = serializers.SerializerMethodField(
        help_text="Of what it is about; null in a working group, whose members alone read it."
    )
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

    @extend_schema_field(NULLABLE_TLP)
    def get_tlp(self, post: Any) -> str | None:
        label = label_of_post(post)
        return str(Label(label).label) if label else None


class PostInputSerializer(StrictSerializer):
    """A question, or an answer to one."""

    example: ClassVar[Any] = {"text": "How long is the pause?", "answers": None}

    text = TextField(column=(Post, "text"), help_text="Markdown.")
    answers = serializers.UUIDField(
        allow_null=True, default=None, help_text="The question that this answers; null for a question."
    )


class PostEditInputSerializer(StrictSerializer):
    """The words of a post anew, within a day."""

    example: ClassVar[Any] = {"text": "How long is the pause, in hours?"}

    text = TextField(column=(Post, "text"), help_text="Markdown.")

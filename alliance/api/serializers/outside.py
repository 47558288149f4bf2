"""Questions of the public and comments of partners in JSON, as published."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.enums import PublicQuestionKind, Side
from portal.kernel.api import StrictSerializer, UTCDateTimeField


class OutsideQuestionSerializer(StrictSerializer):
    """What every reader of a question or complaint has of it. Texts are in the language of who wrote them."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=PublicQuestionKind.values)
    member = serializers.SlugField(
        source="organisation.slug",
        default=None,
        allow_null=True,
        help_text="The member that it is about; null where it is about a commitment alone.",
    )
    commitment = serializers.CharField(
        source="commitment_key", help_text="The key of the commitment; empty where it is about none."
    )
    text = serializers.CharField()
    language = serializers.CharField()
    name = serializers.CharField(
        source="asker_name", help_text="As the asker wants to be named; may be empty."
    )
    asked_at = UTCDateTimeField()


@extend_schema_serializer(component_name="PublicQuestion")
class PublicQuestionSerializer(OutsideQuestionSerializer):
    """A question or complaint of the public with its answer. Texts are in the language of who wrote them."""

    answer = serializers.CharField()
    answer_language = serializers.CharField()
    answered_by = serializers.ChoiceField(source="answer_side", choices=Side.values)
    answered_at = UTCDateTimeField()
    published_at = UTCDateTimeField()


@extend_schema_serializer(component_name="InvitedComment")
class InvitedCommentSerializer(StrictSerializer):
    """What a partner says about one measure of a published report, as partner and member let everybody read it.

    Or the secretariat has published it for a member without a signatory who has access.
    """

    id = serializers.IntegerField(source="pk")
    member = serializers.SlugField(source="organisation.slug")
    cycle = serializers.SlugField(source="cycle.slug")
    measure = serializers.SlugField(source="measure.key")
    partner = serializers.SlugField(source="partner.slug")
    question = serializers.CharField(help_text="What the secretariat asked.")
    question_language = serializers.CharField(source="language")
    text = serializers.CharField()
    language = serializers.CharField(source="text_language")
    given_at = UTCDateTimeField()
    published_without_member_at = UTCDateTimeField(
        allow_null=True,
        help_text="When the secretariat published it: nobody who could agree for the member had access.",
    )

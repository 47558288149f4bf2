"""Questions and complaints of the public in JSON, as the secretariat and the member asked read them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.outside import OutsideQuestionSerializer
from alliance.api.serializers.reports import StepSerializer
from alliance.enums import PublicQuestionState, Side
from alliance.models import PublicQuestion
from alliance.queries.public_questions import question_acts, question_steps
from alliance.services.public_questions import MAX_LENGTH
from portal.kernel.api import (
    StrictSerializer,
    TextField,
    TextLanguageField,
    UTCDateTimeField,
)
from portal.kernel.text import LANGUAGES, MAX_REASON


@extend_schema_serializer(component_name="AskedQuestion")
class AskedQuestionSerializer(OutsideQuestionSerializer):
    """A question or complaint of the public, published or not. There are no e-mail addresses."""

    state = serializers.ChoiceField(
        choices=[value for value in PublicQuestionState.values if value != "unconfirmed"]
    )
    forwarded_at = UTCDateTimeField(
        allow_null=True, help_text="Since when the member answers it; null while the secretariat does."
    )
    answer = serializers.CharField(help_text="Empty until there is one.")
    answer_language = serializers.CharField()
    answered_by = serializers.ChoiceField(source="answer_side", choices=["", *Side.values])
    answered_at = UTCDateTimeField(allow_null=True)
    asker_agrees = serializers.BooleanField(help_text="That it is published with its answer.")
    member_agrees = serializers.BooleanField(help_text="That its own answer is published.")
    closed_at = UTCDateTimeField(allow_null=True)
    closing_reason = serializers.DictField(
        child=serializers.CharField(), help_text="By language, in one at least; empty where there is none."
    )
    published_at = UTCDateTimeField(allow_null=True)
    hidden_at = UTCDateTimeField(allow_null=True, help_text="Since when it is hidden again; null otherwise.")


@extend_schema_serializer(component_name="OneAskedQuestion")
class AskedQuestionDetailSerializer(AskedQuestionSerializer):
    """A question with what you may do."""

    actions = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField(help_text="What else you may do in its state, by name.")

    @extend_schema_field(StepSerializer(many=True))
    def get_actions(self, question: PublicQuestion) -> Any:
        return StepSerializer(question_steps(self.context["view"].actor, question), many=True).data

    def get_acts(self, question: PublicQuestion) -> list[str]:
        return question_acts(self.context["view"].actor, question)


class PublicAnswerInputSerializer(StrictSerializer):
    """The answer; it goes to the asker, and may be published."""

    example: ClassVar[object] = {"text": "We ask for a document when an account says 18.", "language": "en"}

    text = TextField(column=(PublicQuestion, "answer"), max_length=MAX_LENGTH)
    language = TextLanguageField()


class ClosingReasonSerializer(StrictSerializer):
    """Why it is closed: in one language at least."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            code: TextField(max_length=MAX_REASON, allow_blank=True, required=False) for code in LANGUAGES
        }


class CloseQuestionInputSerializer(StrictSerializer):
    """Why it is closed; the asker is sent it in their language, or in the one that there is."""

    example: ClassVar[object] = {"reason": {"en": "It is about a company that is no member."}}

    reason = ClosingReasonSerializer()


class HideQuestionInputSerializer(StrictSerializer):
    """Why; the journal keeps it."""

    example: ClassVar[object] = {"reason": "It names a child."}

    reason = TextField(max_length=MAX_REASON)

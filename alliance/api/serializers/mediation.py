"""Invitations of partners to comment, and their comments, in JSON, for those who have a part in them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.reports import StepSerializer
from alliance.enums import InvitedCommentState
from alliance.models import InvitedComment
from alliance.queries.mediation import comment_acts, comment_steps, is_late
from portal.kernel.api import (
    DayField,
    StrictBooleanField,
    StrictSerializer,
    TextField,
    TextLanguageField,
    UTCDateTimeField,
)


@extend_schema_serializer(component_name="InvitedCommentRow")
class InvitedCommentRowSerializer(StrictSerializer):
    """What a partner is asked about one measure of a published report, and what it says, with who agrees."""

    id = serializers.IntegerField(source="pk")
    member = serializers.SlugField(source="organisation.slug")
    cycle = serializers.SlugField(source="cycle.slug")
    measure = serializers.SlugField(source="measure.key")
    partner = serializers.SlugField(source="partner.slug")
    state = serializers.ChoiceField(choices=InvitedCommentState.values)
    question = serializers.CharField(help_text="What the secretariat asks.")
    question_language = serializers.CharField(source="language")
    due_on = serializers.DateField()
    late = serializers.SerializerMethodField(help_text="The day is over; it can still be answered.")
    invited_at = UTCDateTimeField()
    text = serializers.CharField(help_text="The comment; empty until it is given.")
    language = serializers.CharField(source="text_language")
    given_at = UTCDateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="Of declining, or of withdrawing it; else empty.")
    partner_agrees = serializers.BooleanField(help_text="That the comment is public.")
    member_agrees = serializers.BooleanField(help_text="The same, of the member.")
    published_without_member_at = UTCDateTimeField(
        allow_null=True,
        help_text="When the secretariat published it: nobody who could agree for the member had access.",
    )
    public = serializers.BooleanField(source="is_public")

    def get_late(self, comment: InvitedComment) -> bool:
        return is_late(comment)


@extend_schema_serializer(component_name="OneInvitedComment")
class InvitedCommentDetailSerializer(InvitedCommentRowSerializer):
    """An invitation with what you may do."""

    actions = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField(help_text="What else you may do in its state, by name.")

    @extend_schema_field(StepSerializer(many=True))
    def get_actions(self, comment: InvitedComment) -> Any:
        return StepSerializer(comment_steps(self.context["view"].actor, comment), many=True).data

    def get_acts(self, comment: InvitedComment) -> list[str]:
        return comment_acts(self.context["view"].actor, comment)


class InviteInputSerializer(StrictSerializer):
    """Which partner is asked what, and until when."""

    example: ClassVar[object] = {
        "partner": "petals",
        "question": "Do the families that you advise notice this?",
        "language": "en",
        "due_on": "2027-03-31",
    }

    partner = TextField(max_length=60, help_text="By slug.")
    question = TextField(column=(InvitedComment, "question"))
    language = TextLanguageField()
    due_on = DayField()


class GiveCommentInputSerializer(StrictSerializer):
    """The comment of the partner, and whether it may be public."""

    example: ClassVar[object] = {
        "text": "Fewer families call us about this.",
        "language": "en",
        "agrees": False,
    }

    text = TextField(column=(InvitedComment, "text"))
    language = TextLanguageField()
    agrees = StrictBooleanField(
        default=False,
        help_text="That it is public, if the member agrees too; needs `comments:publish` as well.",
    )


class CommentReasonInputSerializer(StrictSerializer):
    """Why; the other side reads it."""

    example: ClassVar[object] = {"reason": "We have seen too few cases to say."}

    reason = TextField(column=(InvitedComment, "reason"))


class ConsentInputSerializer(StrictSerializer):
    """Whether your side lets it be public; false takes the consent back."""

    example: ClassVar[object] = {"agrees": True}

    agrees = StrictBooleanField()
